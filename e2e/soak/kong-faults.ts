import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { Effect, RunningGateway } from "@domain-claims/kong-stand-in";
import type { Crew } from "./crew.ts";
import { note } from "./fault-counts.ts";
import type { FaultCounts } from "./fault-counts.ts";
import type { Draw } from "./draw.ts";

const someEffect = () =>
  fc.constantFrom<Effect[]>(
    { kind: "status", status: 500 },
    { kind: "status", status: 503, after: true },
    { kind: "reset" },
    { kind: "reset", after: true },
    { kind: "half-answer" },
    { kind: "retry-later", seconds: 1 },
    { kind: "silence" },
    { kind: "silence", after: true },
    { kind: "delay" },
  );

/** How long a kill waits for its call at most, beyond the first 1500 ms; in milliseconds. */
const killLimit = 1500;

/** Arms a few random faults of Kong's Admin API; each hits up to three calls after some that are left alone. */
export function armFaults({ faults }: RunningGateway, draw: Draw): Armed {
  return Array.from({ length: 1 + draw(fc.nat, 2) }, () => {
    const effect = draw(someEffect);
    const delay = effect.kind === "delay" ? { delayMs: 20 + draw(fc.nat, 79) } : {};
    const count = 1 + draw(fc.nat, 2);
    return { id: faults.add({ effect, skip: draw(fc.nat, 3), count, ...delay }), effect, count };
  });
}

/** Ends all faults, and counts those that struck. */
export async function endFaults({ faults }: RunningGateway, armed: Armed, counts: FaultCounts): Promise<void> {
  await faults.comeBack();
  const left = new Map(faults.rules().map(({ id, hits }) => [id, hits]));
  for (const { id, effect, count } of armed) {
    const hits = left.get(id) ?? count;
    if (hits > 0) note(counts, described(effect), hits);
  }
  faults.clear();
}

/** Faults that were armed. */
export type Armed = readonly { readonly id: number; readonly effect: Effect; readonly count: number }[];

/**
 * Has one of the controller's next calls to Kong hang, before or after it took effect. What is returned waits for that
 * call, kills the leader in the middle of it and starts another; one that calls no more is killed as it stands.
 */
export function armKill(
  { faults }: RunningGateway,
  draw: Draw,
  likely: "POST" | "DELETE",
): (crew: Crew, counts: FaultCounts) => Promise<string> {
  const after = draw(fc.boolean);
  const method = draw(fc.nat, 2) === 0 ? undefined : likely;
  const skip = draw(fc.nat, method === undefined ? 5 : 1);
  const rule = { effect: { kind: "silence", after } as const, skip, ...(method === undefined ? {} : { method }) };
  const id = faults.add(rule);
  const hangs = (): boolean => !faults.rules().some((other) => other.id === id);
  const longest = 1500 + draw(fc.nat, killLimit - 1);
  return async (crew, counts) => {
    const limit = Date.now() + longest;
    while (!hangs() && Date.now() < limit) await sleep(2);
    const call = method ?? "any call";
    const where = hangs()
      ? `kill -9 in ${call}, ${after ? "after" : "before"} it took effect`
      : "kill -9 between calls";
    await crew.kill();
    note(counts, where, 1);
    await crew.start();
    return where;
  };
}

/** An effect in words. */
export function described(effect: Effect): string {
  const after = "after" in effect && effect.after === true ? " after it took effect" : "";
  return `Kong ${effect.kind === "status" ? String(effect.status) : effect.kind}${after}`;
}
