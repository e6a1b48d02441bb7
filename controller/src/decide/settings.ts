import type { IssuerRef } from "../world/domain-certificate.ts";
import type { LabelSelector } from "../world/label-selector.ts";

/** What an administrator decides, as far as decisions depend on it. */
export interface Settings {
  /** Whose primaries are searched for every shared claim. */
  readonly systemNamespace: string;
  /** Hosts that nobody may newly claim; `*.x` means everything below x. */
  readonly reservedNames: readonly string[];
  /** Milliseconds for which a host that was not released on purpose is kept for its namespace (rule N5); 0: not at all. */
  readonly redemptionMs: number;
  /** Hosts that routes of others in Kong name and that are programmed all the same; `*.x` means everything below x. */
  readonly handedOverHosts: readonly string[];
  /** The namespaces that may claim primaries; without requirements, all may. */
  readonly primaryNamespaces: LabelSelector;
  /** Public suffixes that may be claimed all the same. */
  readonly allowedSuffixes: readonly string[];
  /** Namespaces that may serve rules without host and default backends. */
  readonly catchAllNamespaces: readonly string[];
  /** The name of our class, for sources that name a class which has no object. */
  readonly ingressClass: string;
  /** What the classes of sources name as their controller (`spec.controller`) that are ours. */
  readonly ingressController: string;
  /** Annotations that restrict access and are to be ignored, since something else sees to it (rule X6). */
  readonly ignoredAnnotations: readonly string[];
  /** Whose certificates are ordered for hosts that are served, unless their namespace has another; undefined: none are. */
  readonly issuer: IssuerRef | undefined;
  /** Most paths of a host in its namespace (rule X1). */
  readonly pathsPerHost: number;
  /** Most routes of a namespace, for what is said to those that do not fit. */
  readonly routesPerNamespace: number;
  /** The cluster's own DNS domain, in which Services have their names. */
  readonly clusterDomain: string;
  /** The tag of everything that is ours in Kong. */
  readonly kongTag: string;
}
