/**
 * The sentences that go with the reasons: what happened, to which object, and who can do what next. They are read in
 * `kubectl describe`, in events and in `kubectl domain explain`. Hosts are shown with their U-labels beside them.
 */
import { foreignHostsLabel } from "./domain.ts";
import { anyHost, display, isWildcard } from "./hostname.ts";
import type { Host, RouteHost } from "./hostname.ts";
import { shellWord } from "./shell.ts";

/** A claim as messages name it. */
export interface Named {
  readonly kind: "primary" | "shared";
  readonly namespace: string;
  readonly name: string;
}

const named = (claim: Named): string => `the ${claim.kind} claim ${claim.name} in namespace ${claim.namespace}`;

const alternatives = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} or ${items.at(-1) ?? ""}`;

/** How many names a sentence lists: a status has room for 4,096 characters. */
const mostNamed = 10;

const some = (names: readonly string[]): string =>
  names.slice(0, mostNamed).join(", ") +
  (names.length > mostNamed ? ` and ${String(names.length - mostNamed)} more` : "");

/** Hosts from one to the next, as redirects lead; long chains are cut in the middle. */
const hostChain = (hosts: readonly Host[]): string =>
  (hosts.length <= mostNamed ? hosts : [...hosts.slice(0, mostNamed - 2), "...", ...hosts.slice(-1)]).join(" -> ");

/** Sentences about claims. */
export const claimMessages = {
  held: (host: Host, namespace: string, via: string | undefined): string =>
    `${display(host)} is held by ${namespace}${via === undefined ? "" : ` under ${via}`}`,
  carveOuts: (count: number, examples: readonly string[]): string =>
    `; ${String(count)} ${count === 1 ? "name" : "names"} below it ${count === 1 ? "stays with its holder" : "stay with their holders"}: ${examples.join(", ")}${count > examples.length ? ", ..." : ""}`,
  deciding: (host: Host): string => `${display(host)} is free and is being taken for this claim`,
  waitingForGateway: (host: Host): string =>
    `${display(host)} is free; it is granted as soon as Kong keeps another namespace's wildcard away from it`,
  releasing: (host: Host, keptFor: string | undefined): string =>
    `the routes of ${display(host)} are leaving Kong; then the host is ` +
    (keptFor === undefined
      ? "free"
      : `reserved for namespace ${keptFor} for a while, since it was not released (kubectl domain release)`),
  invalidHost: (field: string, problem: string): string => `${field}: ${problem}`,
  publicSuffix: (host: Host): string =>
    `${display(host)} is a public suffix (publicsuffix.org): names below it belong to many; claim the name below it that is yours`,
  reservedName: (host: Host, pattern: string): string =>
    `${display(host)} is reserved by the administrator (${pattern}); choose another name or ask the administrator`,
  primaryNotAllowed: (host: Host, namespace: string): string =>
    `${display(host)} is a primary, and the administrator does not let namespace ${namespace} claim primaries (--primary-namespace-selector); ` +
    `claim a name below a primary that is shared with ${namespace}, or ask the administrator`,
  objectTooLarge: (finalizers: number): string =>
    `nothing can be written into the claim, since it would be larger than the API server can store; what its status says may be out of date, ` +
    `and a host that it does not hold yet goes to the next in line. ` +
    `Make its metadata smaller: annotations, labels, finalizers (${String(finalizers)})`,
  tooManyFinalizers: (finalizers: number, most: number): string =>
    `nothing is written into the claim, since it has ${String(finalizers)} finalizers, more than ${String(most)}; what its status says may be out of date, ` +
    `and a host that it does not hold yet goes to the next in line. Take finalizers away`,
  writeRefused: (detail: string): string =>
    `the API server refuses what is written into the claim, so what its status says may be out of date, and a host that it does not hold yet ` +
    `goes to the next in line; whoever administers the cluster can change that: ${detail}`,
  tooManyClaims: (namespace: string, most: number): string =>
    `namespace ${namespace} has more than ${String(most)} claims, of which the oldest count; release some, or ask the administrator (--claims-per-namespace)`,
  tooManyWaiting: (namespace: string, most: number): string =>
    `namespace ${namespace} has more than ${String(most)} claims for hosts that other claims hold, of which the oldest wait in line; ` +
    `release some, or ask the administrator (--waiting-claims-per-namespace)`,
  alreadyClaimed: (host: Host, holder: Named): string =>
    `${display(host)} is held by ${named(holder)}; when it becomes free, the oldest claim that may hold it takes it (kubectl domain whois ${shellWord(host)})`,
  transferred: (host: Host, holder: Named | undefined, to: string | undefined): string =>
    (holder === undefined
      ? `${display(host)} is held by nobody`
      : `${display(host)} was handed over, and is held by ${named(holder)} (kubectl domain whois ${shellWord(host)})`) +
    (to === undefined
      ? "; when it becomes free, the oldest claim that may hold it takes it"
      : `; this claim hands it over to ${to} (spec.transferTo), so it waits for nothing: take that away to have it wait, or release the claim`),
  acceptable: (host: Host, holder: Named, namespace: string): string =>
    `${display(host)} is held by ${named(holder)}, which hands it over to namespace ${namespace}; ` +
    `to take it over: kubectl domain accept ${shellWord(host)} -n ${namespace}`,
  otherKind: (host: Host, holder: Named, kind: Named["kind"]): string =>
    `${display(host)} is held by ${named(holder)}, which hands it over to a ${holder.kind} claim only, and this is a ${kind} one; ` +
    `to take it over: kubectl domain accept ${shellWord(host)}, after this claim is released`,
  accepting: (host: Host, holder: Named): string =>
    `${display(host)} is being taken over from ${named(holder)}, which hands it over`,
  inRedemption: (host: Host, namespace: string, until: string): string =>
    `${display(host)} was not released by its last holder, namespace ${namespace}, for which it is reserved until ${until}; ` +
    `when it becomes free, the oldest claim that may hold it takes it (kubectl domain whois ${shellWord(host)})`,
  enclosedInRedemption: (host: Host, enclosing: Host, namespace: string, until: string): string =>
    `${display(host)} lies below ${display(enclosing)}, which is reserved for its last holder, namespace ${namespace}, until ${until}; ` +
    `this claim is decided again then, or when ${namespace} has it back (kubectl domain whois ${enclosing})`,
  notAdopted: (host: Host, holder: Named): string =>
    `${display(host)} is held by ${named(holder)} of another cluster, whose register was restored here; nobody has the host ` +
    `until an administrator adopts its record (kubectl domain adopt), or deletes it`,
  enclosedInRestored: (host: Host, enclosing: Host, namespace: string): string =>
    `${display(host)} lies below ${display(enclosing)}, which namespace ${namespace} of another cluster holds, whose register was restored here; ` +
    `this claim is decided again when an administrator has adopted that record (kubectl domain adopt), or deleted it`,
  parentClaimed: (host: Host, enclosing: Host, holder: Named, namespace: string): string =>
    `${display(host)} lies below ${display(enclosing)}, which namespace ${holder.namespace} holds and does not share with ${namespace}; ` +
    `its owner can: kubectl domain share ${enclosing} --with ${namespace} -n ${holder.namespace}`,
  domainNotFound: (primary: Host, searched: readonly string[], namespace: string, heldIn: string | undefined): string =>
    `no primary ${display(primary)} in ${alternatives(searched)} that ${namespace} may use` +
    (heldIn === undefined
      ? `; this claim is granted as soon as one of them holds it and shares it`
      : `; namespace ${heldIn} holds it: with parent ${heldIn} it is found, if ${heldIn} shares it (kubectl domain share ${primary} --with ${namespace} -n ${heldIn})`),
  notDelegated: (primary: Host, holder: string, namespace: string): string =>
    `${display(primary)} is held by namespace ${holder}, which does not share it with ${namespace}; ` +
    `its owner can: kubectl domain share ${primary} --with ${namespace} -n ${holder}`,
  staleGrant: (primary: Host, holder: string, namespace: string): string =>
    `${holder} shared ${display(primary)} with an earlier namespace named ${namespace}, which is gone; ` +
    `its owner can share it again: kubectl domain share ${primary} --with ${namespace} -n ${holder}`,
  wildcardNotDelegated: (host: Host, holder: string): string =>
    `${display(host)} is a wildcard, which only ${holder}, the namespace that holds the primary, can claim`,
  wildcardTooDeep: (host: Host, most: number): string =>
    `${display(host)} has more than ${String(most)} labels below which Kong can keep wildcards apart; claim the names one by one`,
} as const;

