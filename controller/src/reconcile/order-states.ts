import type { Host } from "@domain-claims/crds/hostname";
import { isOverdue } from "../decide/certificates/draft.ts";
import type { OrderLimits } from "../decide/certificates/limits.ts";
import { firstLookMs } from "../decide/certificates/looks.ts";
import { isCredible } from "../decide/certificates/outcomes.ts";
import { noOrder } from "../translate/order.ts";
import type { OrderState } from "../translate/order.ts";
import type { ShownCertificate } from "../world/certificate-group.ts";
import { certificateNumber } from "../world/domain-certificate.ts";
import type { OrderedCertificate } from "../world/domain-certificate.ts";
import { objectKey } from "../world/keys.ts";
import type { Context } from "./context.ts";
import { orderProgress as progressOf } from "./order-progress.ts";
import type { OrderProgress } from "./order-progress.ts";

/** What an Order says, and since when as many of its names are pending as are now (milliseconds since the epoch). */
export interface OrderLook extends OrderState {
  readonly quietSince: number;
}

/** What the Orders say of Certificates that have failed anew, or are under way or to be renewed for a while, by name. Throws KubeError. */
export async function orderStates(
  { clock, kube, mayAskOrder, orderProgress, state }: Context,
  limits: OrderLimits,
  namespace: string,
  domain: string,
): Promise<ReadonlyMap<string, OrderLook>> {
  const stored = state.world.certificates.get(namespace, domain);
  const group = objectKey(namespace, domain);
  const before = orderProgress.get(group);
  const progress = new Map<string, OrderProgress>();
  const looks = new Map<string, OrderLook>();
  for (const certificate of state.world.certificates.certificates(namespace, domain)) {
    const number = certificateNumber(domain, certificate.name);
    const ordered = stored?.group.certificates.find((one) => one.number === number);
    if (ordered === undefined || certificate.owner.uid !== stored?.uid) continue;
    const { failedAt, names, orderedAt, running } = ordered;
    const { failure } = certificate;
    const at = clock.now();
    const isNew = failure !== undefined && failure.at !== failedAt;
    const failed = isNew && (running || isCredible({ limits, now: at }, ordered, failure));
    const overdue = isOverdue({ now: at }, ordered);
    const late = overdue || (running && at >= orderedAt + firstLookMs(limits, names.length));
    const known = before?.get(certificate.name);
    if ((running || overdue) && known !== undefined) progress.set(certificate.name, known);
    if (!late && !failed) continue;
    if (late && !mayAskOrder(objectKey(namespace, certificate.name))) continue;
    const { issuer, shown, uid } = certificate;
    const order = await kube.orderState({ namespace, uid, issuer, names: shown.names });
    const now = progressOf(known, orderedAt, order.pending.length, clock.now());
    if (running || overdue) progress.set(certificate.name, now);
    looks.set(certificate.name, { ...order, quietSince: now.since });
  }
  if (progress.size > 0) orderProgress.set(group, progress);
  else orderProgress.delete(group);
  return looks;
}

/**
 * What is shown of a Certificate, with what its Order says. `held`: the names that are approved; undefined: nobody asks who holds
 * a name.
 */
export function shownOf(
  { failure, name, shown }: OrderedCertificate,
  looks: ReadonlyMap<string, OrderLook>,
  held: ReadonlySet<Host> | undefined,
): ShownCertificate {
  const look = looks.get(name);
  const { failed, rateLimited, ...seen } = { ...(look ?? { ...noOrder, quietSince: 0 }), ...shown };
  // What was concluded before needs no look, and what is new is not judged without one.
  if (failure === undefined || look === undefined) return { ...seen, failure: undefined };
  const { at, message } = failure;
  const blamed = Object.keys(failed) as Host[];
  // What is not approved has no Order that could say why.
  const denied = held === undefined ? [] : shown.names.filter((host) => !held.has(host));
  const names = blamed.length > 0 ? blamed : denied;
  return { ...seen, failure: { at, names, message, messages: failed, rateLimited, validated: true } };
}
