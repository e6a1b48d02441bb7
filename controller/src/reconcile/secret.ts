import type { Host } from "@domain-claims/crds/hostname";
import type { SecretContent } from "../translate/secret.ts";
import { KubeError } from "../kube/errors.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue.ts";
import { atLeastVersion } from "../world/compare.ts";
import { Facts } from "../world/facts.ts";
import { secretKey } from "../world/tls.ts";
import type { KeyPair, PairProblem, SecretRef, TlsSecret } from "../world/tls.ts";
import { readKeyPair, servedPem } from "../x509/key-pair.ts";
import type { PairReading, PemPair } from "../x509/key-pair.ts";
import type { Context } from "./context.ts";
import { nameOfItem, splitKey } from "./work-item.ts";
import type { Work } from "./work-item.ts";

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

/** What was read of a Secret last. */
export interface ReadSecret {
  /** Undefined: it was not there. */
  readonly resourceVersion: string | undefined;
  readonly reading: PairReading;
}

/** Milliseconds after which it is tried again to read what the API server does not let us read. */
const refusedMs = 60_000;

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
    known = await read(context, secret);
    readSecrets.set(key, known);
  }
  context.expiries.set(key, known.reading.ok ? known.reading.pair.notAfter : undefined);
  const now = context.clock.now();
  state.setTlsSecret(secret, judged(known.reading, now));
  return nextLook(known.reading, now);
}

/** True if nothing later than what was read has been seen. One that the watch does not show is gone, or of another type. */
function isCurrent({ resourceVersion }: ReadSecret, shown: string | undefined): boolean {
  if (shown === undefined || resourceVersion === undefined) return shown === resourceVersion;
  return atLeastVersion(resourceVersion, shown);
}

async function read({ kube }: Context, secret: SecretRef): Promise<ReadSecret> {
  try {
    const found = await kube.getSecret(secret);
    return { resourceVersion: found?.resourceVersion, reading: readingOf(found) };
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== "refused") throw error;
    return { resourceVersion: undefined, reading: problem("unreadable", "the controller may not read") };
  }
}

function readingOf(found: SecretContent | undefined): PairReading {
  if (found === undefined) return problem("notFound", "does not exist");
  if (found.type !== "kubernetes.io/tls") return problem("invalid", "is not of the type kubernetes.io/tls");
  return readKeyPair(found);
}

/** What may be served of it now. */
function judged(reading: PairReading, now: number): TlsSecret {
  if (!reading.ok) return reading;
  const { notAfter, notBefore } = reading.pair;
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
  if (now >= notAfter) return problem("expired", `has a certificate that expired at ${day(notAfter)} UTC`);
  if (now < notBefore)
    return problem("notYetValid", `has a certificate that is not valid before ${day(notBefore)} UTC`);
  return reading;
}

/** When time changes what may be served. */
function nextLook(reading: PairReading, now: number): WorkOutcome | undefined {
  if (!reading.ok) return reading.problem.kind === "unreadable" ? { requeueAfterMs: refusedMs } : undefined;
  const { notAfter, notBefore } = reading.pair;
  const next = [notBefore, notAfter].find((time) => time > now);
  return next === undefined ? undefined : { requeueAfterMs: next - now };
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

function problem(kind: PairProblem["kind"], detail: string): { readonly ok: false; readonly problem: PairProblem } {
  return { ok: false, problem: { kind, detail } };
}
