import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { SourceReason } from "@domain-claims/crds/reasons";
import type { LoadBalancerAddress } from "./core-v1.ts";

/** The kinds of objects that say what serves which host; each has a translator and a status writer of its own. */
export type SourceKind = "Ingress";

/** The kind of the objects that say which sources are for which controller. */
export const sourceClassKind = "IngressClass";

/** Which source is meant. */
export interface SourceRef {
  readonly kind: SourceKind;
  readonly namespace: string;
  readonly name: string;
}

/** An object that says what serves which host, in what all kinds have in common: made at the edge, by `translate/`. */
export interface Source extends SourceRef {
  readonly uid: string;
  readonly resourceVersion: string;
  /** RFC 3339, whole seconds, as the API server wrote it. */
  readonly created: string;
  readonly deleting: boolean;
  /** True if its metadata has so many entries that whatever is written into it keeps the API server busy for seconds. */
  readonly crowded?: true;
  /** The class that it names, by a field or by the annotation of older times. */
  readonly class: { readonly by: "field" | "annotation"; readonly name: string } | undefined;
  readonly options: RouteOptions;
  /** What keeps its routes out of Kong unless an administrator has it ignored (rule X6). */
  readonly restrictions: readonly SourceRestriction[];
  /** The annotation by which cert-manager itself orders what `tls` names. */
  readonly issuing: string | undefined;
  /** In the order of the object; no host has the same path twice. */
  readonly rules: readonly SourceRule[];
  /** Hosts for which every rule with a host speaks, too. */
  readonly aliases: readonly Host[];
  readonly tls: readonly SourceTls[];
  /** What of it could not be taken over, and why. */
  readonly notes: readonly SourceNote[];
  /** The addresses that its status shows, as read. */
  readonly addresses: readonly LoadBalancerAddress[];
}

/** What a source says about all its routes. */
export interface RouteOptions {
  readonly stripPath: boolean;
  readonly preserveHost: boolean;
  readonly protocols: readonly ("http" | "https")[];
  readonly httpsRedirectStatusCode: number;
}

/** The paths of a host, or of any host; there may be none, and more than one rule for a host. */
export interface SourceRule {
  readonly host: RouteHost;
  readonly paths: readonly SourcePath[];
}

/** One path of a rule. */
export interface SourcePath {
  /** As it is written, for people. */
  readonly text: string;
  readonly match: PathMatch;
  readonly backend: SourceBackend;
}

/**
 * Which paths are meant, in the form in which they are compared (RFC 3986, section 6.2.2). `exact`: itself; `prefix`: by
 * element, so that `/foo` matches `/foo` and `/foo/bar`, not `/foobar`; `start`: whatever begins with the text; `regex`:
 * what the expression matches from the start on, without look-around and back-references.
 */
export interface PathMatch {
  readonly kind: "exact" | "prefix" | "start" | "regex";
  readonly path: string;
}

/** Where a path leads: a Service and its port, or something that is no Service (`resource`). */
export type SourceBackend =
  | { readonly kind: "service"; readonly service: string; readonly port: number | string }
  | { readonly kind: "resource"; readonly resource: string };

/** A Secret with a certificate, and the hosts that are to be served with it. */
export interface SourceTls {
  readonly secret: string;
  /** Undefined: every host that the source names. A wildcard also means those of its hosts that it covers. */
  readonly hosts: readonly Host[] | undefined;
}

/** An annotation that restricts who may reach what it stands on, and can't be honoured. */
export interface SourceRestriction extends SourceNote {
  readonly annotation: string;
}

/** Something that its owner is told of a source, whatever becomes of its hosts. */
export interface SourceNote {
  readonly reason: SourceReason;
  readonly message: string;
  /** The host and the path of it that are not served for that reason, where it is about one path. */
  readonly host?: RouteHost;
  readonly path?: string;
}

/** An object that says which controller the sources are for that name it as their class. */
export interface SourceClass {
  readonly name: string;
  /** `spec.controller`. */
  readonly controller: string;
}

/** Identifies a match among those of its host: two that are the same would match the same requests. */
export function matchKey({ kind, path }: PathMatch): string {
  return `${kind} ${path}`;
}

/** A source in a word, with its kind. */
export function sourceKey(source: Record<keyof SourceRef, string>): string {
  return `${source.kind} ${sourceName(source)}`;
}

/** `namespace/name` of a source, for people. */
export function sourceName({ namespace, name }: Pick<SourceRef, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}
