import { kongClient } from "../../src/kong/client.ts";
import type { Kong, KongCall } from "../../src/kong/client.ts";
import type { KongRequest, KongResponse } from "../../src/kong/calls.ts";
import type { KongRoute, KongService } from "../../src/plan/entities.ts";
import { fakeTransport } from "./fake-transport.ts";

export const tag = "ours";
export const id = "70000000-0000-4000-8000-000000000001";
export const serviceId = "51000000-0000-4000-8000-000000000001";

export const service: KongService = {
  id: serviceId,
  name: "dc.team.shop.80",
  protocol: "http",
  host: "shop.team.svc",
  port: 80,
  path: null,
  enabled: true,
  tags: [tag],
};
export const route: KongRoute = {
  id,
  name: "dc.shop",
  service: { id: serviceId },
  hosts: ["shop.acme.org"],
  paths: ["/b", "/a"],
  methods: null,
  headers: null,
  snis: null,
  protocols: ["http", "https"],
  https_redirect_status_code: 426,
  regex_priority: 0,
  strip_path: false,
  preserve_host: true,
  tags: ["a", tag],
};
/** As Kong answers: more fields than we own, sets in its own order. */
export const answeredRoute = {
  ...route,
  tags: [tag, "a"],
  protocols: ["https", "http"],
  service: { id: serviceId },
  created_at: 1,
  updated_at: 2,
  methods: null,
  path_handling: "v0",
};

/** A client of a Kong that answers so, with two places for writes and two for removals. */
export function kongAnswering(
  answer: (request: KongRequest) => KongResponse | Promise<KongResponse>,
  observe?: (call: KongCall) => void,
) {
  const transport = fakeTransport(answer);
  const kong: Kong = kongClient(transport, {
    tag,
    pageSize: 2,
    writes: 2,
    removals: 2,
    ...(observe ? { observe } : {}),
  });
  return { kong, transport };
}
