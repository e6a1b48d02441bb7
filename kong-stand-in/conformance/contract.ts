import { CERTIFICATE_CONTRACT } from "./contract-certificates.ts";
import { LIST_CONTRACT } from "./contract-lists.ts";
import { PLUGIN_CONTRACT } from "./contract-plugins.ts";
import { ROUTE_CONTRACT } from "./contract-routes.ts";
import { SERVICE_CONTRACT } from "./contract-services.ts";
import { TRANSPORT_CONTRACT } from "./contract-transport.ts";
import type { Fact } from "./fact.ts";

/** What a controller relies on in Kong's Admin API (3.9, with a database). It holds for any Kong, empty or not. */
export const CONTRACT: readonly Fact[] = [
  ...SERVICE_CONTRACT,
  ...ROUTE_CONTRACT,
  ...CERTIFICATE_CONTRACT,
  ...PLUGIN_CONTRACT,
  ...LIST_CONTRACT,
  ...TRANSPORT_CONTRACT,
];
