import type { Host } from "@domain-claims/crds/host";
import { sourceMessages } from "@domain-claims/crds/messages/sources";
import type { SourceReason } from "@domain-claims/crds/reasons";
import { formerNames } from "../decide/former-names.ts";
import { isOurs } from "../decide/source-class.ts";
import type { Settings } from "../decide/settings.ts";
import { isGiver } from "../decide/transfer.ts";
import type { Facts } from "../world/facts.ts";
import { tlsOf } from "../world/source-hosts.ts";
import { mostSecrets } from "../world/source-tls.ts";
import type { SourceRef } from "../world/source.ts";
import { covers, secretKey } from "../world/tls.ts";
import type { KeyPair, PairProblem, SecretRef, TlsSecret } from "../world/tls.ts";
import { keptOut } from "./kept-out.ts";
import type { SourceRefusal } from "./route.ts";

/** How a host is to be served over TLS. */
export interface HostTls {
  /** Undefined: with no certificate of its namespace. */
  readonly served: ServedSecret | undefined;
  /** Why the others that are named for it do not serve it. */
  readonly refusals: readonly SourceRefusal[];
  /** The Secrets on which that rests: what each has must be known. */
  readonly secrets: readonly SecretRef[];
  /** False while it is not: until then nothing is said of it. */
  readonly known: boolean;
}

/** The Secret whose certificate serves a host. */
export interface ServedSecret {
  readonly secret: SecretRef;
  /** Undefined: what the gateway has of that Secret, if it has it, stays as it is. */
  readonly pair: KeyPair | undefined;
  /** The source that asks for it; undefined: it was ordered for the host. */
  readonly source: SourceRef | undefined;
}

/** Who serves a host, and what for. */
export interface Serving {
  readonly namespace: string;
  /** True if anything of the host is to be served. */
  readonly serves: boolean;
  /** True while it is served by routes of before, which may redirect to HTTPS. */
  readonly stays: boolean;
}

/** A Secret that a source names for the host, or, without a source, one that was ordered for it, or serves an old name of it. */
interface Candidate {
  readonly secret: SecretRef;
  readonly source: SourceRef | undefined;
}

/** A host that is to be served over TLS with no certificate of its namespace. */
export const noTls: HostTls = { served: undefined, refusals: [], secrets: [], known: true };

/**
 * Rules T6 to T8: the first Secret whose pair may be served and is for the host, the oldest source first and in its order;
 * after all that are named, those that were ordered for the host; then those of the names that it had before.
 * While none is, or not all before it are known, what the host is served with now stays: as long as its Secret exists. So
 * does what the namespace had that handed the host over, if a certificate is named, or is going to be ordered (rule N4). While
 * the routes of before stay, so does what they are served with (rule T11).
 */
export function planTls(facts: Facts, settings: Settings, host: Host, serving: Serving): HostTls {
  const { namespace, stays } = serving;
  const all = candidatesFor(facts, settings, host, namespace);
  const looked = all.slice(0, mostSecrets);
  if (looked.length === 0 && !stays && !isToBeOrdered(facts, settings, host, serving)) return noTls;
  const of: Kept = { candidates: looked, namespaces: looked.length === 0 && !stays ? [] : [namespace] };
  const refusals: SourceRefusal[] = [];
  const refuse = ({ source }: Candidate, reason: SourceReason, message: string, tls: SourceRefusal["tls"]): void => {
    if (source !== undefined) refusals.push({ source, reason, message, path: undefined, refused: 0, tls });
  };

  let chosen: ServedSecret | undefined;
  let unknown = false;
  // Asked for only where it matters: most hosts need not be decided again when a Secret comes or goes.
  const kept = (): ServedSecret | undefined => facts.once(keptOfHost, host, () => keptFor(facts, host, of));
  for (const candidate of looked) {
    const { secret, source } = candidate;
    if (chosen !== undefined) {
      const message = sourceMessages.tlsOtherSecret(host, secret.name, chosen.secret.name);
      if (!isSame(secret, chosen.secret)) refuse(candidate, "CertificateNotUsed", message, "unused");
      continue;
    }
    const known = facts.tlsSecret(secret);
    if (known === undefined) {
      unknown = true;
      break;
    }
    if (known.ok && covers(known.pair, host)) chosen = { secret, pair: known.pair, source };
    else {
      const { reason, message } = whyNot(host, secret, known);
      const keeps = kept() === undefined ? "" : `; ${sourceMessages.tlsKept}`;
      refuse(candidate, reason, message + keeps, "refused");
    }
  }
  const [surplus] = all.slice(mostSecrets);
  if (surplus !== undefined)
    refuse(surplus, "CertificateNotUsed", sourceMessages.tlsTooManySecrets(host, mostSecrets), "unused");

  const served = chosen ?? (unknown ? servedNow(facts, host, of) : kept());
  const secrets = looked.map(({ secret }) => secret);
  return { served, refusals: unknown ? [] : refusals, secrets, known: !unknown };
}

