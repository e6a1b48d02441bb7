import type { Claim } from "../../src/world/claim.ts";
import { claim, fresh, ingress, namespace, path, service } from "./builders.ts";
import type { Running } from "./controller.ts";

/** acme-org holds the host and serves paths under it. */
export function serves({ cluster }: Running, host: string, paths: readonly string[] = ["/"], tls?: unknown): void {
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  const rules = [{ host, paths: paths.map((text) => path(text)) }];
  cluster.put("Ingress", ingress("acme-org/web", [host], tls === undefined ? { rules } : { rules, tls }));
  cluster.put("Domain", claim("acme-org/old", host, fresh));
}

/** A claim of acme-org for the host, which renames the claim of that name; younger than what the others are. */
export function rename(name: string, host: string, of: string, more: Partial<Claim> = {}): Claim {
  return claim(`acme-org/${name}`, host, { ...fresh, renames: of, created: "2026-05-01T00:00:00Z", ...more });
}

/** What the claim is told of its rename, as `True Renamed`; undefined before it is told. */
export function renamed({ cluster }: Running, name: string): string | undefined {
  const found = cluster.get("Domain", `acme-org/${name}`)?.status?.conditions.find(({ type }) => type === "Renamed");
  return found === undefined ? undefined : `${found.status} ${found.reason}`;
}

/** The routes that lead to a backend. */
export function backends({ kong }: Running): readonly string[] {
  return kong.routes().filter((route) => route.endsWith("acme-org.web.80"));
}

/** Where requests for the host are redirected. */
export function sentTo({ kong }: Running, host: string): string | undefined {
  const route = [...kong.stored.routes.values()].find(({ hosts }) => hosts?.includes(host));
  const plugin = [...kong.stored.plugins.values()].find(({ service }) => service.id === route?.service.id);
  return /http:\/\/[^"]+/.exec(plugin?.config.access.join() ?? "")?.[0];
}
