import { anyHost, display } from "../hostname.ts";
import type { Host, RouteHost } from "../hostname.ts";
import { shellWord } from "../shell.ts";
import { alternatives, at, named, overTls, shown, some } from "./words.ts";
import type { Named } from "./words.ts";

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
    `${shown(host)} has more than ${String(most)} paths in this namespace, so ${String(left)} of this object are not served; remove some (a regular expression counts as several), or ask the administrator (--paths-per-host)`,
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
  tooManyEntries: (most: number): string =>
    `the gateway's address is not written into its status, since its metadata has more than ${String(most)} finalizers, labels, annotations, ` +
    `owner references and managed fields; take some away`,
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
