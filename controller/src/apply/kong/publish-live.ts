import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Live } from "../../world/kong-state.ts";
import type { KongContext } from "./context.ts";
import { certificateIn, liveIn } from "./live.ts";

/** What has to be known to tell decisions what Kong has. */
type LiveContext = Pick<KongContext, "actual" | "handshakes" | "proof" | "settings" | "state">;

/** Tells decisions what Kong has for the host now, and what of it is in effect. */
export function publishLive(context: LiveContext, host: RouteHost): void {
  const { actual, proof, settings, state } = context;
  publish(context, host, proof.live(host, liveIn(actual, settings, host), state.live(host)));
}

/** The same, after what Kong has for the host has become another: by a write, or by somebody else. */
export function publishRewritten(context: LiveContext, host: RouteHost): void {
  context.state.setRewritten(host);
  publishLive(context, host);
}

/** The same, after the gateway has proved something of the host. */
export function publishProved(context: LiveContext, host: RouteHost): void {
  const { actual, proof, settings } = context;
  publish(context, host, proof.proved(host, liveIn(actual, settings, host)));
}

function publish({ actual, handshakes, state }: LiveContext, host: RouteHost, live: Live): void {
  const before = state.kong.synced ? state.live(host) : undefined;
  const handshake = handshakes?.of(host, certificateIn(actual, host), live, before);
  state.setLive(host, handshake === undefined ? live : { ...live, handshake });
}
