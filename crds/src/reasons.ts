/**
 * The vocabulary of answers: every reason that a Domain's status, a condition or an event can carry, and when it is
 * used. Reasons are public API: they change as carefully as a field. The sentences that go with them are in messages/.
 */

/** Why a claim has its phase (`status.reason`, and the reason of its condition `Accepted`). */
export const claimReasons = {
  Held: "phase OK: the claim holds its host",
  Deciding: "phase Pending: nothing is decided yet",
  WaitingForGateway:
    "phase Pending: the host is free, but Kong must first guard it against a live wildcard of another namespace",
  Releasing: "phase Pending: the claim is being deleted, and its routes are leaving Kong",
  InvalidHost: "phase Failed: the spec is not a canonical host (RFC 1123, UTS 46)",
  PublicSuffix: "phase Failed: the primary is a public suffix (publicsuffix.org), which nobody may hold",
  ReservedName: "phase Failed: an administrator reserved the host",
  PrimaryNotAllowed: "phase Failed: the administrator lets only other namespaces claim primaries",
  TooManyClaims:
    "phase Failed: the namespace has more claims, or more that wait for hosts of others, than the administrator allows; the oldest count",
  AlreadyClaimed: "phase Failed: another claim holds the host; this one is decided again when it becomes free",
  InRedemption:
    "phase Failed: the host, or a primary above it, was not released by its last holder and is reserved for that namespace; the message says until when",
  Transferred:
    "phase Failed: the claim handed its host over to another namespace, or is to (spec.transferTo) and holds nothing; the message says who holds it",
  NotAdopted:
    "phase Failed: the record of the host, or of a primary above it, was restored from another cluster; the host is reserved until an administrator has adopted that record, or deleted it",
  ParentClaimed: "phase Failed: the primary lies below another namespace's primary, which is not shared with this one",
  DomainNotFound: "phase Failed: no primary was found for the shared claim in the namespaces that are searched",
  NotDelegated: "phase Failed: the primary was found, but it is not shared with the claim's namespace",
  WildcardUnsupported: "phase Failed: the wildcard can't be kept to one label on this gateway",
} as const;

/** What a claim is told in events alone. */
export const claimEventReasons = {
  ObjectTooLarge:
    "Warning: the claim has become too large for the API server to store, or has more than 1,000 finalizers, or labels, annotations and the like, so its status is not written and may be out of date",
  WriteRefused:
    "Warning: the API server refuses what the controller writes into the claim; the message has its words, and the status may be out of date",
} as const;

/** Why the condition `Programmed` of a claim is True or False. */
export const programmedReasons = {
  Programmed: "True: every route for the host is in Kong",
  NotAccepted: "False: the claim does not hold its host, so nothing is in Kong for it",
  NoRoutes: "False: no Ingress of the namespace has a usable path for the host",
  Programming:
    "False: routes are many and on their way, or wait until Kong guards the names of others that they would cover",
  KongUnreachable: "False: Kong's Admin API does not answer",
  KongRefused: "False: Kong refused an entity; the message has Kong's words",
  ForeignEntity: "False: something in Kong which is not ours has the name or the id that an entity of ours needs",
  ForeignHost:
    "False: a route in Kong which is not ours names the host, or one that the wildcard would cover, and no administrator has handed it over to its holder",
  WildcardUnsupported: "False: the wildcard can't be kept to one label on this gateway",
  Redirecting: "True: the redirect of the host is in Kong, in place of what Ingresses say",
  RedirectCircle:
    "False: the redirect leads in a circle of its namespace, or back to itself by way of another's host that has been held for longer; nothing is served",
  RedirectTooLong: "False: the redirect leads over more redirects than are followed, so nothing is served",
  RedirectInvalid: "False: the redirect names no canonical host, so nothing is served",
  RedirectUnsupported: "False: this gateway lacks what answers with a redirect",
  Renamed: "True: the host was renamed and redirects no longer, as its new name's claim says; nothing is served",
} as const;

/**
 * Why the condition `Ready` of a claim is True, or Unknown while routes are on their way or the gateway has yet to show them, or
 * False while it has yet to show the certificate. Otherwise it has the reason that holds it up: the claim's own, that of `Programmed`, that of
 * `CertificateReady`, or that of the first path or certificate that is refused.
 */
