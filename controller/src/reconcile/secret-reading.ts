import type { SecretContent } from "../translate/secret.ts";
import type { WorkOutcome } from "../queue/work-queue-options.ts";
import { atLeastVersion } from "../world/compare.ts";
import { toMinute } from "../world/minute.ts";
import type { PairProblem, TlsSecret } from "../world/tls.ts";
import { readKeyPair } from "../x509/key-pair.ts";
import type { PairReading } from "../x509/key-pair.ts";

/** What was read of a Secret last. */
export interface ReadSecret {
  /** Undefined: there was none of the type for TLS. */
  readonly resourceVersion: string | undefined;
  readonly reading: PairReading;
}

/** Milliseconds after which it is tried again to read what the API server does not let us read. */
const refusedMs = 60_000;

/** True if what there is was read, and nothing later has been seen. */
export function isCurrent({ resourceVersion, reading }: ReadSecret, shown: string | undefined): boolean {
  if (!reading.ok && reading.problem.kind === "unreadable") return false;
  if (shown === undefined || resourceVersion === undefined) return shown === resourceVersion;
  return atLeastVersion(resourceVersion, shown);
}

/** What is read of it. */
export function readingOf(found: SecretContent | undefined): PairReading {
  return isForTls(found) ? readKeyPair(found) : problem("notFound", "does not exist");
}

/** One of another type is as good as none: it is in no watch of ours, so what is said of it could become untrue. */
export function isForTls(found: SecretContent | undefined): found is SecretContent {
  return found?.type === "kubernetes.io/tls";
}

/** What may be served of it at that moment, in milliseconds since the epoch. */
export function judged(reading: PairReading, now: number): TlsSecret {
  if (!reading.ok) return reading;
  const { notAfter, notBefore } = reading.pair;
  if (now >= notAfter) return problem("expired", `has a certificate that expired at ${toMinute(notAfter)}`);
  if (now < notBefore)
    return problem("notYetValid", `has a certificate that is not valid before ${toMinute(notBefore)}`);
  return reading;
}

/** When time changes what may be served, or it may have become readable; undefined: never. */
export function nextLook(reading: PairReading, now: number): WorkOutcome | undefined {
  if (!reading.ok) return reading.problem.kind === "unreadable" ? { requeueAfterMs: refusedMs } : undefined;
  const { notAfter, notBefore } = reading.pair;
  const next = [notBefore, notAfter].find((time) => time > now);
  return next === undefined ? undefined : { requeueAfterMs: next - now };
}

/** A reading of a Secret that has no pair to serve; `detail` goes on after its name. */
export function problem(
  kind: PairProblem["kind"],
  detail: string,
): { readonly ok: false; readonly problem: PairProblem } {
  return { ok: false, problem: { kind, detail } };
}
