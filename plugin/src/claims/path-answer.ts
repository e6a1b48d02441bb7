import type { Fix } from "./fixes.ts";

/** What becomes of a path of an Ingress, or of all that it has for a host. */
export interface PathAnswer {
  readonly ingress: string;
  /** As the Ingress has it; `*` for a rule without host. */
  readonly host: string;
  /** Undefined: the host as a whole. */
  readonly path: string | undefined;
  /** Undefined while it is not known. */
  readonly live: boolean | undefined;
  readonly reason?: string;
  readonly message?: string;
  readonly fix?: Fix;
}

/** Why something is not served, and what helps. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
  readonly fix?: Fix | undefined;
}

/** A fix that its own team can make. */
export function byYou(what: string, command?: string): Fix {
  return { who: "you", command, what };
}
