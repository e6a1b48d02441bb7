/** What an administrator decides, as far as decisions depend on it. */
export interface Settings {
  /** Whose primaries are searched for every shared claim. */
  readonly systemNamespace: string;
  /** Hosts that nobody may newly claim; `*.x` means everything below x. */
  readonly reservedNames: readonly string[];
  /** Public suffixes that may be claimed all the same. */
  readonly allowedSuffixes: readonly string[];
  /** Namespaces that may serve rules without host and default backends. */
  readonly catchAllNamespaces: readonly string[];
  /** The name of our IngressClass, for Ingresses that name a class which has no object, and for the legacy annotation. */
  readonly ingressClass: string;
  /** `spec.controller` of the IngressClasses that are ours. */
  readonly ingressController: string;
  /** The tag of everything that is ours in Kong. */
  readonly kongTag: string;
}
