import type { Host } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages";
import { decideHost } from "../decide/host.ts";
import { planHost } from "../plan/host.ts";
import { Facts } from "../world/facts.ts";
import { KongError } from "../kong/errors.ts";
import { catchAll } from "../world/source-hosts.ts";
import type { Context } from "../apply/context.ts";
import { programHost } from "../apply/kong/program.ts";
import type { Ending } from "../apply/kong/program.ts";
import { applyRecordStep } from "../apply/kube/record.ts";
import { units } from "./work-item.ts";

/**
 * Brings one host closer to what the rules say: first Kong, then the register (rules O9 and L2b: routes leave before a
 * host is released, a guard stands before a host is given away). What either changes has the host decided again.
 * Throws the first thing that failed, when everything has been tried.
 */
export async function reconcileHost(context: Context, host: Host, ending: Ending): Promise<void> {
  const facts = new Facts(context.world);
  const decision = decideHost(facts, context.settings, host);
  const plan = planHost(facts, context.settings, decision);
  context.readers.record(units.host(host), facts.reads);

  const failures: unknown[] = [];
  const concerned = decision.serving !== undefined || decision.step.kind === "wait" || plan.routes.length > 0;
  if (!decision.frozen && facts.kong.synced) {
    const { programmed, failure, superseded } = await programHost(context, plan, ending);
    if (superseded) return;
    if (failure !== undefined) {
      failures.push(failure);
      if (failure instanceof KongError && failure.kind === "unavailable") context.kongAway();
    }
    context.changed(context.world.setProgrammed(host, concerned ? programmed : undefined));
  } else if (!facts.kong.synced && concerned) {
    const message = conditionMessages.kongUnreachable("its entities have not been listed yet");
    context.changed(context.world.setProgrammed(host, { reason: "KongUnreachable", message }));
  }
  await applyRecordStep(context, host).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
  if (decision.guardFor === undefined && isUnknown(facts, host)) context.readers.forget(units.host(host));
}

/** True for a host that nobody claims, of which neither the register nor Kong knows. */
function isUnknown(facts: Facts, host: Host): boolean {
  const { namespaces, guard } = facts.live(host);
  const named = host === catchAll || facts.record(host) !== undefined || facts.claimsFor(host).length > 0;
  return !named && namespaces.length === 0 && !guard;
}
