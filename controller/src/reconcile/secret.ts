import type { Host } from "@domain-claims/crds/hostname";
import type { SecretContent } from "../translate/secret.ts";
import { KubeError } from "../kube/errors.ts";
import { maxSecret } from "../kube/size.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue-options.ts";
import { atLeastVersion } from "../world/compare.ts";
import { Facts } from "../world/facts.ts";
import { toMinute } from "../world/minute.ts";
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
  /** Undefined: there was none of the type for TLS. */
  readonly resourceVersion: string | undefined;
  readonly reading: PairReading;
}

/** Milliseconds after which it is tried again to read what the API server does not let us read. */
const refusedMs = 60_000;

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

/** True if what there is was read, and nothing later has been seen. */
function isCurrent({ resourceVersion, reading }: ReadSecret, shown: string | undefined): boolean {
  if (!reading.ok && reading.problem.kind === "unreadable") return false;
  if (shown === undefined || resourceVersion === undefined) return shown === resourceVersion;
  return atLeastVersion(resourceVersion, shown);
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

function readingOf(found: SecretContent | undefined): PairReading {
  return isForTls(found) ? readKeyPair(found) : problem("notFound", "does not exist");
}

/** One of another type is as good as none: it is in no watch of ours, so what is said of it could become untrue. */
function isForTls(found: SecretContent | undefined): found is SecretContent {
  return found?.type === "kubernetes.io/tls";
}

/** What may be served of it now. */
function judged(reading: PairReading, now: number): TlsSecret {
  if (!reading.ok) return reading;
  const { notAfter, notBefore } = reading.pair;
  if (now >= notAfter) return problem("expired", `has a certificate that expired at ${toMinute(notAfter)}`);
  if (now < notBefore)
    return problem("notYetValid", `has a certificate that is not valid before ${toMinute(notBefore)}`);
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
