import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { redirectEnd } from "../decide/rename-under-way.ts";
import type { HostPlan } from "../plan/kong/host.ts";
import type { StayOver } from "../world/kong-state.ts";
import type { Context } from "./context.ts";

/** Whose routes go after so many milliseconds in which what is to take their place has not come into effect. */
const longestStays = [
  { of: "sources", ms: 60_000 },
  { of: "givers", ms: 600_000 },
] as const satisfies readonly { readonly of: StayOver; readonly ms: number }[];

/** What the times of a host are told by. */
type TimesContext = Pick<Context, "clock" | "state" | "staysSince">;

/** That a time is over becomes a fact here, since decisions have no clock (rules N1, N2 and N5). */
export function lookAtClock(context: TimesContext, host: RouteHost): void {
  const over = longestStays.findLast(({ ms }) => stayedMs(context, host) >= ms);
  if (over !== undefined) context.state.setStayOver(host, over.of);
  const time = timeOf(context, host);
  if (time !== undefined && time.leftMs <= 0) context.state.setOver(time.host, time.until);
}

/**
 * Milliseconds until the clock has to be looked at for the host, 1 at least: a time may have ended since it was. Undefined where
 * there is nothing to wait for.
 */
export function untilNextTime(context: TimesContext, host: RouteHost): number | undefined {
  const { state, staysSince } = context;
  const time = timeOf(context, host);
  const told = longestStays.findIndex(({ of }) => of === state.stayOver(host));
  const stays = staysSince.has(host) ? longestStays.slice(told + 1) : [];
  const left = [
    ...(time === undefined || state.isOver(time.host, time.until) ? [] : [time.leftMs]),
    ...stays.map(({ ms }) => ms - stayedMs(context, host)),
  ];
  return left.length === 0 ? undefined : Math.max(1, Math.min(...left));
}

/** Takes in whether routes of the host stay until something else can take their place: for that there is a time. */
export function noteStay({ clock, state, staysSince }: Context, { host, staying }: HostPlan): void {
  if (staying !== undefined) {
    if (!staysSince.has(host)) staysSince.set(host, clock.monotonic());
    return;
  }
  staysSince.delete(host);
  state.setStayOver(host, undefined);
}

/** For how long routes of the host have stayed; 0 where none do. */
function stayedMs({ clock, staysSince }: TimesContext, host: RouteHost): number {
  const now = clock.monotonic();
  return now - (staysSince.get(host) ?? now);
}

/** A time of a host that ends by itself. */
interface Time {
  readonly host: Host;
  /** The name of its end, by which decisions ask for it. */
  readonly until: string;
  readonly leftMs: number;
}

/** For how long the host is still kept for its last holder's namespace, or redirects to its new name; undefined: neither. */
function timeOf({ clock, state }: TimesContext, host: RouteHost): Time | undefined {
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
