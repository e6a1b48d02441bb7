import type { HostRecord } from "../../src/world/host-record.ts";
import { settle } from "../support/fake-clock.ts";
import type { AllowedRegisters } from "./allowed-registers.ts";
import { judgement } from "./judgement.ts";
import type { Leaders } from "./leaders.ts";
import type { Mishaps } from "./mishaps.ts";
import { registerOf } from "./observed.ts";
import type { Stage } from "./stage.ts";

/** For how long a further pass is watched, in milliseconds. */
const furtherPassMs = 20_000;

/**
 * Everything comes to rest: nothing goes wrong any more, one leader is left, and it gets all the time it needs. Then the
 * whole is judged (I5), and a controller that starts afresh must find nothing to write (I6).
 */
export async function rest(stage: Stage, leaders: Leaders, mishaps: Mishaps, allowed: AllowedRegisters): Promise<void> {
  const { cluster, clock, chronicle } = stage;
  mishaps.cease();
  if (leaders.overlap) restart(leaders);
  await settle();
  await clock.pass(200_000);
  // A redemption that ends while it is looked whether a further pass writes would be a reason to write.
  while (cluster.all("HostRecord").some((record) => endsWithin(furtherPassMs, record, clock.now())))
    await clock.pass(furtherPassMs);
  chronicle.violations.push(...judgement(stage, allowed));
  allowed.startFrom(registerOf(cluster));

  const before = { kong: stage.kong.writes.length, cluster: cluster.writes.length };
  restart(leaders);
  await settle();
  await clock.pass(furtherPassMs);
  const more = [...stage.kong.writes.slice(before.kong), ...cluster.writes.slice(before.cluster)];
  if (more.length > 0) chronicle.violations.push(`I6: a further pass wrote: ${more.join("; ")}`);
  mishaps.forget();
}

function endsWithin(ms: number, { redemption }: HostRecord, now: number): boolean {
  const leftMs = redemption === undefined ? 0 : Date.parse(redemption.until) - now;
  return leftMs > 0 && leftMs <= ms;
}

function restart(leaders: Leaders): void {
  leaders.crash();
  leaders.start();
}