export const readyReasons = {
  Live: "True: the claim holds its host, every route that is asked for is in Kong, and so is its certificate",
  CertificateNotShown:
    "False: the routes are in Kong, and the certificate is on its way there, or the gateway has not answered a TLS handshake with it yet",
  RoutesNotShown:
    "Unknown: Kong has the routes, or the redirect, and the gateway is being asked whether it answers for the host; False once it did not show that it does",
  Redirecting: "True: the claim holds its host, and its redirect is in Kong",
  Unasked: "True: the claim holds its host, and nothing of its namespace asks to serve it",
  Renamed: "True: the claim holds its host, which was renamed, and nothing is to be served under it any more",
  Programming: "Unknown: the claim holds its host, and routes are on their way to Kong",
} as const;

/** Why the condition `DelegatesResolved` of a primary is True or False. */
export const delegateReasons = {
  Bound: "True: every delegate is bound to the namespace that exists now",
  NamespaceNotFound:
    "False: a delegate names a namespace that does not exist yet; it is bound to the first one of that name",
  StaleGrant:
    "False: a delegate was given to a namespace that is gone; its name means somebody else now, so share again",
} as const;

/** Why the condition `TransferPending` of a claim that hands its host over is True or False. */
export const transferReasons = {
  AwaitingAcceptance: "True: the namespace that it is handed over to may accept it; until then it can be taken back",
  NamespaceNotFound:
    "False: it is handed over to a namespace that does not exist yet; the first one of that name may accept it",
  StaleTransfer:
    "False: it is handed over to a namespace that is gone; its name means somebody else now, so transfer it again",
} as const;

/**
 * Why the condition `CertificateReady` of a claim is True, False or Unknown: what has become of the host's certificate, the
 * team's own or one that the controller orders, where there is any.
 */
export const certificateReasons = {
  OwnSecret: "True: Kong has the certificate of a Secret that an Ingress names; the message has the Secret",
  Issued: "True: a certificate has been issued for the host; the message has its Secret",
  Ordering: "Unknown: the host waits for others that are ordered with it, or its order is under way",
  NotValidated:
    "False: the certificate authority could not validate the host, or refuses it; it is tried again by itself, and holds up no other",
  BudgetExhausted:
    "False: the certificate authority's limits are met for now, for the domain or for the cluster, or too many orders of the namespace have failed",
  TooManyNames:
    "False: the namespace has as many names below the domain as can be remembered of its certificates, about 1,800 of ordinary length; it is ordered when others are gone",
  IssuerMissing:
    "False: there is no such issuer of cert-manager; the message has its name, and what to do. The host is ordered as soon as it is there",
  IssuerNotReady: "False: cert-manager's issuer can't sign; the message has its words",
  KongUnreachable: "False: the certificate has been issued, and Kong's Admin API does not answer",
  KongRefused: "False: the certificate has been issued, and Kong refused it; the message has Kong's words",
  ForeignEntity: "False: the certificate has been issued, and something in Kong which is not ours has the server name",
} as const;

/**
 * Why a CertificateRequest is approved or denied, where the controller does that: the reason of its condition `Approved` or
 * `Denied`.
 */
export const requestReasons = {
  HostsHeld: "Approved: the namespace holds every host that the certificate is to be for",
  HostNotHeld: "Denied: the namespace does not hold one of the hosts that the certificate is to be for",
  NotOnlyHosts:
    "Denied: the certificate is to say more than hosts, such as an address or a subject, or to sign others; the message says what",
  RequestInvalid: "Denied: the request can't be read, is too large, or is for too long a time",
} as const;

/**
 * Why the condition `Renamed` of a claim with `renames` is True, False or Unknown. While a rename is under way it is Unknown
 * with the name of the stage, and False with it where somebody has to do something first.
 */
export const renameReasons = {
  Renamed: "True: the old name has given way to the claim's host",
  RenameRouting: "what is served under the old name is on its way to be served under the new one, too",
  RenameHTTPS: "the new name waits for its certificate, as the old one has one or the claim wants one",
  RenameCleanup: "the old name is on its way to redirect to the new one",
  RenameOff: "False: the claim redirects its host itself, so it takes the place of no other",
  OldNameNotHeld: "False: the claim that is to be renamed is not there, or holds no host",
  OldNameRenamed: "False: another claim has begun to rename the same claim",
  OldNameInRename: "False: the old name has yet to take the place of an older one; this rename begins after that",
  NewNameRenamed: "False: the claim's own host has been renamed meanwhile; redirect the old host to the newest name",
  RenameCircle: "False: claims rename each other in a circle; none of these renames begins",
  RenameUnsupported: "False: a wildcard is not renamed, nor does it take the place of a host",
} as const;

