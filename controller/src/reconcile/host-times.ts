import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { redirectEnd } from "../decide/rename.ts";
import type { HostPlan } from "../plan/kong/host.ts";
import type { Context } from "./context.ts";

/** Milliseconds for which routes stay whose sources are gone, until what is to take their place is in effect. */
const longestStayMs = 60_000;

/** That a time is over becomes a fact here, since decisions have no clock (rules N1, N2 and N5). */
export function lookAtClock(context: Context, host: RouteHost): void {
  if (stayLeftMs(context, host) <= 0) context.state.setStayOver(host, true);
  const time = timeOf(context, host);
  if (time !== undefined && time.leftMs <= 0) context.state.setOver(time.host, time.until);
}

/** Milliseconds until the clock has to be looked at for the host; undefined: there is nothing to wait for. */
export function untilNextTime(context: Context, host: RouteHost): number | undefined {
  const left = [timeOf(context, host)?.leftMs ?? 0, stayLeftMs(context, host)].filter((ms) => ms > 0 && ms < Infinity);
  return left.length === 0 ? undefined : Math.min(...left);
}

/** Takes in whether routes of the host stay until something else can take their place: for that there is a time. */
export function noteStay({ clock, state, staysSince }: Context, { host, staying }: HostPlan): void {
  if (staying !== undefined) {
    if (!staysSince.has(host)) staysSince.set(host, clock.monotonic());
    return;
  }
  staysSince.delete(host);
  state.setStayOver(host, false);
}

function stayLeftMs({ clock, staysSince }: Context, host: RouteHost): number {
  const since = staysSince.get(host);
  return since === undefined ? Infinity : since + longestStayMs - clock.monotonic();
}

/** A time of a host that ends by itself. */
interface Time {
  readonly host: Host;
  /** The name of its end, by which decisions ask for it. */
  readonly until: string;
  readonly leftMs: number;
}

/** For how long the host is still kept for its last holder's namespace, or redirects to its new name; undefined: neither. */
function timeOf({ clock, state }: Context, host: RouteHost): Time | undefined {
  const record = host === anyHost ? undefined : state.world.record(host);
  if (host === anyHost || record === undefined) return undefined;
  const until = record.redemption?.until;
  if (until !== undefined) return { host, until, leftMs: Date.parse(until) - clock.now() };
  const { namespace = "", renamedTo } = record.holder ?? {};
  const forMs = state.world.claim(namespace, renamedTo?.name ?? "")?.redirectForMs;
  if (renamedTo?.done === undefined || forMs === undefined || forMs === 0) return undefined;
  const leftMs = Date.parse(renamedTo.done) + forMs - clock.now();
  return { host, until: redirectEnd(renamedTo.done, forMs), leftMs };
}
