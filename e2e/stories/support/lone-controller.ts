import { crowdOf } from "./crowd.ts";
import { faultsOf } from "./faults.ts";
import type { Story } from "./story.ts";
import type { Team } from "./team.ts";

/**
 * Arguments of a controller that is killed and started where there is never more than one: it runs without leader
 * election, since a successor would wait for the Lease of the dead one, and looks at Kong only when it has a reason.
 */
export const alone = ["--leader-election=false", "--kong-resync-period=0"];

/** Leaves the story with a gateway that behaves, a controller that runs, and no claim and no Ingress of the teams. */
export async function startAnew(story: Story, teams: readonly Team[]): Promise<void> {
  if (story.embedded) {
    await faultsOf(story).back();
    await faultsOf(story).clear();
  }
  if (story.runningControllers().length === 0) await story.startController(1, alone);
  await Promise.all(teams.map((team) => team.kubectl(["delete", "ingress", "--all"])));
  await Promise.all(teams.map(({ namespace }) => crowdOf(story, namespace).endAll()));
}