/** Sentences of a claim's conditions. */
export const conditionMessages = {
  notAccepted: "the claim does not hold its host",
  programming: "the routes go live as soon as Kong guards the names below the wildcard that others hold",
  takingOver: (host: Host, givers: readonly string[]): string =>
    `the gateway goes on with what it has for ${display(host)} until what takes its place is in effect there` +
    (givers.length === 0 ? "" : `, but for ten minutes at most with what ${givers.join(", ")} had there`),
  programmingPieces: "the host has many routes, which are being written to Kong",
  noRoutes: (namespace: string, host: Host): string =>
    `no Ingress in ${namespace} has a usable path for ${display(host)}; see the events of the Ingress, if there is one`,
  programmed: (routes: number): string => `${String(routes)} ${routes === 1 ? "route is" : "routes are"} live in Kong`,
  kongUnreachable: (detail: string): string => `Kong's Admin API does not answer: ${detail}`,
  kongRefused: (detail: string): string => `Kong refused it: ${detail}`,
  foreignEntity: (what: string): string =>
    `Kong has ${what}, which is not managed by domain claims and is left alone; remove or rename it there`,
  foreignHost: (host: RouteHost, route: { readonly id: string; readonly name: string }): string =>
    `${shown(host)} is not served from here: the route ${route.name === "" ? route.id : `${route.name} (${route.id})`} in Kong, ` +
    `which is not managed by domain claims, names ${host !== anyHost && isWildcard(host) ? "it, or a name that it would cover" : "it"}; ` +
    `an administrator can remove that route, or hand the host over (--foreign-hosts-handed-over, ` +
    `or kubectl label namespace with ${foreignHostsLabel}=allowed)`,
  guardsWithheld: (host: RouteHost): string =>
    `${shown(host)} is not served: a name that it would cover is held by another namespace and named by a route in Kong which is not ` +
    `managed by domain claims, so nothing of ours keeps it apart; an administrator can remove that route, or hand that name over, too ` +
    `(its claim says which route it is)`,
  wildcardUnsupported:
    "this Kong lacks the plugin pre-function, without which a wildcard, or a rule for any host, can't be kept from others' hosts; enable it in Kong's setting plugins",
  redirecting: (url: string, statusCode: number): string => `requests are redirected to ${url} (${String(statusCode)})`,
  redirectCircle: (hosts: readonly Host[]): string =>
    `the redirect leads in a circle: ${hostChain(hosts)}; have one of them lead elsewhere, or none (kubectl domain redirect HOST --off)`,
  redirectTooLong: (host: Host, most: number): string =>
    `from ${display(host)} redirects lead on more than ${String(most)} times; redirect it to where they end`,
  redirectInvalid: (problem: string): string => `spec.redirect.host: ${problem}`,
  redirectUnsupported:
    "this Kong lacks the plugin pre-function, without which it can't answer with a redirect; enable it in Kong's setting plugins",
  delegatesBound: "every delegate is bound to its namespace",
  delegatesMissing: (namespaces: readonly string[]): string =>
    `no such namespace yet: ${some(namespaces)}; the first one of that name gets the grant`,
  delegatesStale: (namespaces: readonly string[], primary: Host): string =>
    `the grant of ${some(namespaces)} was given to a namespace that is gone; share again: ` +
    `kubectl domain share ${primary} --with ${namespaces.slice(0, mostNamed).join(",")}`,
  transferPending: (host: Host, namespace: string): string =>
    `${display(host)} goes to namespace ${namespace} as soon as it is accepted there: kubectl domain accept ${shellWord(host)} -n ${namespace}; ` +
    `to take that back: kubectl domain transfer ${shellWord(host)} --cancel`,
  transferMissing: (namespace: string): string =>
    `no such namespace yet: ${namespace}; the first one of that name may accept the host`,
  transferStale: (host: Host, namespace: string): string =>
    `the namespace ${namespace} that may accept it is gone; transfer it again: ` +
    `kubectl domain transfer ${shellWord(host)} --to ${namespace}`,
  grandfathered: (reason: string): string => `the host was held before this became a rule, so it stays: ${reason}`,
} as const;

