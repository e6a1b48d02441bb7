import { settle } from "../support/fake-clock.ts";
import type { AllowedRegisters } from "./allowed-registers.ts";
import { judgement } from "./judgement.ts";
import type { Leaders } from "./leaders.ts";
import type { Mishaps } from "./mishaps.ts";
import { registerOf } from "./observed.ts";
import type { Stage } from "./stage.ts";

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
  chronicle.violations.push(...judgement(stage, allowed));
  allowed.startFrom(registerOf(cluster));

  const before = writes(stage);
  restart(leaders);
  await settle();
  await clock.pass(20_000);
  const more = writes(stage) - before;
  if (more > 0) chronicle.violations.push(`I6: a further pass wrote ${String(more)} times`);
  mishaps.forget();
}

function restart(leaders: Leaders): void {
  leaders.crash();
  leaders.start();
}

function writes({ cluster, kong }: Stage): number {
  return kong.writes.length + cluster.writes.length;
}
