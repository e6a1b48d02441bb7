import type { Host } from "@domain-claims/crds/hostname";
import { KubeError } from "../kube/errors.ts";
import { maxSecret } from "../kube/size.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue-options.ts";
import { Facts } from "../world/facts.ts";
import { secretKey } from "../world/tls.ts";
import type { KeyPair, SecretRef } from "../world/tls.ts";
import { servedPem } from "../x509/key-pair.ts";
import type { PemPair } from "../x509/key-pair.ts";
import type { Context } from "./context.ts";
import { isCurrent, isForTls, judged, nextLook, problem, readingOf } from "./secret-reading.ts";
import type { ReadSecret } from "./secret-reading.ts";
import { nameOfItem, splitKey } from "./work-item.ts";
import type { Work } from "./work-row.ts";

/**
 * One Secret that a host rests on: what it has for TLS becomes known, again when it changes and when its time comes. Its
 * texts are looked at and dropped. Whoever needs to know asks for it; a Secret that no held host names is never read.
 */
export const secretWork: Work = {
  concurrency: 8,
  concurrencyPerTenant: 2,
  keysFor: () => [],
  tenantOf: (_state, key) => splitKey(key).namespace,
  reconcile,
};

const tooLarge = `has more than ${String(maxSecret / 1024)} KiB in all`;

/** Milliseconds after which a Secret that changes all the time is read again. */
const againMs = 2_000;

/** Has the Secrets looked at of which nothing is known yet, and those forgotten on which no host rests any more. */
export function needSecrets({ enqueue, secretUsers, state }: Context, host: Host, secrets: readonly SecretRef[]): void {
  const unknown = secrets.filter((secret) => state.tlsSecret(secret) === undefined);
  for (const secret of [...secretUsers.set(host, secrets), ...unknown])
    enqueue({ kind: "secret", key: secretKey(secret) });
}

async function reconcile(context: Context, key: string, run: KeyRun): Promise<WorkOutcome | undefined> {
  run.begin();
  const { readers, readSecrets, secretUsers, state } = context;
  const item = nameOfItem({ kind: "secret", key });
  const secret: SecretRef = splitKey(key);
  if (!secretUsers.has(key)) {
    readers.forget(item);
    readSecrets.delete(key);
    context.expiries.set(key, undefined);
    state.setTlsSecret(secret, undefined);
    return undefined;
  }
  const facts = new Facts(state);
  const shown = facts.secret(secret)?.resourceVersion;
  readers.record(item, facts.reads);

  let known = readSecrets.get(key);
  if (known === undefined || !isCurrent(known, shown)) {
    if (!context.mayReadSecret(key)) return { requeueAfterMs: againMs };
    known = await read(context, secret, shown);
    readSecrets.set(key, known);
  }
  context.expiries.set(key, known.reading.ok ? known.reading.pair.notAfter : undefined);
  const now = context.clock.now();
  state.setTlsSecret(secret, judged(known.reading, now));
  return nextLook(known.reading, now);
}

/** Reads a Secret of which this version has been shown. Throws KubeError. */
async function read({ kube }: Context, secret: SecretRef, shown: string | undefined): Promise<ReadSecret> {
  try {
    const found = await kube.getSecret(secret);
    return { resourceVersion: isForTls(found) ? found.resourceVersion : undefined, reading: readingOf(found) };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (error.kind === "tooLarge") return { resourceVersion: shown, reading: problem("invalid", tooLarge) };
    if (error.kind !== "refused") throw error;
    return { resourceVersion: undefined, reading: problem("unreadable", "the controller may not read") };
  }
}

/**
 * The pair that a Secret has, read for the moment in which it is written to Kong. Throws KubeError, of the kind `conflict`
 * where it is not the one with the hashes any more: then what it has now is looked at.
 */
export async function pairOf(
  context: Context,
  secret: SecretRef,
  { certHash, keyHash }: Pick<KeyPair, "certHash" | "keyHash">,
): Promise<PemPair> {
  const found = await context.kube.getSecret(secret);
  const reading = readingOf(found);
  if (found !== undefined && reading.ok && reading.pair.certHash === certHash && reading.pair.keyHash === keyHash)
    return servedPem(found);
  const key = secretKey(secret);
  context.readSecrets.delete(key);
  context.enqueue({ kind: "secret", key });
  const message = `the Secret ${key} has changed`;
  throw new KubeError(message, { status: 409, reason: "Conflict", kind: "conflict" });
}