/** Sentences of the condition `Renamed`, and of what becomes of an old name. */
export const renameMessages = {
  beginning: (old: Host, host: Host): string => `${display(old)} begins to be renamed to ${display(host)}`,
  routing: (old: Host, host: Host): string =>
    `what is served under ${display(old)} is on its way to be served under ${display(host)}; ${display(old)} serves on`,
  stays: (old: Host, message: string): string => `${message}; until that is mended ${display(old)} serves on`,
  pathsLeftOut: (old: Host, host: Host, lacks: number): string =>
    `${String(lacks)} of the paths that are served under ${display(old)} ${lacks === 1 ? "is" : "are"} not served under ${display(host)}: ` +
    `status.sources says why; until that is mended ${display(old)} serves on`,
  https: (old: Host, host: Host, why: string): string =>
    `${display(host)} waits for its certificate: ${why}; ${display(old)} serves on`,
  noCertificate:
    "none is in Kong yet; name a Secret for it in spec.tls of an Ingress, or have the administrator name an issuer",
  ordering: "it is being ordered",
  notShown: (problem: string = handshakeMessages.notYet): string => `the gateway ${problem}`,
  cleanup: (old: Host, host: Host): string =>
    `${display(host)} serves all that ${display(old)} does, which is on its way to redirect there`,
  redirects: (old: Host, host: Host, since: string, forMs: number | undefined): string =>
    `${display(old)} redirects to ${display(host)} since ${since}, ${forMs === undefined ? "for ever" : `for ${inWords(forMs)}`}`,
  over: (old: Host, host: Host): string =>
    `${display(old)} was renamed to ${display(host)}, and nothing is served under it any more; its claim holds it until it is released`,
  oldNameGone: (old: Host, host: Host, name: string): string =>
    `${display(old)} was renamed to ${display(host)}; the claim ${name} does not hold it any more`,
  redirected: (host: Host, to: string): string =>
    `the claim redirects ${display(host)} to ${to}, so it takes the place of no other; ` +
    `to have it go on, take the redirect away: kubectl domain redirect ${shellWord(host)} --off`,
  notHeld: (name: string, namespace: string): string =>
    `there is no claim ${name} in namespace ${namespace} that holds a host; the rename begins when there is`,
  renamedByOther: (old: Host, to: Host, name: string): string =>
    `${display(old)} is renamed to ${display(to)} by the claim ${name}, which came first; this rename begins if that claim goes`,
  inRename: (old: Host, name: string): string =>
    `${display(old)} has yet to take the place of an older name (kubectl domain explain ${name}); this rename begins after that`,
  newNameRenamed: (old: Host, host: Host, later: Host): string =>
    `${display(host)} has been renamed to ${display(later)} meanwhile; redirect ${display(old)} to that: kubectl domain redirect ${old} --to ${later}`,
  circle: (names: readonly string[]): string =>
    `these claims rename each other in a circle: ${(names.length <= mostNamed ? names : [...names.slice(0, mostNamed - 1), "..."]).join(" -> ")}; delete one of them`,
  wildcard: (old: Host): string =>
    `${display(old)} can't be renamed: a wildcard stands for many hosts; rename those below it one by one (kubectl domain rename)`,
  primaryRenamed: (primary: Host, to: Host): string =>
    `; ${display(primary)} was renamed to ${display(to)}: names below it go on, and who wants to follow renames theirs (kubectl domain rename)`,
} as const;

