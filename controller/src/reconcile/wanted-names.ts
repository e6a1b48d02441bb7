import type { Host } from "@domain-claims/crds/hostname";
import type { Settings } from "../decide/settings.ts";
import { wantsCertificate } from "../decide/wants-certificate.ts";
import type { Facts } from "../world/facts.ts";
import type { Pieces } from "../world/pieces.ts";
import { tlsOf } from "../world/source-hosts.ts";
import type { HostRecord } from "../world/host-record.ts";
import { decisionFor } from "./decided.ts";

/** Which names of a namespace below a registrable domain are to have a certificate, and which are others' by now. */
export interface WantedNames {
  readonly wanted: readonly Host[];
  /** Those of them that are to come into a certificate when the gateway has shown that it answers for them. */
  readonly unserved: ReadonlySet<Host>;
  /** All that the namespace holds below the domain. */
  readonly held: ReadonlySet<Host>;
  /** Of the names that stand in certificates. */
  readonly lost: ReadonlySet<Host>;
}

/** Which names are asked for. */
export interface GroupNames {
  readonly namespace: string;
  readonly domain: string;
  /** Those that stand in certificates. */
  readonly standing: ReadonlySet<Host>;
  /** True if the gateway can be asked what it answers for. */
  readonly asks: boolean;
}

/** Names that are looked at in one piece: a few milliseconds' work. */
const piece = 250;

/**
 * Rule T3: a name is to have a certificate while its claim is OK, from when Kong serves it, or at once, or never, as the
 * claim's policy says; one that Kong serves with a Secret of the team's own needs none (rule T8). While nobody knows who
 * holds it, or whether Kong serves it, nothing changes for a name that stands in a certificate already. Decides in pieces (rule
 * X2): a namespace may hold thousands of names below a domain. Each begins with a look at what is known.
 */
export function* wantedNames(
  look: () => Facts,
  settings: Settings,
  { namespace, domain, standing, asks }: GroupNames,
): Pieces<WantedNames> {
  let facts = look();
  const held = facts.held(namespace, domain);
  const ordered = new Set(facts.orderedCertificates(namespace, domain).map(({ name }) => name));
  const wanted: Host[] = [];
  const unserved = new Set<Host>();
  for (const [index, record] of held.entries()) {
    const { host } = record;
    if (index > 0 && index % piece === 0) {
      yield;
      facts = look();
    }
    if (!isWanted(facts, settings, record, { standing, ordered })) continue;
    wanted.push(host);
    if (asks && !standing.has(host) && isUnserved(facts, host)) unserved.add(host);
  }
  const lost = [...standing].filter((host) => {
    const holder = facts.record(host)?.holder;
    // Where it was handed over it may be served with this until its new holder has a certificate (rule N4).
    return holder !== undefined && holder.namespace !== namespace && facts.live(host).tls?.namespace !== namespace;
  });
  return { wanted, unserved, held: new Set(held.map(({ host }) => host)), lost: new Set(lost) };
}

function isWanted(
  facts: Facts,
  settings: Settings,
  { host, holder }: HostRecord,
  { standing, ordered }: { readonly standing: ReadonlySet<Host>; readonly ordered: ReadonlySet<string> },
): boolean {
  if (holder === undefined) return false;
  const claim = facts.claim(holder.namespace, holder.name);
  const { frozen, serving } = decisionFor(facts, settings, host);
  if (claim?.certificatePolicy === "Never" || (!frozen && serving !== holder.namespace)) return false;
  if (standing.has(host) && (frozen || !facts.kong.synced)) return true;
  if (frozen || claim === undefined || !wantsCertificate(facts, claim, host)) return false;
  return claim.certificatePolicy === "Always" || !hasOwnSecret(facts, holder.namespace, host, ordered);
}

/** True for a name that the gateway is to serve, and has not shown yet that it does. */
function isUnserved(facts: Facts, host: Host): boolean {
  return facts.live(host).namespaces.length > 0 && !facts.isInEffect(host);
}

/** True if Kong serves the host with a Secret that a source of the namespace names, and that has not been ordered. */
function hasOwnSecret(facts: Facts, namespace: string, host: Host, ordered: ReadonlySet<string>): boolean {
  const { tls } = facts.liveTls(host);
  if (tls?.namespace !== namespace || ordered.has(tls.name)) return false;
  return facts.tlsSourcesFor(namespace, host).some((source) => tlsOf(source).get(host)?.includes(tls.name) === true);
}
