import type { Notice } from "../plan/source.ts";
import { Facts } from "../world/facts.ts";
import type { Source } from "../world/source.ts";
import type { LoadBalancerAddress } from "../world/types.ts";
import type { Context } from "../apply/context.ts";
import { sourceVerdict } from "./source.ts";
import { splitKey, units } from "./work-item.ts";

/** Tells an Ingress what is true of it: the gateway's address while it is live (rule L9), and events. */
export async function reconcileIngress(context: Context, key: string): Promise<void> {
  const { namespace, name } = splitKey(key);
  const facts = new Facts(context.world);
  const ingress = facts.source({ kind: "Ingress", namespace, name });
  const verdict = ingress === undefined ? undefined : sourceVerdict(facts, context.settings, ingress);
  const addresses = verdict?.live === true ? context.addresses(facts) : [];
  context.readers.record(units.ingress(namespace, name), facts.reads);
  if (ingress === undefined) {
    context.readers.forget(units.ingress(namespace, name));
    context.toldSources.forget(namespace, name);
    context.writtenAddresses.forget(namespace, name);
    return;
  }
  const told = context.toldSources.get(ingress);
  if (verdict === undefined) {
    // Served before and not any more: its address goes. One that was never ours is not touched.
    context.toldSources.forget(namespace, name);
    if (told !== undefined && !ingress.deleting) await writeAddresses(context, ingress, []);
    return;
  }
  say(context, ingress, verdict.notices, told);
  if (verdict.live !== undefined) await writeAddresses(context, ingress, addresses);
}

async function writeAddresses(
  context: Context,
  ingress: Source,
  addresses: readonly LoadBalancerAddress[],
): Promise<void> {
  const before = context.writtenAddresses.newest(ingress, ingress.addresses);
  if (text(before) === text(addresses)) return;
  const { resourceVersion } = await context.kube.applyIngressStatus(ingress, addresses);
  context.writtenAddresses.note(ingress, resourceVersion, addresses);
}

/** Says what has not been said yet. That it is live is not said to an Ingress which shows it already. */
function say(
  context: Context,
  ingress: Source,
  notices: readonly Notice[],
  told: ReadonlySet<string> | undefined,
): void {
  const { namespace, name, uid } = ingress;
  const regarding = { apiVersion: "networking.k8s.io/v1", kind: ingress.kind, namespace, name, uid };
  const shown = told === undefined && ingress.addresses.length > 0;
  for (const { type, reason, message } of notices) {
    if (told?.has(message) === true || (type === "Normal" && shown)) continue;
    context.events.record({ regarding, type, reason, action: "Program", note: message });
  }
  context.toldSources.set(ingress, new Set(notices.map(({ message }) => message)));
}

function text(addresses: readonly LoadBalancerAddress[]): string {
  return addresses.map(({ ip, hostname }) => ip ?? hostname ?? "").join();
}