/** A time as people write it, in the largest unit that it is a whole number of. */
function inWords(ms: number): string {
  const units = [
    [86_400_000, "day"],
    [3_600_000, "hour"],
    [60_000, "minute"],
  ] as const;
  const [size, unit] = units.find(([one]) => ms % one === 0) ?? [1000, "second"];
  const count = ms / size;
  return `${String(count)} ${unit}${count === 1 ? "" : "s"}`;
}

/** Sentences of the condition `Ready`. */
export const readyMessages = {
  live: (host: Host, certificate: "none" | "inKong" | "shown"): string =>
    `${display(host)} is held, and Kong has every route${certificate === "inKong" ? " and the certificate" : ""} that ` +
    `${certificate === "inKong" ? "are" : "is"} asked for, as its Admin API says` +
    (certificate === "shown" ? "; the gateway shows its certificate in TLS handshakes" : ""),
  certificateComing: (host: Host): string => `the certificate for ${display(host)} is on its way to Kong`,
  certificateNotShown: (host: Host, problem: string = handshakeMessages.notYet): string =>
    `Kong has the certificate for ${display(host)}, and the gateway ${problem}`,
  redirecting: (host: Host, message: string): string =>
    `${display(host)} is held, and its ${message}, as Kong's Admin API says`,
  unasked: (host: Host, namespace: string): string =>
    `${display(host)} is held, and nothing in ${namespace} asks to serve it`,
  routing: (host: Host): string => `${display(host)} is held, and its routes are on their way to Kong`,
  refused: (message: string, more: number): string =>
    more === 0
      ? message
      : `${message} (${String(more)} more ${more === 1 ? "path is" : "paths are"} not served: status.sources)`,
  gateway: (message: string): string => `${message}; whoever administers Kong can change that`,
} as const;

