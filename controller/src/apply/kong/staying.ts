import { serviceIdOf } from "../../plan/kong/collections.ts";
import type { KongRoute } from "../../plan/kong/entities.ts";
import { askedKey } from "../../plan/kong/host.ts";
import type { HostPlan, KongStaying } from "../../plan/kong/host.ts";
import { isRedirect } from "../../plan/kong/redirect.ts";
import { taggedKind, taggedName, taggedNamespace } from "../../plan/kong/tags.ts";
import { upgradeRequired } from "../../plan/https.ts";
import { objectKey } from "../../world/keys.ts";
import type { ServiceRef } from "../../world/core-v1.ts";
import type { KongContext } from "./context.ts";

/**
 * The routes, of these that Kong has, that stay until something else can take their place. Decisions are told to which
 * Services they lead: one may begin to restrict access whose paths lead elsewhere by now.
 */
export function stayingRoutes(
  { actual, state }: Pick<KongContext, "actual" | "state">,
  { host, staying }: Pick<HostPlan, "host" | "staying">,
  routes: readonly KongRoute[],
): ReadonlySet<KongRoute> {
  const asked = staying === undefined ? [] : routes.filter((route) => staysFor(staying, route));
  const led = asked.map((route) => ({ route, service: serviceBehind(actual, route) }));
  const services = new Map(led.flatMap(({ service }) => (service === undefined ? [] : [[keyOf(service), service]])));
  state.setStaysOn(host, staying && [...services.values()]);
  const barred = new Set(staying?.barredServices.map(keyOf));
  return new Set(
    led.filter(({ service }) => service === undefined || !barred.has(keyOf(service))).map(({ route }) => route),
  );
}

/**
 * The route as it may stay, where it is open for HTTP and is not to be any more; undefined: as it is. Over HTTP it says that
 * HTTPS is needed: nobody is sent there before it is known that the host has it (rule T11).
 */
export function withoutHttp(staying: HostPlan["staying"], route: KongRoute): KongRoute | undefined {
  if (isRedirect(route) || !route.protocols.includes("http")) return undefined;
  if (staying?.open?.has(pathKey(route)) !== false) return undefined;
  return { ...route, protocols: ["https"], https_redirect_status_code: upgradeRequired };
}

function staysFor(staying: KongStaying, route: KongRoute): boolean {
  if (!staying.namespaces.includes(taggedNamespace(route.tags) ?? "")) return false;
  if (isRedirect(route)) return true;
  const key = pathKey(route);
  return !staying.barred.has(key) && staying.asked?.has(key) !== false;
}

function pathKey({ id, tags }: KongRoute): string {
  const [kind = "", namespace = "", name = ""] = [taggedKind(tags), taggedNamespace(tags), taggedName(tags)];
  return askedKey({ kind, namespace, name }, id);
}

/** The Service to which the route leads; undefined where it leads to none. */
function serviceBehind(actual: KongContext["actual"], route: KongRoute): ServiceRef | undefined {
  const { tags = [] } = actual.get("services", serviceIdOf(route)) ?? {};
  const [namespace, name] = [taggedNamespace(tags), taggedName(tags)];
  if (taggedKind(tags) !== "Service" || namespace === undefined || name === undefined) return undefined;
  return { namespace, name };
}

function keyOf({ namespace, name }: ServiceRef): string {
  return objectKey(namespace, name);
}
