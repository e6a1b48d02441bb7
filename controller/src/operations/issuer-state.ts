import type { Issuer } from "../world/issuer.ts";
import type { IssuerRef } from "../world/domain-certificate.ts";
import type { World } from "../world/world.ts";

/** Whether certificates can be ordered from the issuer that is set. */
export interface IssuerState {
  /** Why they can't be; undefined: they can. */
  readonly problem: string | undefined;
  /** Which issuer it is. */
  readonly name: string;
}

/**
 * How the one issuer is from which certificates are ordered in every namespace; undefined for the kind Issuer, of which each
 * namespace has its own.
 */
export function issuerState(issuer: IssuerRef, world: Pick<World, "issuer">): IssuerState | undefined {
  if (issuer.kind === "Issuer") return undefined;
  const name = `${issuer.kind} ${issuer.name}`;
  return { name, problem: problemOf(name, world.issuer("", issuer.name)) };
}

function problemOf(name: string, found: Issuer | undefined): string | undefined {
  if (found === undefined) return `there is no ${name}`;
  return found.problem === undefined ? undefined : `${name} can't sign: ${found.problem}`;
}