/** What the gateway does in a TLS handshake for a host, in place of showing the certificate that Kong has. */
export const handshakeMessages = {
  notYet: "has not been seen to answer with it yet",
  notForHost: "answers with one for other names",
  otherCertificate: "answers with another one, such as the one before",
  notCompleted: "completes no TLS handshake for it",
} as const;

/** Sentences of the condition `CertificateReady`. */
export const certificateMessages = {
  issued: (host: Host, secret: string): string => `the certificate for ${display(host)} is in the Secret ${secret}`,
  ownSecret: (host: Host, secret: string): string =>
    `Kong has the certificate for ${display(host)} from the Secret ${secret}, which an Ingress names`,
  ordering: (host: Host): string => `a certificate for ${display(host)} is being ordered`,
  notValidated: (host: Host, problem: string, until: string | undefined): string =>
    `${display(host)} could not be validated${problem === "" ? "" : `: ${problem}`}; see to it that its DNS leads to this gateway; ` +
    `it is tried again${until === undefined ? "" : ` at ${until}`}`,
  budgetExhausted: (host: Host, until: string | undefined): string =>
    `${display(host)} waits for its certificate, since the certificate authority takes no more orders for now` +
    (until === undefined ? "" : `; it is ordered at ${until}`),
} as const;

/** Sentences about CertificateRequests. */
export const requestMessages = {
  hostsHeld: (hosts: readonly Host[], namespace: string): string => `${namespace} holds ${some(hosts.map(display))}`,
  notHeld: (host: Host, namespace: string): string =>
    `${namespace} does not hold ${display(host)}, so it gets no certificate for it; claim it: kubectl domain claim ${shellWord(host)} -n ${namespace}`,
  heldElsewhere: (host: Host, holder: Named): string =>
    `${display(host)} is held by ${named(holder)} (kubectl domain whois ${shellWord(host)})`,
  refused: (detail: string): string => `the certificate request ${detail}`,
} as const;

