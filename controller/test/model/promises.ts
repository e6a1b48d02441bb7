import { isGivenUp, isRevoked, none } from "./ownership.ts";
import type { ModelCluster, ModelHolding, ModelRegister } from "./ownership.ts";
import type { Stage } from "./stage.ts";

/** A host that was lost without being released, and until when it is nobody else's. */
interface Kept {
  readonly last: ModelHolding;
  readonly until: number;
}

/** The register keeps times in whole seconds. */
const slackMs = 1000;

/**
 * N-c, followed without looking at what the register says about it: a host whose claim was deleted without being released
 * goes to no other namespace before its time is over, and until then nothing below a primary becomes a carve-out.
 */
export class Promises {
  readonly #stage: Pick<Stage, "clock" | "redemptionMs">;
  readonly #promises = new Map<string, Kept>();
  /** UIDs of claims that were given up: while two leaders write, the older one may give a host to such a claim once more. */
  readonly #givenUp = new Set<string>();
  #before: ModelRegister = new Map();

  constructor(stage: Pick<Stage, "clock" | "redemptionMs">) {
    this.#stage = stage;
  }

  /** Sentences about those that have since the last look what was promised to others. */
  look(cluster: ModelCluster, register: ModelRegister): readonly string[] {
    const before = this.#before;
    this.#before = register;
    for (const { uid, deleting, released } of cluster.claims) if (deleting && released) this.#givenUp.add(uid);
    if (this.#stage.redemptionMs === 0) return [];
    const broken = [...this.#promises].flatMap(([host, { last }]) => [
      ...goneToOthers(host, last, register),
      ...carvedOut(host, last, before, register),
    ]);
    this.#promise(cluster, before, register);
    this.#endSome(cluster, register);
    return broken;
  }

  /** What was lost since the last look by being deleted is promised to its namespace. */
  #promise(cluster: ModelCluster, before: ModelRegister, register: ModelRegister): void {
    const { clock, redemptionMs } = this.#stage;
    for (const [host, last] of before) {
      const now = register.get(host);
      if (last.kept || (now?.uid === last.uid && !now.kept)) continue;
      const claim = cluster.claims.find(({ uid }) => uid === last.uid);
      const deleted = claim === undefined || claim.deleting;
      // N4: what was handed over and accepted goes there, whatever becomes of the claim that it was handed over from.
      const handedOver = now?.kept === false && last.transfer?.uid === now.namespaceUid;
      if (deleted && !handedOver && !this.#givenUp.has(last.uid))
        this.#promises.set(host, { last, until: clock.now() + redemptionMs - slackMs });
    }
  }

  #endSome(cluster: ModelCluster, register: ModelRegister): void {
    for (const [host, { last, until }] of this.#promises) {
      const holding = register.get(host);
      const ended =
        (holding?.kept === false && holding.namespaceUid === last.namespaceUid) ||
        cluster.namespaces.get(last.namespace) !== last.namespaceUid ||
        isGivenUp(cluster, host, last) ||
        isRevoked(cluster, register, host, last) ||
        this.#stage.clock.now() >= until;
      if (ended) this.#promises.delete(host);
    }
  }
}

function goneToOthers(host: string, last: ModelHolding, register: ModelRegister): readonly string[] {
  const now = register.get(host);
  if (now === undefined || now.kept || now.namespaceUid === last.namespaceUid) return [];
  return [`N-c: ${host} went to ${now.uid}, although ${last.namespace} may still have it back`];
}

function carvedOut(
  host: string,
  last: ModelHolding,
  before: ModelRegister,
  register: ModelRegister,
): readonly string[] {
  if (last.kind === "shared") return [];
  return [...register].flatMap(([below, { uid, authority, namespaceUid }]) => {
    const old = before.get(below);
    // N4: what stands on its own goes on to stand on its own when it is handed over.
    const byRight = old?.namespaceUid === namespaceUid || old?.transfer?.uid === namespaceUid;
    const stood = old?.authority?.uid === none.uid && byRight;
    const carved = authority?.uid === none.uid && below.endsWith(`.${host}`) && namespaceUid !== last.namespaceUid;
    return carved && !stood
      ? [`N-c: ${uid} took ${below} out of ${host}, although ${last.namespace} may still have that back`]
      : [];
  });
}
