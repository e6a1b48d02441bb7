import type { KubeTransport } from "../kube/calls.ts";
import { KubeError, errorOf, isContention } from "../kube/errors.ts";
import type { Clock } from "../time/clock.ts";
import { sleep } from "../time/sleep.ts";
import { leavingClaims, pathOf } from "./look.ts";
import type { LeavingClaim } from "./look.ts";

/** What becomes of claims before the controller goes, and for how long that is waited for, in milliseconds. */
export interface Finish {
  /** `wait`: those that are being deleted are waited for; `delete`: all are deleted, and waited for. */
  readonly claims: "wait" | "delete";
  readonly timeoutMs: number;
}

/** By what claims are finished, and who is told how far it is. */
export interface FinishParts {
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly print: (line: string) => void;
}

/** Milliseconds between two looks at all claims. */
const pauseMs = 2_000;

/** So many claims are named. */
const mostNamed = 5;

/**
 * Resolves when no claim is left that waits for a controller, so that it can go and nobody is stuck. Claims that are made
 * meanwhile are not waited for: whoever makes them again and again would keep the controller for ever. An API server that does
 * not answer is asked again. Throws an Error that names what is left, and says what helps, when the time is over.
 */
export async function finishClaims(finish: Finish, parts: FinishParts): Promise<void> {
  const { clock, print } = parts;
  const until = clock.monotonic() + finish.timeoutMs;
  let newest: string | undefined;
  let last: Round | undefined;
  for (;;) {
    const round = await roundOf(finish, parts, newest);
    if (round.text !== last?.text) print(round.text);
    // While an API server starts, a kind that it will serve is not found.
    const absent = [last, round].every((one) => one?.failed?.kind === "notFound");
    if (absent || (round.left === 0 && round.failed === undefined)) return;
    if (clock.monotonic() >= until) throw new Error(`${round.text}. ${whatHelps}`, { cause: round.failed });
    newest ??= round.newest;
    last = round;
    await sleep(clock, pauseMs, never);
  }
}

const never = new AbortController().signal;

const whatHelps =
  "Only a running controller finishes them: does one lead, and does Kong answer (kubectl domain doctor)? " +
  "To remove it all the same: helm uninstall --no-hooks, and then what docs/uninstall.md says of claims that hang";

/** What one look at all claims found. */
interface Round {
  /** How many claims are waited for. */
  readonly left: number;
  /** When the youngest claim was made; undefined where not all could be seen. */
  readonly newest: string | undefined;
  /** What kept this look from being a whole one. */
  readonly failed: KubeError | undefined;
  readonly text: string;
}

/** Looks at all claims once, and deletes those that are to go. */
async function roundOf(finish: Finish, { transport }: FinishParts, newest: string | undefined): Promise<Round> {
  let [left, youngest] = [0, ""];
  const named: string[] = [];
  try {
    for await (const page of leavingClaims(transport)) {
      const goes = finish.claims === "delete" ? page.filter(({ deleting }) => !deleting) : [];
      await Promise.all(goes.map((claim) => remove(transport, claim)));
      for (const claim of page) {
        if (claim.created > youngest) youngest = claim.created;
        if (newest !== undefined && claim.created > newest) continue;
        if (!isWaitedFor(claim, finish)) continue;
        left += 1;
        if (named.length < mostNamed) named.push(`${claim.namespace}/${claim.name}`);
      }
    }
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    // What has not been seen of the list is not known.
    return { left, newest: undefined, failed: error, text: error.message };
  }
  return { left, newest: youngest, failed: undefined, text: textOf(left, named) };
}

function isWaitedFor({ deleting, finalized }: LeavingClaim, { claims }: Finish): boolean {
  return deleting ? finalized : claims === "delete";
}

function textOf(left: number, named: readonly string[]): string {
  if (left === 0) return "no claim waits for the controller: it can go";
  const more = left > named.length ? ` and ${String(left - named.length)} more` : "";
  return `${left === 1 ? "1 claim has" : `${String(left)} claims have`} still to be released: ${named.join(", ")}${more}`;
}

/** Deletes the claim that was seen, and no other one of its name. One that has gone meanwhile is as good. Throws KubeError. */
async function remove(transport: KubeTransport, claim: LeavingClaim): Promise<void> {
  const path = pathOf(claim);
  const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid: claim.uid } };
  const response = await transport.request({ method: "DELETE", path, body });
  if (response.status < 300) return;
  const error = errorOf(`DELETE ${path}`, response);
  if (!isContention(error)) throw error;
}
