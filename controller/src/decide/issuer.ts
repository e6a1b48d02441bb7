import { issuerLabel } from "@domain-claims/crds/domain";
import type { IssuerRef } from "../world/domain-certificate.ts";
import type { Facts } from "../world/facts.ts";

/** The issuer of the namespace's certificates: everybody's, or of its kind the one that the namespace's label names. */
export function issuerOf(facts: Facts, issuer: IssuerRef, namespace: string): IssuerRef {
  const name = facts.namespace(namespace)?.labels[issuerLabel];
  return name === undefined ? issuer : { ...issuer, name };
}
