import type { RouteHost } from "@domain-claims/crds/hostname";
import { lacksStandby } from "../apply/kong/standby.ts";
import type { HostPlan } from "../plan/kong/host.ts";
import { sameJson } from "../world/compare.ts";
import type { Context } from "./context.ts";

/**
 * Has the gateway show that it obeys what it was told for a host in a rename (rule X3): the next step of the rename rests on
 * that.
 */
export function showEffect(context: Context, { host, rename, services, plugins }: HostPlan): void {
  const { ledTo, state } = context;
  if (rename.from === undefined) {
    ledTo.delete(host);
    return;
  }
  const now = { services, plugins };
  const before = ledTo.get(host);
  // What several hosts share may have been written for another of them.
  if (before !== undefined && !sameJson(before, now)) state.setRewritten(host);
  ledTo.set(host, now);
  askEffect(context, host);
}

/** Has the gateway show that it obeys what it was told for the host. Asked once for all that is the same. */
export function askEffect({ asksEffect, proof, state }: Context, host: RouteHost): void {
  const version = state.versionOf(host);
  if (state.isInEffect(host) || asksEffect.get(host) === version) return;
  asksEffect.set(host, version);
  proof.whenProved(`effect ${host}`, () => {
    if (asksEffect.get(host) === version) asksEffect.delete(host);
    state.setInEffect(host, version);
  });
}

/**
 * Has the gateway show that what is to take the place of the host's routes is in effect, once Kong has all of it. What was
 * shown is forgotten as soon as nothing of the kind is waited for: it may be removed then.
 */
export function showStandby(context: Context, { host, standby }: HostPlan): void {
  const { asksStandby, proof, state } = context;
  if (standby === undefined) {
    asksStandby.delete(host);
    state.setStandbyInEffect(host, undefined);
    return;
  }
  const { name } = standby;
  if (lacksStandby(context, standby) || state.isStandbyInEffect(host, name)) return;
  if (asksStandby.get(host)?.name === name) return;
  const asked = { name };
  asksStandby.set(host, asked);
  proof.whenProved(`standby ${host}`, () => {
    if (asksStandby.get(host) !== asked) return;
    asksStandby.delete(host);
    state.setStandbyInEffect(host, name);
  });
}

/**
 * Forgets what was shown, or is being asked for, where Kong does not have all of it: somebody removed it, or it is to be
 * otherwise. True if it had been shown: then the host is to be decided anew.
 */
export function forgetStandby(context: Context, { host, standby }: HostPlan): boolean {
  const { asksStandby, state } = context;
  if (standby === undefined || !lacksStandby(context, standby)) return false;
  asksStandby.delete(host);
  const wasShown = state.isStandbyInEffect(host, standby.name);
  if (wasShown) state.setStandbyInEffect(host, undefined);
  return wasShown;
}
