import type { HostPlan } from "../plan/kong/host.ts";
import type { Context } from "./context.ts";

/**
 * Has the gateway show that it obeys what it was told for a host in a rename (rule X3): the next step of the rename rests on
 * that. Asked once for all that is the same.
 */
export function showEffect({ asksEffect, proof, state }: Context, { host, prepared, rename }: HostPlan): void {
  if (prepared === undefined && rename.from === undefined) return;
  const effect = state.effectOf(host);
  if (state.isInEffect(host) || asksEffect.get(host) === effect) return;
  asksEffect.set(host, effect);
  proof.whenProved(() => {
    if (asksEffect.get(host) === effect) asksEffect.delete(host);
    state.setInEffect(host, effect);
  });
}
