import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { ProgrammedReason, SourceReason } from "@domain-claims/crds/reasons";
import type { SourceRef } from "./source.ts";
import type { SecretRef } from "./tls.ts";
import type { PathRefusal, SourceStatus } from "./claim-status.ts";

/** What Kong has for a host, as far as it is ours. */
export interface Live extends LiveTls {
  /** The namespaces whose routes (not guards) are in Kong for the host. */
  readonly namespaces: readonly string[];
  /** Those of them that are not only on their way there, or on their way out of the gateway; absent where there are none. */
  readonly written?: readonly string[];
  /** True if one of them answers with a redirect. */
  readonly redirects?: boolean;
  /** What its routes lead to, as the gateway names it; absent where none answers by a function: no redirect, no wildcard. */
  readonly leadsTo?: readonly string[];
  /** True while some of them are only on their way there. */
  readonly coming?: boolean;
  /** True while the first routes of the host are being written: there is nothing yet that could be lost. */
  readonly arriving?: boolean;
  /** True if the guard route of the host is in Kong, and in effect. */
  readonly guard: boolean;
  /** True while Kong has the guard and the gateway has not proved that it is in effect. */
  readonly guardUnproved?: boolean;
}

/** What Kong has for a host's certificate, as far as it is ours. */
export interface LiveTls {
  /** The Secret whose certificate an SNI of ours leads to; absent: there is no SNI of ours for the host. */
  readonly tls?: SecretRef;
  /** What handshakes have shown of that certificate; absent where there is none, or the gateway can't be asked. */
  readonly handshake?: Handshake;
}

/** What TLS handshakes with the gateway have shown of the certificate that Kong has for a host. */
export interface Handshake {
  /**
   * `shown`: the gateway answers with it. `awaited`: it is not known yet, and Kong had one for the host before, in this term
   * or since an earlier one. `missing`: the gateway does not answer with it, or has not yet for a host that had none.
   */
  readonly kind: "shown" | "awaited" | "missing";
  /** Why it is missing, to be continued from "the gateway"; absent before the first try. */
  readonly problem?: string;
}

/** True if requests for the host over TLS are answered with a certificate for it, as far as is known. */
export function servesHttps({ handshake, tls }: LiveTls): boolean {
  return tls !== undefined && handshake?.kind !== "missing";
}

/** Kong has nothing of ours for the host. */
export const nothingLive: Live = { namespaces: [], guard: false };

/** True if that is all that there is to say. */
export function isNothing({ guard, guardUnproved, namespaces, tls }: Live): boolean {
  return namespaces.length === 0 && !guard && guardUnproved !== true && tls === undefined;
}

/** True if both say the same, whatever handshakes have shown. */
export function sameLive(a: Live, b: Live): boolean {
  return (
    a.guard === b.guard &&
    (a.guardUnproved ?? false) === (b.guardUnproved ?? false) &&
    (a.coming ?? false) === (b.coming ?? false) &&
    (a.arriving ?? false) === (b.arriving ?? false) &&
    (a.redirects ?? false) === (b.redirects ?? false) &&
    a.namespaces.join() === b.namespaces.join() &&
    a.written?.join() === b.written?.join() &&
    a.leadsTo?.join() === b.leadsTo?.join() &&
    sameSecret(a.tls, b.tls)
  );
}

/** True if both say the same of the host's certificate. */
export function sameLiveTls(a: LiveTls, b: LiveTls): boolean {
  const { handshake: shown } = b;
  return sameSecret(a.tls, b.tls) && a.handshake?.kind === shown?.kind && a.handshake?.problem === shown?.problem;
}

function sameSecret(a: SecretRef | undefined, b: SecretRef | undefined): boolean {
  return a?.namespace === b?.namespace && a?.name === b?.name;
}

/**
 * Whose routes for a host go, though nothing can take their place yet: those of `sources` that are gone, or with them those of
 * the `givers` who handed the host over.
 */
export type StayOver = "sources" | "givers";

/** What is known of Kong. */
export interface KongState {
  /** True once everything that carries our tag has been listed. */
  readonly synced: boolean;
  /** True if wildcard hosts can be kept to one label (`pre-function` is available). */
  readonly preFunction: boolean;
  /** True if the port of an SRV record counts more in Kong than the one that a route's service names; see `KongInfo`. */
  readonly srvFirst?: boolean;
  /** True until the gateway has proved that what was listed first is in effect: an earlier leader may just have written it. */
  readonly unproved?: boolean;
  /** True if the gateway itself can be asked what it has in effect. */
  readonly asks?: boolean;
}

/** True if both say the same. */
export function sameKong(a: KongState, b: KongState): boolean {
  return (
    a.synced === b.synced &&
    a.preFunction === b.preFunction &&
    (a.srvFirst ?? false) === (b.srvFirst ?? false) &&
    (a.unproved ?? false) === (b.unproved ?? false) &&
    (a.asks ?? false) === (b.asks ?? false)
  );
}

/** Which route of Kong it is, for people. */
export interface NamedRoute {
  readonly id: string;
  /** Empty if it has none. */
  readonly name: string;
}

/** What the routes of others in Kong name. */
export interface ForeignRoutes {
  /** The first of them that names the host, or, of a wildcard, something that it would cover; undefined: none does. */
  readonly routeFor: (host: RouteHost) => NamedRoute | undefined;
}

/** Why a host that its claim redirects is served by nobody. */
export type RedirectRefusalReason = Extract<
  ProgrammedReason,
  "RedirectCircle" | "RedirectTooLong" | "RedirectInvalid" | "RedirectUnsupported"
>;

/** How the last writes for a host went; absent before the first. */
export interface Programmed {
  readonly reason: Exclude<ProgrammedReason, "NotAccepted">;
  readonly message: string;
  /** The generation of the holder's claim that redirects the host; absent where it does not. */
  readonly redirectedBy?: number;
  /** How far a rename is in which the host has a part; absent where it has none. */
  readonly rename?: RenameInKong;
  /** What becomes of the sources of its holder that name it; absent where nobody may serve it. */
  readonly sources?: SourcesSummary;
  /** Why Kong does not serve it with the certificate that it should have; absent where it does, or has none to serve. */
  readonly tls?: TlsFailure;
}

/** What Kong has of a rename (rule N2). */
export interface RenameInKong {
  /** The newest of the old names whose paths this host serves, too. */
  readonly from?: Host;
  /** Paths that are served under that name, and not under this one. */
  readonly lacks?: number;
}

/** Why Kong did not take a certificate over, and which source it was for: none where it was ordered. */
export interface TlsFailure {
  readonly source: SourceRef | undefined;
  readonly reason: Extract<SourceReason, "KongUnreachable" | "KongRefused" | "ForeignEntity">;
  readonly message: string;
}

/** What becomes of a host's sources, bounded: a tenant may write thousands. */
export interface SourcesSummary {
  /** Those of which something is refused first, then the oldest. */
  readonly shown: readonly SourceStatus[];
  /** How many are not shown. */
  readonly more: number;
  /** Paths that are not served, of all of them. */
  readonly refused: number;
  /** The first refusal; absent where nothing is refused. */
  readonly first?: PathRefusal;
}
