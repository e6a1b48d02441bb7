import { join } from "node:path";
import { startProcess, whenReady } from "../process.ts";
import type { ProcessSpec, RunningProcess } from "../process.ts";

/** Where processes live, and what they have in common. */
export interface Place {
  readonly dataDir: string;
  readonly logDir: string;
  /** Whether they survive the process that starts them. */
  readonly detached: boolean;
  /** Told of each process as soon as it runs. */
  readonly onStart: (started: RunningProcess) => void;
}

/** Starts a program in a place and returns when it is ready; one that does not become ready is stopped. */
export async function launch(
  place: Place,
  spec: Pick<ProcessSpec, "name" | "command" | "args" | "env">,
  ready: () => Promise<boolean>,
): Promise<RunningProcess> {
  const logFile = join(place.logDir, `${spec.name}.log`);
  const started = await startProcess({ ...spec, logFile, detached: place.detached });
  try {
    place.onStart(started);
    await whenReady(started, ready);
    return started;
  } catch (error) {
    await started.stop();
    throw error;
  }
}
