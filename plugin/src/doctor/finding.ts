import type { Cluster } from "../kube/cluster.ts";
import type { Fix } from "../claims/fixes.ts";

/**
 * How something is: `ok`; `warning` where it works and somebody should look at it; `problem` where something does not work;
 * `unknown` where the caller may not see it.
 */
export type State = "ok" | "warning" | "problem" | "unknown";

/** What was found out about one thing. */
export interface Finding {
  /** What was looked at, in a word: `controller`, `rights`, ... */
  readonly check: string;
  readonly state: State;
  readonly message: string;
  /** What helps, and who can do it. */
  readonly fix?: Fix;
}

/** What a check goes by. */
export interface Patient {
  readonly cluster: Cluster;
  /** This machine's clock, in milliseconds since 1970. */
  readonly now: number;
  /** The plugin's version. */
  readonly version: string;
}

/** Finds out about one thing. What it rejects with becomes a finding of its own. */
export type Check = (patient: Patient) => Promise<readonly Finding[]>;

/** What helps where it is not known whether there is a controller. */
export const whoRuns = byAdministrator(
  "see whether a controller runs, and then what it says (kubectl logs)",
  "kubectl get pods -A -l app.kubernetes.io/name=domain-claims",
);

/** What an administrator can do. */
export function byAdministrator(what: string, command?: string): Fix {
  return { who: "an administrator", command, what };
}