/** Why a source (an Ingress), or a part of it, is served or not: the reasons of the events on it. */
export const sourceReasons = {
  Programmed: "Normal: the host's routes are live",
  Resolved: "Normal: what an earlier event told is no longer a problem",
  Programming:
    "Warning: the routes are many and on their way, or a wildcard's wait until Kong guards the names of others that they would cover",
  HostNotClaimed: "Warning: no claim of this namespace holds the host",
  InvalidHost: "Warning: the host is not a valid hostname",
  HostRenamed:
    "Normal: the host was renamed, so requests are redirected to the new name, under which the paths are served",
  HostRedirected: "Warning: the claim for the host redirects it, in place of what Ingresses say",
  HostRequired: "Warning: a rule without host, or a default backend, in a namespace that may not catch all hosts",
  InvalidPath: "Warning: the path can't be served as it is written, or is longer than the administrator allows",
  PathConflict: "Warning: an older Ingress of the namespace, or an earlier rule, serves the same host and path",
  TooManyPaths:
    "Warning: there are more paths, hosts, rules or objects than the administrator allows; the message has the limit",
  ServiceNotFound: "Warning: the backend's Service does not exist",
  ServicePortNotFound: "Warning: the backend's Service has no such port",
  ServicePortUncertain:
    "Warning: the Service has several ports, and may be reached at any of them, as Kong can't ask DNS for this one alone; its paths are served",
  ServiceRefused:
    "Warning: the backend is a Service of type ExternalName, or one that can't be reached as it asks to be, or no Service at all",
  ObjectTooLarge:
    "Warning: the object has more than 1,000 finalizers, labels, annotations and the like, so the gateway's address is not written into its status; its routes are served",
  UnsupportedAnnotation:
    "Warning: an annotation that has no effect here; one that restricts access keeps what it stands on out of Kong",
  InvalidAnnotation:
    "Warning: the value of an annotation can't be used; the default applies, or the routes stay out where that would open more",
  CertificateNotFound:
    "Warning: a Secret that spec.tls names does not exist, or has another type than kubernetes.io/tls",
  CertificateInvalid:
    "Warning: a Secret that spec.tls names has no pair of certificate and private key that can be served; the message says why",
  CertificateExpired: "Warning: the certificate in a Secret that spec.tls names has expired",
  CertificateNotYetValid: "Warning: the certificate in a Secret that spec.tls names is not valid yet",
  CertificateHostMismatch: "Warning: the certificate in a Secret that spec.tls names is not for the host",
  CertificateMissing:
    "Warning: routes are for HTTPS alone, and the host has no certificate: requests over HTTP are told to use HTTPS, and not redirected before it has",
  CertificateOrderedTwice:
    "Warning: an annotation has cert-manager order certificates for hosts for which the controller orders them, too",
  CertificateNotUsed:
    "Warning: an entry of spec.tls has no effect: it names no Secret, or an older object or an earlier entry names another one for the host",
  WildcardUnsupported: "Warning: the wildcard host can't be kept to one label on this gateway",
  KongUnreachable: "Warning: Kong's Admin API does not answer",
  KongRefused: "Warning: Kong refused an entity; the message has Kong's words",
  ForeignEntity: "Warning: something in Kong which is not ours has the name or the id that an entity of ours needs",
  ForeignHost:
    "Warning: a route in Kong which is not ours names the host, or one that the wildcard would cover, and no administrator has handed it over",
} as const;

/** Those by which a source is told of a host's certificate, and not of a path. */
export const tlsReasons: ReadonlySet<string> = new Set([
  "CertificateNotFound",
  "CertificateInvalid",
  "CertificateExpired",
  "CertificateNotYetValid",
  "CertificateHostMismatch",
  "CertificateMissing",
  "CertificateNotUsed",
  "KongUnreachable",
  "KongRefused",
  "ForeignEntity",
] satisfies readonly (keyof typeof sourceReasons)[]);

/** A key of {@link claimReasons}. */
export type ClaimReason = keyof typeof claimReasons;
/** A key of {@link claimEventReasons}. */
export type ClaimEventReason = keyof typeof claimEventReasons;
/** A key of {@link programmedReasons}. */
export type ProgrammedReason = keyof typeof programmedReasons;
/** A key of {@link readyReasons}. */
export type ReadyReason = keyof typeof readyReasons;
/** A key of {@link delegateReasons}. */
export type DelegateReason = keyof typeof delegateReasons;
/** A key of {@link transferReasons}. */
export type TransferReason = keyof typeof transferReasons;
/** A key of {@link certificateReasons}. */
export type CertificateReason = keyof typeof certificateReasons;
/** A key of {@link renameReasons}. */
export type RenameReason = keyof typeof renameReasons;
/** A key of {@link requestReasons}. */
export type RequestReason = keyof typeof requestReasons;
/** A key of {@link sourceReasons}. */
export type SourceReason = keyof typeof sourceReasons;
