import type { Cluster } from "../kube/cluster.ts";
import { stateWhere } from "../kube/follow.ts";
import type { Waiting } from "../kube/follow.ts";
import type { Domain } from "../kube/objects.ts";
import { reference } from "../kube/resources.ts";
import { UserError } from "../user-error.ts";
import { absenceNow, whetherItRuns } from "./controller-state.ts";
import { patiently } from "./patience.ts";

/** The time, as the process has it. */
export interface Time extends Waiting {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborted after so many milliseconds. */
  readonly deadline: (milliseconds: number) => AbortSignal;
}

/** What a claim is waited for. */
export interface Awaiting {
  readonly enough: (claim: Domain) => boolean;
  readonly milliseconds: number;
  /** What is waited for, in words: "the register to say what it says". */
  readonly what: string;
  /**
   * Told what holds it up, and whenever that changes, or once that the controller says nothing; how long it has been waited for, in
   * milliseconds.
   */
  readonly note: (text: string, waitedMs: number) => void;
  /** What holds the claim up, or how far it is; empty for nothing. What it says of being ready unless given. */
  readonly holdUp?: (claim: Domain) => string;
  /** What it says is told from the beginning; else only of a wait that lasts. */
  readonly atOnce?: boolean;
  /** What whoever interrupts it is told; that it goes on by itself unless given. */
  readonly interrupted?: string;
}

/**
 * The first state of a claim that is enough. Whoever interrupts the wait changes nothing: what was written goes on by itself.
 * Throws UserError after the time, with what may be wrong, and when the claim goes meanwhile; Interrupted.
 */
export async function awaited(
  time: Time,
  cluster: Cluster,
  claim: Domain,
  { enough, milliseconds, what, note, holdUp = readiness, atOnce, ...parts }: Awaiting,
): Promise<Domain> {
  const signal = time.deadline(milliseconds);
  const since = time.now();
  let [quiet, said] = [atOnce !== true, ""];
  let last = claim;
  const tell = (): void => {
    const text = quiet ? "" : holdUp(last);
    if (text === "" || text === said) return;
    said = text;
    note(text, time.now() - since);
  };
  const look = (state: Domain): boolean => {
    last = state;
    const found = enough(state);
    if (!found) tell();
    return found;
  };
  const found = await patiently(
    async () => await stateWhere(cluster, claim, look, { signal, io: time, ...parts }),
    async (over) => {
      quiet = false;
      tell();
      if (said !== "") return;
      const missing = (await absenceNow(cluster, time.now())) ?? whetherItRuns;
      if (!over.aborted && said === "") note(missing, time.now() - since);
    },
    { sleep: time.sleep, signal },
  );
  if (found !== undefined) return found;
  const name = reference(claim.metadata.name);
  if (!signal.aborted) throw new UserError(`${name} was deleted while it was waited for`);
  throw new UserError(
    `timed out after ${String(milliseconds / 1000)}s waiting for ${what}: ` +
      ((await absenceNow(cluster, time.now())) ??
        `${name} is written and goes on by itself; kubectl domain explain ${claim.metadata.name} says how far it is` +
          (said === "" ? "" : `\n${said}`)),
  );
}

/** What the claim, as it is now, says of itself; empty while the controller has said nothing of it. */
function readiness({ metadata, status }: Domain): string {
  if (status?.reason === undefined || (status.observedGeneration ?? 0) < (metadata.generation ?? 1)) return "";
  const ready = status.phase === "OK" ? status.conditions?.find(({ type }) => type === "Ready") : undefined;
  const { reason, message = "" } = ready ?? status;
  return `${reason ?? ""}: ${message}`;
}