/** Sentences about sources; the kind is named where the object itself is meant. */
export const sourceMessages = {
  programmed: (host: RouteHost): string => `${shown(host)} is live in Kong`,
  notClaimed: (host: Host, namespace: string): string =>
    `${display(host)} is not claimed in namespace ${namespace}, so it is not served; claim it: kubectl domain claim ${shellWord(host)} -n ${namespace}`,
  claimFailed: (host: Host, claim: string, reason: string, message: string): string =>
    `${display(host)} is not served: its claim ${claim} is not OK (${reason}): ${message}`,
  heldElsewhere: (host: Host, holder: Named): string =>
    `${display(host)} is held by ${named(holder)}, so it is not served from here (kubectl domain whois ${shellWord(host)})`,
  redirected: (host: Host, claim: string, to: string, namespace: string): string =>
    `${display(host)} is not served from here: its claim ${claim} redirects it to ${to}; ` +
    `to have it served, take the redirect away: kubectl domain redirect ${shellWord(host)} --off -n ${namespace}`,
  renamed: (host: Host, to: Host, redirects: boolean): string =>
    `${display(host)} was renamed to ${display(to)}, where its paths are served; ` +
    (redirects ? "requests for it are redirected there" : "nothing is served under the old name any more"),
  invalidHost: (message: string): string => `the host is not served: ${message}`,
  hostRequired:
    "a rule without host and a default backend would serve everybody's hosts; name a host that this namespace holds, or ask the administrator for catch-all",
  invalidPath: (host: RouteHost, path: string, message: string): string =>
    `${at(host, path)} is not served: ${message}`,
  pathConflict: (host: RouteHost, path: string, kind: string, other: string): string =>
    `${at(host, path)} is served by the older ${kind} ${other}; remove the path there or here`,
  pathTwice: (host: RouteHost, path: string, kind: string): string =>
    `${at(host, path)} stands in this ${kind} twice; the first one counts, so remove the other`,
  tooManyPaths: (host: RouteHost, most: number, left: number): string =>
    `${shown(host)} has more than ${String(most)} paths in this namespace, so ${String(left)} of this object are not served; remove some, or ask the administrator (--paths-per-host)`,
  tooManyRoutes: (routes: number, most: number): string =>
    `nothing of it is served: its hosts and paths make ${String(routes)} routes, and with those of older objects the namespace would have more than ${String(most)}; ` +
    `make it smaller, or ask the administrator (--routes-per-namespace)`,
  tooManySources: (host: RouteHost, kind: string, most: number): string =>
    `${shown(host)} is not served from here: ${String(most)} older objects of the kind ${kind} in this namespace name it, and no more count; put paths of several into one`,
  leftOut: (what: string, most: number, left: number): string =>
    `it has more than ${String(most)} ${what}, of which ${String(left)} are not looked at; split it up`,
  serviceNotFound: (host: RouteHost, path: string, service: string): string =>
    `${at(host, path)} is not served: there is no Service ${service}; it goes live when there is`,
  servicePortNotFound: (host: RouteHost, path: string, service: string, port: string): string =>
    `${at(host, path)} is not served: Service ${service} has no port ${port}; it goes live when it has`,
  portUncertain: (service: string, port: number): string =>
    `Service ${service} has several ports, and may be reached at any of them instead of at ${String(port)}, since this Kong asks for SRV records first; ` +
    `give the port a shorter name where it has 63 letters, take away konghq.com/preserve-host, or lead to a Service with this port alone`,
  portNotTcp: (host: RouteHost, path: string, service: string, port: string, protocol: string): string =>
    `${at(host, path)} is not served: port ${port} of Service ${service} is a ${protocol} port, and HTTP needs TCP`,
  headlessPort: (host: RouteHost, path: string, service: string, port: string): string =>
    `${at(host, path)} is not served: Service ${service} is headless, so its pods are reached directly, and the target port of its port ${port} has a name, which only they know; give it its number`,
  externalName: (host: RouteHost, path: string, service: string): string =>
    `${at(host, path)} is not served: Service ${service} is of type ExternalName, which could lead anywhere`,
  noService: (host: RouteHost, path: string, resource: string): string =>
    `${at(host, path)} is not served: its backend is ${resource}, and only Services can be served`,
  serviceProtocol: (host: RouteHost, path: string, service: string, protocol: string): string =>
    `${at(host, path)} is not served: Service ${service} asks for the protocol ${protocol}, and only http and https can be spoken with it`,
  serviceRestricted: (host: RouteHost, path: string, service: string, annotation: string): string =>
    `${at(host, path)} is not served: the annotation ${annotation} of Service ${service} restricts who may reach it, which can't be honoured; ` +
    `remove it, or ask the administrator (--ignored-annotations)`,
  serviceAnnotation: (service: string, problem: string): string => `Service ${service}: ${problem}`,
  restricted: (annotation: string): string =>
    `nothing of it is served: the annotation ${annotation} restricts who may reach it, which can't be honoured; ` +
    `remove it, or ask the administrator (--ignored-annotations)`,
  unsupportedAnnotation: (name: string): string => `the annotation ${name} has no effect on domain claims' routes`,
  legacyAnnotation: (name: string): string =>
    `the annotation ${name} is of an older time and has no effect; see the documentation of konghq.com/ annotations`,
  invalidAnnotation: (name: string, expected: string): string =>
    `the value of the annotation ${name} can't be used, so the default applies; expected ${expected}`,
  invalidRestriction: (name: string, expected: string): string =>
    `nothing of it is served: the value of the annotation ${name} can't be used, and without it more would be open than was meant; expected ${expected}`,
  tlsWithoutSecret:
    "an entry of spec.tls names no Secret that can exist, so the gateway's own certificate is meant; name one of the type kubernetes.io/tls",
  tlsOtherSecret: (host: Host, secret: string, serving: string): string =>
    `${overTls(host)} is served with the Secret ${serving}, which an older object or an earlier entry of spec.tls names, and not with the Secret ${secret}`,
  tlsTooManySecrets: (host: Host, most: number): string =>
    `${overTls(host)}: more than ${String(most)} Secrets are named for it in this namespace, of which the first count; name one`,
  httpsOnly: (host: Host): string =>
    `${display(host)} is to be served over HTTPS alone and has no certificate yet, so requests over HTTP are told to use HTTPS ` +
    `(status 426) and not redirected; name a Secret with a certificate in spec.tls, or wait for the one that is ordered`,
  orderedTwice: (host: Host, annotation: string, claim: string, namespace: string): string =>
    `${annotation} has cert-manager order a certificate for ${display(host)}, for which one is ordered here anyway: both count for the ` +
    `certificate authority's limits; remove the annotation and the entry in spec.tls, or have none ordered here: ` +
    `kubectl patch domain ${shellWord(claim)} --type=merge -p '{"spec":{"certificate":{"policy":"Never"}}}' -n ${namespace}`,
  tlsSecretNotFound: (host: Host, secret: string): string =>
    `${overTls(host)} is not served: there is no Secret ${secret} of the type kubernetes.io/tls; make it: ` +
    `kubectl create secret tls ${secret} --cert=FILE --key=FILE`,
  tlsSecretProblem: (host: Host, secret: string, detail: string): string =>
    `${overTls(host)} is not served with the Secret ${secret}, which ${detail}; put a usable pair there`,
  tlsHostMismatch: (host: Host, secret: string, names: readonly string[]): string =>
    `${overTls(host)} is not served with the Secret ${secret}, whose certificate is for ${names.length === 0 ? "no DNS name" : some(names)}; ` +
    `put one there that is for ${host}`,
  tlsKept: "until then what Kong had before goes on",
  tlsNotTaken: (host: Host, secret: string, detail: string): string =>
    `${overTls(host)} is not served with the Secret ${secret}: ${detail}`,
  hostOnlyRule: (host: Host): string =>
    `${display(host)} has a rule without paths, and no default backend stands in for them: write the path / under the host`,
  noPath: (host: Host): string =>
    `${display(host)} has a rule without paths, so nothing serves it; write at least the path /`,
  resolved: (subjects: readonly string[]): string => `no longer a problem: ${some(subjects)}`,
  andMore: (left: number): string => `there are ${String(left)} more problems of this kind; mend these first`,
} as const;

