import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { StoredRecord } from "../support/world/objects.ts";
import { group } from "../support/world/objects.ts";
import { endingWithUs } from "../support/process.ts";

/** What ends the promise that a host is kept for its last holder's namespace (rule N5). */
export interface GivenUp {
  /** "namespace host" of claims whose owners gave their hosts up before they deleted them, by UID. */
  readonly claims: Map<string, string>;
  /** UIDs of namespaces that were deleted. */
  readonly namespaces: Set<string>;
}

/** The register, followed version by version. */
export interface RegisterWatch {
  readonly givenUp: GivenUp;
  /** What was broken since it was asked last, as sentences. */
  readonly violations: () => readonly string[];
  /** How many versions have been looked at. */
  readonly versions: () => number;
  readonly stop: () => Promise<void>;
}

/** The register keeps times in whole seconds. */
const slackMs = 1000;

/** Follows the register of a cluster, as the kubeconfig's user. Nothing of what is written there is passed by. */
export async function watchRegister(kubectl: string, kubeconfig: string): Promise<RegisterWatch> {
  const givenUp: GivenUp = { claims: new Map(), namespaces: new Set() };
  const found: string[] = [];
  let [judge, versions, over] = [registerJudge(givenUp), 0, false];
  const watch = async (): Promise<void> => {
    while (!over) {
      const args = ["get", "--raw", `${group}/hostrecords?watch=true`, "--kubeconfig", kubeconfig];
      const running = endingWithUs(spawn(kubectl, args, { stdio: ["ignore", "pipe", "inherit"] }));
      current = running;
      for await (const line of createInterface({ input: running.stdout })) {
        const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: StoredRecord };
        versions += 1;
        found.push(...judge(object.spec, type === "DELETED", Date.now()));
      }
      // The API server ends a watch some day; what happened until the next one is not known.
      judge = registerJudge(givenUp);
    }
  };
  let current: ReturnType<typeof spawn> | undefined;
  const watching = watch();
  watching.catch((error: unknown) => found.push(`the register can't be followed: ${String(error)}`));
  return {
    givenUp,
    violations: () => found.splice(0),
    versions: () => versions,
    stop: async () => {
      over = true;
      current?.kill();
      if (current !== undefined && current.exitCode === null && current.signalCode === null)
        await once(current, "exit");
      await watching.catch(() => undefined);
    },
  };
}

type Spec = StoredRecord["spec"];

/** A host that was not given up, and until when it is nobody else's. */
interface Kept {
  readonly namespace: string;
  readonly namespaceUID: string;
  readonly until: number;
}

/**
 * Judges a record's next version by the one before, at the moment at which it is seen. N-b: a host goes from one claim to
 * another in one update only if it was handed over to that one's namespace. N-c: what stands on its own and was not given up
 * is kept for its namespace, and until that time is over nobody else's.
 */
export function registerJudge(givenUp: GivenUp): (spec: Spec, deleted: boolean, now: number) => readonly string[] {
  const last = new Map<string, Spec>();
  const kept = new Map<string, Kept>();
  return (version, deleted, now) => {
    const { host, holder, redemption, history = [] } = version;
    const before = last.get(host);
    const promise = kept.get(host);
    if (deleted) last.delete(host);
    else last.set(host, version);
    const found: string[] = [];
    const was = before?.holder;
    if (was !== undefined && holder !== undefined && was.uid !== holder.uid && !deleted) {
      if (before?.transfer?.uid !== holder.namespaceUID)
        found.push(
          `N-b: ${host} went from ${was.namespace}/${was.name} to ${holder.namespace}/${holder.name}, to whom it was not handed over`,
        );
    }
    if (redemption?.kind === "primary" && redemption.authority?.kind === "none")
      kept.set(host, { ...redemption, until: Date.parse(redemption.until) - slackMs });
    const left = was !== undefined && holder === undefined && redemption === undefined;
    const standsAlone = was?.kind === "primary" && was.authority?.kind === "none" && history[0]?.reason === "Deleted";
    if (left && standsAlone && !givenUp.claims.has(was.uid) && !givenUp.namespaces.has(was.namespaceUID))
      found.push(`N-c: ${host} was free as soon as ${was.namespace}/${was.name} was deleted, which did not give it up`);
    if (holder !== undefined && promise !== undefined) {
      kept.delete(host);
      const ended =
        givenUp.namespaces.has(promise.namespaceUID) ||
        [...givenUp.claims.values()].includes(`${promise.namespace} ${host}`);
      if (holder.namespaceUID !== promise.namespaceUID && !ended && now < promise.until)
        found.push(
          `N-c: ${host} went to ${holder.namespace}/${holder.name}, although ${promise.namespace} may still have it back`,
        );
    }
    return found;
  };
}
