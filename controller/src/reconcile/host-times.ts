import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { redirectEnd } from "../decide/rename.ts";
import type { Context } from "./context.ts";

/** Rules N5 and N2: that a time is over becomes a fact here, since decisions have no clock. */
export function lookAtClock(context: Context, host: RouteHost): void {
  const time = timeOf(context, host);
  if (time !== undefined && time.leftMs <= 0) context.state.setOver(time.host, time.until);
}

/** A time of a host that ends by itself. */
export interface Time {
  readonly host: Host;
  /** The name of its end, by which decisions ask for it. */
  readonly until: string;
  readonly leftMs: number;
}

/** For how long the host is still kept for its last holder's namespace, or redirects to its new name; undefined: neither. */
export function timeOf({ clock, state }: Context, host: RouteHost): Time | undefined {
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
