import type { KongRoute, KongService } from "../../src/plan/kong/entities.ts";
import { leadingNowhere } from "../../src/plan/kong/service.ts";

/** Our tag. */
export const tag = "ours";
export const id = "70000000-0000-4000-8000-000000000001";
export const serviceId = "51000000-0000-4000-8000-000000000001";

/** A service of a Service `shop` in the namespace `team`. */
export const service: KongService = {
  ...leadingNowhere,
  id: serviceId,
  name: "dc.team.shop.80",
  host: "shop.team.svc",
  tags: [tag],
};
/** A route to it. */
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
