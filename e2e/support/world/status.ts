import { envFileOf, stateOf } from "./run-folder.ts";

/** What `status` says of a folder: one line for each process, and whether all of them run. */
export function status(folder: string): { readonly lines: readonly string[]; readonly up: boolean } {
  const { state, processes } = stateOf(folder);
  if (state === "down") return { lines: ["down: nothing is running"], up: false };
  const width = Math.max(...processes.map(({ name }) => name.length), 0);
  const rows = processes.map(({ name, identity, running }) => {
    return `  ${name.padEnd(width)}  ${running ? `running, process ${identity.pid}` : "has ended"}`;
  });
  const summary =
    state === "up" ? `up; to use it:  . ${envFileOf(folder)}` : "broken: some of it has ended, or never got ready";
  return { lines: [summary, ...rows], up: state === "up" };
}
