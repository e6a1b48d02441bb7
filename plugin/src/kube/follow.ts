import { hostOf } from "@domain-claims/crds/domain";
import { shellWord } from "@domain-claims/crds/shell";

import type { Cluster } from "./cluster.ts";
import { ApiError, isDenied } from "./errors.ts";
import { Interrupted } from "./interrupted.ts";
import type { Condition, Domain } from "./objects.ts";
import { domains } from "./resources.ts";

/** What waiting needs of the process. */
export interface Waiting {
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Has Ctrl-C call the listener, once, in place of what it does by itself; what it returns forgets that. */
  readonly onInterrupt: (listener: () => void) => () => void;
}

/** What following needs from outside. */
export interface FollowParts {
  readonly signal: AbortSignal;
  readonly io: Waiting;
  /** What the person is told who interrupts it; unless given, that it goes on by itself. */
  readonly interrupted?: string;
}

/** The pause after a break, in milliseconds; each further one that brings nothing doubles it, up to the longest. */
const shortestPause = 200;
const longestPause = 5000;

/**
 * The states of a claim from `start` on as they come, undefined when it is gone. Ends when `signal` comes. After every
 * break of the watch, whatever it was, the claim is read again and watched from there. Where watching is denied it is
 * read every second instead. Throws Interrupted at Ctrl-C: the claim stays as it is written.
 */
export async function* follow(
  cluster: Cluster,
  start: Domain,
  { signal, io, interrupted = goesOn(start) }: FollowParts,
): AsyncGenerator<Domain | undefined, void> {
  const pressed = new AbortController();
  const forget = io.onInterrupt(() => pressed.abort());
  try {
    yield* states(cluster, start, AbortSignal.any([signal, pressed.signal]), io.sleep);
  } finally {
    forget();
  }
  if (pressed.signal.aborted) throw new Interrupted(interrupted);
}

function goesOn({ metadata, spec }: Domain): string {
  const seen = `kubectl domain explain ${shellWord(hostOf(spec))} -n ${metadata.namespace ?? ""}`;
  return `Interrupted; it goes on by itself. See: ${seen}`;
}

async function* states(
  cluster: Cluster,
  start: Domain,
  signal: AbortSignal,
  sleep: Waiting["sleep"],
): AsyncGenerator<Domain | undefined, void> {
  const { namespace, name, uid } = start.metadata;
  const scope = { namespace, fieldSelector: `metadata.name=${name}` };
  let state: Domain | undefined = start;
  let mayWatch = true;
  let pause = shortestPause;
  while (!signal.aborted) {
    yield state;
    if (state === undefined) return;
    const seen: string | undefined = state.metadata.resourceVersion;
    try {
      if (mayWatch)
        for await (const event of cluster.watch<Domain>(domains, scope, seen, signal)) {
          pause = shortestPause;
          state = event.type === "DELETED" || event.object.metadata.uid !== uid ? undefined : event.object;
          yield state;
          if (state === undefined) return;
        }
    } catch (error) {
      if (isDenied(error)) mayWatch = false;
      else if (!passes(error)) throw error;
    }
    for (let known = false; !known && !signal.aborted;) {
      await sleep(mayWatch ? pause : 1000, signal).catch(() => undefined);
      pause = Math.min(pause * 2, longestPause);
      try {
        const next: Domain | undefined = await cluster.find<Domain>(domains, namespace, name, signal);
        state = next?.metadata.uid === uid ? next : undefined;
        known = true;
      } catch (error) {
        if (!signal.aborted && !passes(error)) throw error;
      }
    }
  }
}

/** True for what waiting outlasts: an old resourceVersion, a server in trouble, a connection that broke. */
function passes(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 410 || error.status === 429 || error.status >= 500;
}

/** True once the controller has decided the claim as it is now, one way or the other. */
export function isDecided({ metadata, status }: Domain): boolean {
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 1)) return false;
  return status?.phase === "OK" || status?.phase === "Failed";
}

/** The claim's condition of that type; undefined where it has none. */
export function conditionOf({ status }: Domain, type: string): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/**
 * The first state for which `enough` is true; undefined if `signal` comes before, or the claim goes. `onState` is told of
 * those before.
 */
export async function stateWhere(
  cluster: Cluster,
  start: Domain,
  enough: (domain: Domain) => boolean,
  { onState = () => undefined, ...parts }: FollowParts & { readonly onState?: (state: Domain) => void },
): Promise<Domain | undefined> {
  for await (const state of follow(cluster, start, parts)) {
    if (state === undefined) return undefined;
    if (enough(state)) return state;
    onState(state);
  }
  return undefined;
}
