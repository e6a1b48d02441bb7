import { seconds } from "./wait.ts";

/** Takes one line for a person who waits. */
export type Progress = (line: string) => void;

/** Progress on standard error, so that it never mixes with a result. */
export const onStderr: Progress = (line) => {
  process.stderr.write(`${line}\n`);
};

/** No progress. */
export const silent: Progress = () => undefined;

/** Does `work`, saying what it is when it begins and how long it took when it is done. */
export async function step<T>(progress: Progress, what: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  progress(`${what} ...`);
  const result = await work();
  progress(`${what}: done in ${seconds(Date.now() - start)}`);
  return result;
}
