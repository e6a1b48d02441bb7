/**
 * The sentences that go with the reasons: what happened, to which object, and who can do what next. They are read in
 * `kubectl describe`, in events and in `kubectl domain explain`. Hosts are shown with their U-labels beside them.
 */
import { display } from "./hostname.ts";
import type { Host } from "./hostname.ts";
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

/** Sentences about claims. */
export const claimMessages = {
  held: (host: Host, namespace: string, via: string | undefined): string =>
    `${display(host)} is held by ${namespace}${via === undefined ? "" : ` under ${via}`}`,
  carveOuts: (count: number, examples: readonly string[]): string =>
    `; ${String(count)} ${count === 1 ? "name" : "names"} below it ${count === 1 ? "stays with its holder" : "stay with their holders"}: ${examples.join(", ")}${count > examples.length ? ", ..." : ""}`,
  deciding: (host: Host): string => `${display(host)} is free and is being taken for this claim`,
  waitingForGateway: (host: Host): string =>
    `${display(host)} is free; it is granted as soon as Kong keeps another namespace's wildcard away from it`,
  releasing: (host: Host): string => `the routes of ${display(host)} are leaving Kong; then the host is free`,
  invalidHost: (field: string, problem: string): string => `${field}: ${problem}`,
  publicSuffix: (host: Host): string =>
    `${display(host)} is a public suffix (publicsuffix.org): names below it belong to many; claim the name below it that is yours`,
  reservedName: (host: Host, pattern: string): string =>
    `${display(host)} is reserved by the administrator (${pattern}); choose another name or ask the administrator`,
  alreadyClaimed: (host: Host, holder: Named): string =>
    `${display(host)} is held by ${named(holder)}; when it becomes free, the oldest claim that may hold it takes it (kubectl domain whois ${shellWord(host)})`,
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
  noRoutes: (namespace: string, host: Host): string =>
    `no Ingress in ${namespace} has a usable path for ${display(host)}; see the events of the Ingress, if there is one`,
  programmed: (routes: number): string => `${String(routes)} ${routes === 1 ? "route is" : "routes are"} live in Kong`,
  kongUnreachable: (detail: string): string => `Kong's Admin API does not answer: ${detail}`,
  kongRefused: (detail: string): string => `Kong refused it: ${detail}`,
  foreignEntity: (what: string): string =>
    `Kong has ${what}, which is not managed by domain claims and is left alone; remove or rename it there`,
  wildcardUnsupported:
    "this Kong lacks the plugin pre-function, without which a wildcard can't be kept to one label; enable it in Kong's setting plugins",
  delegatesBound: "every delegate is bound to its namespace",
  delegatesMissing: (namespaces: readonly string[]): string =>
    `no such namespace yet: ${some(namespaces)}; the first one of that name gets the grant`,
  delegatesStale: (namespaces: readonly string[], primary: Host): string =>
    `the grant of ${some(namespaces)} was given to a namespace that is gone; share again: ` +
    `kubectl domain share ${primary} --with ${namespaces.slice(0, mostNamed).join(",")}`,
  grandfathered: (reason: string): string => `the host was held before this became a rule, so it stays: ${reason}`,
} as const;

/** Sentences about Ingresses. */
export const ingressMessages = {
  programmed: (host: Host): string => `${shown(host)} is live in Kong`,
  notClaimed: (host: Host, namespace: string): string =>
    `${display(host)} is not claimed in namespace ${namespace}, so it is not served; claim it: kubectl domain claim ${shellWord(host)} -n ${namespace}`,
  claimFailed: (host: Host, claim: string, reason: string, message: string): string =>
    `${display(host)} is not served: its claim ${claim} is not OK (${reason}): ${message}`,
  heldElsewhere: (host: Host, holder: Named): string =>
    `${display(host)} is held by ${named(holder)}, so it is not served from here (kubectl domain whois ${shellWord(host)})`,
  invalidHost: (message: string): string => `the host is not served: ${message}`,
  hostRequired:
    "a rule without host and a default backend would serve everybody's hosts; name a host that this namespace holds, or ask the administrator for catch-all",
  invalidPath: (host: Host, path: string, message: string): string => `${shown(host)}${path} is not served: ${message}`,
  pathConflict: (host: Host, path: string, other: string): string =>
    `${shown(host)}${path} is served by the older Ingress ${other}; remove the path there or here`,
  serviceNotFound: (host: Host, path: string, service: string): string =>
    `${shown(host)}${path} is not served: there is no Service ${service}; it goes live when there is`,
  servicePortNotFound: (host: Host, path: string, service: string, port: string): string =>
    `${shown(host)}${path} is not served: Service ${service} has no port ${port}; it goes live when it has`,
  externalName: (host: Host, path: string, service: string): string =>
    `${shown(host)}${path} is not served: Service ${service} is of type ExternalName, which could lead anywhere`,
  noService: (host: Host, path: string, resource: string): string =>
    `${shown(host)}${path} is not served: its backend is ${resource}, and only Services can be served`,
  unsupportedAnnotation: (name: string): string => `the annotation ${name} has no effect on domain claims' routes`,
  invalidAnnotation: (name: string, expected: string): string =>
    `the value of the annotation ${name} can't be used, so the default applies; expected ${expected}`,
} as const;

function shown(host: Host): string {
  return host === "" ? "any host, " : display(host);
}