/** What of a host is meant, in a word: a path of it, or all of it. */
export function subjectOf(host: RouteHost, path: string | undefined): string {
  return path === undefined ? shown(host) : at(host, path);
}

/** As {@link subjectOf}, where only the host's certificate is meant. */
export function tlsSubjectOf(host: RouteHost): string {
  return host === anyHost ? shown(host) : overTls(host);
}

/** Sentences about the class of a source that is not served: the controller leaves such a source alone. */
export const classMessages = {
  none: (ours: string): string =>
    `it names no class, so it is nobody's to serve; set spec.ingressClassName to ${ours} to have it served here`,
  others: (name: string, controller: string, ours: string): string =>
    `its class ${name} is for another controller (${controller || "none"}); set spec.ingressClassName to ${ours} to have it served here`,
  unlisted: (name: string, near: readonly string[], ours: string): string =>
    `its class ${name} is not one that is served here; ` +
    (near.length === 0
      ? `set spec.ingressClassName to ${ours} to have it served here`
      : `did you mean ${alternatives(near)}?`),
  missing: (name: string, near: readonly string[], ours: string): string =>
    near.length === 0
      ? `there is no IngressClass ${name}, so it is nobody's to serve; set spec.ingressClassName to ${ours} to have it served here`
      : `there is no IngressClass ${name}, so it is nobody's to serve; did you mean ${alternatives(near)}?`,
} as const;

/** A host and a path of it, as a sentence begins. */
function at(host: RouteHost, path: string): string {
  return host === anyHost ? `${path} of any host` : `${display(host)}${path}`;
}

function overTls(host: Host): string {
  return `https://${display(host)}`;
}

function shown(host: RouteHost): string {
  return host === anyHost ? "any host" : display(host);
}
