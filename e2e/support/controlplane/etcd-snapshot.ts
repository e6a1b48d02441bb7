import { setTimeout as sleep } from "node:timers/promises";

/** What an etcd had at one time. */
export interface EtcdSnapshot {
  /**
   * Gives the etcd exactly that again, whoever watches it told of each key; returns the keys that differed. Throws when others
   * go on writing.
   */
  readonly restore: () => Promise<readonly string[]>;
}

/** A pair as etcd's JSON gateway says it: bytes in base64, a revision in decimal digits. */
interface Pair {
  readonly key: string;
  readonly value?: string;
  readonly mod_revision: string;
}

type Operation =
  | { readonly request_delete_range: { readonly key: string; readonly range_end: string } }
  | { readonly request_put: { readonly key: string; readonly value: string } };

/** etcd refuses more operations in a transaction, unless told otherwise (`--max-txn-ops`). */
const OPERATIONS = 128;

/** Milliseconds in which whoever is at work writes again. */
const PAUSE = 150;

/** So many times others may write between. */
const ATTEMPTS = 100;

/**
 * What kube-apiserver keeps of its compactions, every five minutes: it is no object, and who loses it panics
 * (k8s.io/apiserver 0.34, pkg/storage/etcd3/compact.go).
 */
const compactedUpTo = encoded("compact_rev_key");

/** Takes a snapshot of all objects in the etcd at `url` as soon as nobody writes for a moment; throws when that does not come. */
export async function etcdSnapshot(url: string): Promise<EtcdSnapshot> {
  const call = async (path: string, body: object): Promise<unknown> => {
    const answer = await fetch(`${url}/v3/kv/${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${String(answer.status)} ${await answer.text()}`);
    return answer.json();
  };
  // From the key of one zero byte to the range's end of one: all keys, sorted by their bytes.
  const all = { key: encoded("\0"), range_end: encoded("\0") };
  const list = async (keysOnly: boolean): Promise<readonly Pair[]> => {
    const answer = (await call("range", { ...all, keys_only: keysOnly })) as { readonly kvs?: readonly Pair[] };
    return (answer.kvs ?? []).filter(({ key }) => key !== compactedUpTo);
  };

  const kept = new Map((await quiet(() => list(false))).map((pair) => [pair.key, pair]));
  const restore = async (): Promise<readonly string[]> => {
    const differed = new Set<string>();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const now = await list(true);
      const lost = lostPairs(kept, now);
      const operations = [...removals(kept, now), ...lost.map(put)];
      if (operations.length === 0) return [...differed];
      for (const { key } of [...now.filter((pair) => !kept.has(pair.key)), ...lost]) differed.add(decoded(key));
      for (let at = 0; at < operations.length; at += OPERATIONS) {
        const some = operations.slice(at, at + OPERATIONS);
        const { header } = (await call("txn", { success: some })) as { readonly header: { readonly revision: string } };
        for (const operation of some) {
          if (!("request_put" in operation)) continue;
          const { key, value } = operation.request_put;
          kept.set(key, { key, value, mod_revision: header.revision });
        }
      }
      await sleep(PAUSE);
    }
    throw new Error(`others go on writing: ${[...differed].join(", ")}`);
  };
  return { restore };
}

/** What two listings in a row say alike. */
async function quiet(list: () => Promise<readonly Pair[]>): Promise<readonly Pair[]> {
  const versions = (pairs: readonly Pair[]): string => pairs.map((pair) => `${pair.key} ${pair.mod_revision}`).join();
  let before = await list();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await sleep(PAUSE);
    const now = await list();
    if (versions(now) === versions(before)) return now;
    before = now;
  }
  throw new Error("others go on writing");
}

/** The kept pairs that are gone, or have been written since. */
function lostPairs(kept: ReadonlyMap<string, Pair>, now: readonly Pair[]): readonly Pair[] {
  const revisions = new Map(now.map((pair) => [pair.key, pair.mod_revision]));
  return [...kept.values()].filter(({ key, mod_revision }) => revisions.get(key) !== mod_revision);
}

/** What removes the keys that are not kept: one range for as many as have no kept one between them. */
function removals(kept: ReadonlyMap<string, Pair>, now: readonly Pair[]): readonly Operation[] {
  const ranges: { first: string; last: string }[] = [];
  let open: { first: string; last: string } | undefined;
  for (const { key } of now) {
    if (kept.has(key)) open = undefined;
    else if (open !== undefined) open.last = key;
    else ranges.push((open = { first: key, last: key }));
  }
  // The next key after another is that with a zero byte behind it.
  return ranges.map(({ first, last }) => ({
    request_delete_range: { key: first, range_end: encoded(`${decoded(last)}\0`) },
  }));
}

function put({ key, value = "" }: Pair): Operation {
  return { request_put: { key, value } };
}

function encoded(key: string): string {
  return Buffer.from(key).toString("base64");
}

function decoded(key: string): string {
  return Buffer.from(key, "base64").toString();
}
