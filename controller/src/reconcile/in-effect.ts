import type { RouteHost } from "@domain-claims/crds/hostname";
import type { HostPlan } from "../plan/kong/host.ts";
import type { Context } from "./context.ts";

/**
 * Has the gateway show that it obeys what it was told for a host in a rename (rule X3): the next step of the rename rests on
 * that.
 */
export function showEffect(context: Context, { host, prepared, rename }: HostPlan): void {
  if (prepared !== undefined || rename.from !== undefined) askEffect(context, host);
}

/** Has the gateway show that it obeys what it was told for the host. Asked once for all that is the same. */
export function askEffect({ asksEffect, proof, state }: Context, host: RouteHost): void {
  const effect = state.effectOf(host);
  if (state.isInEffect(host) || asksEffect.get(host) === effect) return;
  asksEffect.set(host, effect);
  proof.whenProved(() => {
    if (asksEffect.get(host) === effect) asksEffect.delete(host);
    state.setInEffect(host, effect);
  });
}
