import type { Host } from "@domain-claims/crds/hostname";
import { ingressMessages } from "@domain-claims/crds/messages";
import type { IngressReason } from "@domain-claims/crds/reasons";
import { decideClaim } from "../decide/claim.ts";
import { decideHost } from "../decide/host.ts";
import { isOurs } from "../decide/source-class.ts";
import type { Settings } from "../decide/settings.ts";
import type { Facts } from "../world/facts.ts";
import { catchAll, namedHosts } from "../world/source-hosts.ts";
import type { Ingress } from "../world/types.ts";
import { routeOptions } from "./annotations.ts";
import { planHost } from "./host.ts";

/** Something that an event on the Ingress says. */
export interface Notice {
  readonly type: "Normal" | "Warning";
  readonly reason: IngressReason;
  readonly message: string;
}

/** What an Ingress is to be told; undefined for one that is not ours. */
export interface IngressVerdict {
  /**
   * True if at least one of its hosts has a live route of this Ingress: then it gets the gateway's address (rule L9).
   * Undefined while it is not known what Kong has, or who holds the host.
   */
  readonly live: boolean | undefined;
  readonly notices: readonly Notice[];
}

/** What of an Ingress is served, and why the rest is not: decided host by host (rule L1). Undefined: it is not ours. */
export function planIngress(facts: Facts, settings: Settings, ingress: Ingress): IngressVerdict | undefined {
  if (!isOurs(facts, settings, ingress)) return undefined;
  const notices: Notice[] = routeOptions(ingress).problems.map((problem) => ({ type: "Warning", ...problem }));
  let live = false;
  let known = facts.kong.synced;
  const { hosts, invalid } = namedHosts(ingress);
  for (const { message } of invalid) {
    notices.push({ type: "Warning", reason: "InvalidHost", message: ingressMessages.invalidHost(message) });
  }
  for (const host of hosts) {
    const refusal = hostRefusal(facts, settings, ingress, host);
    if (refusal === "undecided") known = false;
    else if (refusal !== undefined) notices.push(refusal);
    else {
      const served = servedHost(facts, settings, ingress, host);
      if (served.live === undefined) known = false;
      else live ||= served.live;
      notices.push(...served.notices);
    }
  }
  return { live: live || known ? live : undefined, notices };
}

/** Why no route of this namespace may exist for the host at all. A moment before the decision nothing is said of it. */
function hostRefusal(facts: Facts, settings: Settings, ingress: Ingress, host: Host): Notice | "undecided" | undefined {
  const { namespace } = ingress;
  const warn = (reason: IngressReason, message: string): Notice => ({ type: "Warning", reason, message });
  if (host === catchAll) {
    const allowed = settings.catchAllNamespaces.includes(namespace);
    return allowed ? undefined : warn("HostRequired", ingressMessages.hostRequired);
  }
  const { serving, frozen } = facts.memoize(settings, `who serves ${host}`, (once) => decideHost(once, settings, host));
  if (serving === namespace) return undefined;
  if (frozen) return "undecided";
  const own = facts.claimsFor(host).find((claim) => claim.namespace === namespace);
  if (own !== undefined) {
    const { reason, message } = decideClaim(facts, settings, own);
    if (reason === "Deciding") return "undecided";
    return warn("HostNotClaimed", ingressMessages.claimFailed(host, own.name, reason, message));
  }
  const holder = facts.record(host)?.holder;
  return holder === undefined
    ? warn("HostNotClaimed", ingressMessages.notClaimed(host, namespace))
    : warn("HostNotClaimed", ingressMessages.heldElsewhere(host, holder));
}

function servedHost(
  facts: Facts,
  settings: Settings,
  ingress: Ingress,
  host: Host,
): { readonly live: boolean | undefined; readonly notices: readonly Notice[] } {
  const own = `${ingress.namespace}/${ingress.name}`;
  const all = facts.memoize(settings, `what of ${host} is served`, (once) => hostOutcome(once, settings, host));
  const notices = all.refused.get(own) ?? [];
  const served = all.served.has(own);
  // While routes are on their way nothing is said: each word about the Ingress has its hosts decided again.
  const { namespaces, coming } = facts.live(host);
  const live = coming === true ? undefined : served && namespaces.includes(ingress.namespace);
  const known = served ? facts.programmed(host) : undefined;
  if (known === undefined || known.reason === "NoRoutes") return { live, notices };
  const notice: Notice =
    known.reason === "Programmed"
      ? { type: "Normal", reason: "Programmed", message: ingressMessages.programmed(host) }
      : { type: "Warning", reason: known.reason, message: known.message };
  return { live, notices: [...notices, notice] };
}

/** What becomes of a host's Ingresses: found for all of them at once, since a tenant may write thousands. */
interface HostOutcome {
  /** `namespace/name` of those with routes. */
  readonly served: ReadonlySet<string>;
  /** Why paths are not served, by `namespace/name`. */
  readonly refused: ReadonlyMap<string, readonly Notice[]>;
}

function hostOutcome(facts: Facts, settings: Settings, host: Host): HostOutcome {
  const plan = planHost(facts, settings, decideHost(facts, settings, host));
  const refused = new Map<string, Notice[]>();
  for (const { ingress, reason, message } of plan.refusals) {
    const key = `${ingress.namespace}/${ingress.name}`;
    const notices = refused.get(key) ?? [];
    notices.push({ type: "Warning", reason, message });
    refused.set(key, notices);
  }
  return { served: new Set(plan.ingresses), refused };
}
