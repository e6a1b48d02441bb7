import { foreignHostsLabel } from "../domain.ts";
import { anyHost, display, isWildcard } from "../hostname.ts";
import type { Host, RouteHost } from "../hostname.ts";
import { shellWord } from "../shell.ts";
import { handshakeMessages } from "./certificates.ts";
import { hostChain, inWords, mostNamed, shown, some } from "./words.ts";

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
    `which is not managed by domain claims (it lacks the tag of --kong-tag), names ${host !== anyHost && isWildcard(host) ? "it, or a name that it would cover" : "it"}; ` +
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

/** Sentences of the condition `Ready`. */
const answersForIt = "and the gateway has shown that it answers for it";

export const readyMessages = {
  live: (host: Host, certificate: "none" | "inKong" | "shown", isShown: boolean): string =>
    `${display(host)} is held, and Kong has every route${certificate === "inKong" ? " and the certificate" : ""} that ` +
    `${certificate === "inKong" ? "are" : "is"} asked for, ` +
    (isShown ? answersForIt : "as its Admin API says") +
    (certificate === "shown" ? "; the gateway shows its certificate in TLS handshakes" : ""),
  certificateComing: (host: Host): string => `the certificate for ${display(host)} is on its way to Kong`,
  certificateNotShown: (host: Host, problem: string = handshakeMessages.notYet): string =>
    `Kong has the certificate for ${display(host)}, and the gateway ${problem}`,
  redirecting: (host: Host, message: string, isShown: boolean): string =>
    `${display(host)} is held, and its ${message}, ${isShown ? answersForIt : "as Kong's Admin API says"}`,
  routesNotShown: (host: Host, isLate: boolean): string =>
    `Kong has all that is asked for ${display(host)}, and the gateway has ` +
    (isLate
      ? "not shown that it answers for it when it was asked; whoever administers Kong can find out why"
      : "yet to show that it answers for it"),
  unasked: (host: Host, namespace: string): string =>
    `${display(host)} is held, and nothing in ${namespace} asks to serve it`,
  routing: (host: Host): string => `${display(host)} is held, and its routes are on their way to Kong`,
  refused: (message: string, more: number): string =>
    more === 0
      ? message
      : `${message} (${String(more)} more ${more === 1 ? "path is" : "paths are"} not served: status.sources)`,
  gateway: (message: string): string => `${message}; whoever administers Kong can change that`,
} as const;
