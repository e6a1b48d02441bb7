import { expect } from "vitest";
import type { KubeTransport } from "../../src/kube/calls.ts";
import { systemClock } from "../../src/time/clock.ts";
import { startWatches } from "../../src/watch/watches.ts";
import type { WatchesOptions, WatchHealth } from "../../src/watch/watches.ts";
import type { WatchedKind, WorldEvent } from "../../src/world/event.ts";

/** A log that nobody reads. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What the parts of the controller get of the world when they run for real. */
export const seams = { clock: systemClock, random: Math.random, log: silent } as const;

/** Running watches: their events, and waits for one. */
export interface Watching {
  readonly events: readonly WorldEvent[];
  readonly health: (kind: WatchedKind) => WatchHealth | undefined;
  readonly until: (wanted: (event: WorldEvent) => boolean) => Promise<void>;
  /** The names of all objects of the kind that have been passed on. */
  readonly names: (kind: WatchedKind) => ReadonlySet<string>;
  readonly stop: () => Promise<void>;
}

/** Starts watches, and waits until everything has been listed. */
export async function watched(
  transport: KubeTransport,
  options: Pick<WatchesOptions, "watches" | "pageLimits" | "lookAgainMs"> = {},
): Promise<Watching> {
  const events: WorldEvent[] = [];
  let onSynced = (): void => {};
  const synced = new Promise<void>((resolve) => (onSynced = resolve));
  const onEvent = (event: WorldEvent): void => void events.push(event);
  const watches = startWatches({ ...seams, transport, onSynced, onEvent, ...options });
  await synced;
  return {
    events,
    health: (kind) => watches.health().find((one) => one.kind === kind),
    stop: watches.stop,
    until: (wanted) => expect.poll(() => events.some(wanted)).toBe(true),
    names: (kind) =>
      new Set(events.flatMap((event) => (event.type === "set" && event.kind === kind ? [event.object.name] : []))),
  };
}