const keptOfHost = Symbol("what the host is served with now and may keep");

/** Each Secret once, as the first source that names it does; last those that were ordered. */
function candidatesFor(facts: Facts, settings: Settings, host: Host, namespace: string): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  const collect = (named: Host): void => {
    for (const source of facts.tlsSourcesFor(namespace, named)) {
      if (found.size > mostSecrets) break;
      if (!isOurs(facts, settings, source) || keptOut(facts, settings, source).length > 0) continue;
      for (const name of tlsOf(source).get(named) ?? []) {
        // What an old name is served with may be for this one, too; where it is not, nobody meant it to be.
        const { kind } = source;
        const ref = named === host ? { kind, namespace, name: source.name } : undefined;
        if (!found.has(name)) found.set(name, { secret: { namespace, name }, source: ref });
      }
    }
  };
  collect(host);
  const ordered = facts.orderedSecrets(namespace, host).filter(({ name }) => !found.has(name));
  for (const secret of ordered) found.set(secret.name, { secret, source: undefined });
  formerNames(facts, host).forEach(collect);
  return [...found.values()];
}

/** True if the holder's namespace names no certificate for the host, and one is going to be ordered for it. */
function isToBeOrdered(facts: Facts, settings: Settings, host: Host, { namespace, serves }: Serving): boolean {
  const name = facts.record(host)?.holder?.name;
  const policy = name === undefined ? undefined : facts.claim(namespace, name)?.certificatePolicy;
  return (
    settings.issuer !== undefined && policy !== undefined && (policy === "Always" || (policy !== "Never" && serves))
  );
}

/** What may stay in place of a certificate that can't be served yet. */
interface Kept {
  readonly candidates: readonly Candidate[];
  /** Whose Secrets, beside those of the namespaces that handed the host over. */
  readonly namespaces: readonly string[];
}

/** What the host is served with now, if it is a Secret of its holder's namespace, or of one that handed it over to that. */
function servedNow(facts: Facts, host: Host, { candidates, namespaces }: Kept): ServedSecret | undefined {
  const secret = facts.live(host).tls;
  if (secret === undefined) return undefined;
  const record = facts.record(host);
  const isGivers = record !== undefined && isGiver(facts, record, secret.namespace);
  if (!isGivers && !namespaces.includes(secret.namespace)) return undefined;
  return { secret, pair: undefined, source: candidates[0]?.source };
}

/** The same, unless its Secret is gone, or is known to be for other hosts now. */
function keptFor(facts: Facts, host: Host, of: Kept): ServedSecret | undefined {
  const now = servedNow(facts, host, of);
  if (now === undefined || !facts.hasSecret(now.secret)) return undefined;
  // It is known, too, where nothing of the host names it, if it serves another one.
  const known = facts.tlsSecret(now.secret);
  return known?.ok === true && !covers(known.pair, host) ? undefined : now;
}

/** Why the Secret does not serve the host. */
function whyNot(
  host: Host,
  { name }: SecretRef,
  known: TlsSecret,
): { readonly reason: SourceReason; readonly message: string } {
  if (known.ok) {
    const message = sourceMessages.tlsHostMismatch(host, name, known.pair.names);
    return { reason: "CertificateHostMismatch", message };
  }
  const { kind, detail } = known.problem;
  const message =
    kind === "notFound"
      ? sourceMessages.tlsSecretNotFound(host, name)
      : sourceMessages.tlsSecretProblem(host, name, detail);
  return { reason: reasonOf[kind], message };
}

const reasonOf = {
  notFound: "CertificateNotFound",
  invalid: "CertificateInvalid",
  weak: "CertificateInvalid",
  unreadable: "CertificateInvalid",
  expired: "CertificateExpired",
  notYetValid: "CertificateNotYetValid",
} as const satisfies Record<PairProblem["kind"], SourceReason>;

function isSame(a: SecretRef, b: SecretRef): boolean {
  return secretKey(a) === secretKey(b);
}
