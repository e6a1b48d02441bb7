import { kongClient } from "../../src/kong/client.ts";
import type { Kong, KongCall } from "../../src/kong/client.ts";
import type { KongRequest, KongResponse } from "../../src/kong/calls.ts";
import { route, serviceId, tag } from "./examples.ts";
import { fakeTransport } from "./fake-transport.ts";

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
