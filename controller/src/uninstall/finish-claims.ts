import { domainCertificates, domains } from "@domain-claims/crds/domain";
import type { KubeTransport } from "../kube/calls.ts";
import { KubeError, errorOf, isContention } from "../kube/errors.ts";
import type { Clock } from "../time/clock.ts";
import { sleep } from "../time/sleep.ts";
import { leavingObjects, pathOf } from "./look.ts";
import type { LeavingObject } from "./look.ts";

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

/** So many objects are named. */
const mostNamed = 5;

/** A kind whose objects have our finalizer. */
interface Kind {
  readonly plural: string;
  /** What people call one. */
  readonly noun: string;
}

/** In the order in which they go: what was ordered for claims is not needed when those have gone. */
const kinds: readonly Kind[] = [
  { plural: domains.plural, noun: "claim" },
  { plural: domainCertificates.plural, noun: "domaincertificate" },
];

/**
 * Resolves when no claim is left that waits for a controller, nor what is remembered of certificates, so that it can go and nobody
 * is stuck. What is made meanwhile is not waited for: whoever makes claims again and again would keep the controller for ever. An
 * API server that does not answer is asked again. Throws an Error that names what is left, and says what helps, when the time is
 * over.
 */
export async function finishClaims(finish: Finish, parts: FinishParts): Promise<void> {
  const until = parts.clock.monotonic() + finish.timeoutMs;
  for (const kind of kinds) await finishKind(kind, finish, until, parts);
  parts.print("no claim waits for the controller: it can go");
}

async function finishKind(kind: Kind, finish: Finish, until: number, parts: FinishParts): Promise<void> {
  const { clock, print } = parts;
  let newest: string | undefined;
  let last: Look | undefined;
  for (;;) {
    const look = await lookedAt(kind, finish, parts, newest);
    // While an API server starts, a kind that it will serve is not found.
    const absent = [last, look].every((one) => one?.failed?.kind === "notFound");
    if (absent || (look.left === 0 && look.failed === undefined)) return;
    if (look.text !== last?.text) print(look.text);
    if (clock.monotonic() >= until) throw new Error(`${look.text}. ${whatHelps}`, { cause: look.failed });
    newest ??= look.newest;
    last = look;
    await sleep(clock, pauseMs, never);
  }
}

const never = new AbortController().signal;

const whatHelps =
  "Only a running controller finishes them: does one lead, and does Kong answer (kubectl domain doctor)? " +
  "To remove it all the same: helm uninstall --no-hooks, and then what docs/uninstall.md says of claims that hang";

/** What one look at all objects of a kind found. */
interface Look {
  /** How many are waited for. */
  readonly left: number;
  /** When the youngest was made; undefined where not all could be seen. */
  readonly newest: string | undefined;
  /** What kept this look from being a whole one. */
  readonly failed: KubeError | undefined;
  readonly text: string;
}

/** Looks at all objects of the kind once, and deletes those that are to go. */
async function lookedAt(
  { noun, plural }: Kind,
  finish: Finish,
  { transport }: FinishParts,
  newest: string | undefined,
): Promise<Look> {
  let [left, youngest] = [0, ""];
  const named: string[] = [];
  try {
    for await (const page of leavingObjects(transport, plural)) {
      const goes = finish.claims === "delete" ? page.filter(({ deleting }) => !deleting) : [];
      await Promise.all(goes.map((object) => remove(transport, plural, object)));
      for (const object of page) {
        if (object.created > youngest) youngest = object.created;
        if (newest !== undefined && object.created > newest) continue;
        if (!isWaitedFor(object, finish)) continue;
        left += 1;
        if (named.length < mostNamed) named.push(`${object.namespace}/${object.name}`);
      }
    }
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    // What has not been seen of the list is not known.
    return { left, newest: undefined, failed: error, text: error.message };
  }
  return { left, newest: youngest, failed: undefined, text: textOf(noun, left, named) };
}

function isWaitedFor({ deleting, finalized }: LeavingObject, { claims }: Finish): boolean {
  return deleting ? finalized : claims === "delete";
}

function textOf(noun: string, left: number, named: readonly string[]): string {
  const more = left > named.length ? ` and ${String(left - named.length)} more` : "";
  return `${left === 1 ? `1 ${noun} has` : `${String(left)} ${noun}s have`} still to be released: ${named.join(", ")}${more}`;
}

/** Deletes the object that was seen, and no other one of its name. One that has gone meanwhile is as good. Throws KubeError. */
async function remove(transport: KubeTransport, plural: string, object: LeavingObject): Promise<void> {
  const path = pathOf(plural, object);
  const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid: object.uid } };
  const response = await transport.request({ method: "DELETE", path, body });
  if (response.status < 300) return;
  const error = errorOf(`DELETE ${path}`, response);
  if (!isContention(error)) throw error;
}
