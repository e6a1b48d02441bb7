import type { RouteHost } from "@domain-claims/crds/hostname";

/** The names of what is decided as a whole. */
export const units = {
  claim: (namespace: string, name: string): string => `claim ${namespace}/${name}`,
  host: (host: RouteHost): string => `host ${host}`,
  ingress: (namespace: string, name: string): string => `ingress ${namespace}/${name}`,
  /** The released records of a namespace. */
  released: (namespace: string): string => `released ${namespace}`,
} as const;

/** A kind of unit. */
export type UnitKind = keyof typeof units;

/** Splits a unit's name into its kind and the rest. */
export function splitUnit(unit: string): { readonly kind: UnitKind; readonly key: string } {
  const space = unit.indexOf(" ");
  return { kind: unit.slice(0, space) as UnitKind, key: unit.slice(space + 1) };
}

/** Splits `namespace/name`. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
