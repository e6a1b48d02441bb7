import type { Host } from "@domain-claims/crds/hostname";
import type { OrderLimits } from "../decide/certificates/limits.ts";
import { noOrder } from "../translate/order.ts";
import type { OrderState } from "../translate/order.ts";
import type { ShownCertificate } from "../world/certificate-group.ts";
import { certificateNumber } from "../world/domain-certificate.ts";
import type { OrderedCertificate } from "../world/domain-certificate.ts";
import { objectKey } from "../world/keys.ts";
import type { Context } from "./context.ts";

/** What the Orders say of Certificates that have failed anew, or are under way for too long, by name. Throws KubeError. */
export async function orderStates(
  { clock, kube, mayAskOrder, state }: Context,
  { stuckMs }: OrderLimits,
  namespace: string,
  domain: string,
): Promise<ReadonlyMap<string, OrderState>> {
  const stored = state.world.certificates.get(namespace, domain);
  const states = new Map<string, OrderState>();
  for (const certificate of state.world.certificates.certificates(namespace, domain)) {
    const number = certificateNumber(domain, certificate.name);
    const ordered = stored?.group.certificates.find((one) => one.number === number);
    if (ordered === undefined || certificate.owner.uid !== stored?.uid) continue;
    const failed = certificate.failure !== undefined && certificate.failure.at !== ordered.failedAt;
    const late = ordered.running && clock.now() >= ordered.orderedAt + stuckMs;
    if (failed || (late && mayAskOrder(objectKey(namespace, certificate.name))))
      states.set(certificate.name, await kube.orderState(certificate));
  }
  return states;
}

/**
 * What is shown of a Certificate, with what its Order says. `held`: the names that are approved; undefined: nobody asks who holds
 * a name.
 */
export function shownOf(
  { failure, name, shown }: OrderedCertificate,
  outcomes: ReadonlyMap<string, OrderState>,
  held: ReadonlySet<Host> | undefined,
): ShownCertificate {
  const { failed, pending, rateLimited, reasons, stuck } = outcomes.get(name) ?? noOrder;
  if (failure === undefined) return { ...shown, pending, stuck, reasons, failure: undefined };
  const { at, message } = failure;
  const blamed = Object.keys(failed) as Host[];
  // What is not approved has no Order that could say why.
  const denied = held === undefined ? [] : shown.names.filter((host) => !held.has(host));
  const names = blamed.length > 0 ? blamed : denied;
  return {
    ...shown,
    pending: [],
    stuck: [],
    reasons,
    failure: { at, names, message, messages: failed, rateLimited, validated: true },
  };
}
