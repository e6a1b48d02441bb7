import { isWildcard, parentOf } from "@domain-claims/crds/host";
import type { Host, Hostname } from "@domain-claims/crds/host";

import { display } from "../output/display.ts";
import { UserError } from "../user-error.ts";
import type { Domain } from "../kube/objects.ts";
import type { HeldRecord } from "./register.ts";

/** What somebody asks for with `kubectl domain claim`. */
export interface Asked {
  readonly host: Host;
  readonly namespace: string;
  /** `--primary`. */
  readonly primary: boolean;
  /** `--parent`. */
  readonly parent: string | undefined;
  /** `--share-with`. */
  readonly delegates: readonly string[];
}

/** What is claimed, and why it is this kind of claim. */
export interface ClaimPlan {
  readonly kind: "primary" | "shared";
  readonly spec: Domain["spec"];
  readonly why: string;
}

/**
 * A primary, or a shared claim below the nearest primary that the register shows above the host (`enclosing`), where
 * that is exactly one label above. `enclosing` is "unread" where the register can't be read. Throws UserError.
 */
export function planClaim(asked: Asked, enclosing: HeldRecord | undefined | "unread"): ClaimPlan {
  const { host, namespace, primary, parent, delegates } = asked;
  const wildcard = isWildcard(host);
  const above = parentOf(host);
  if (primary && parent !== undefined) throw new UserError("--primary and --parent can't be used together");
  if (primary && wildcard)
    throw new UserError(
      `${host} can only be a shared claim: a wildcard belongs to the namespace that holds ${above ?? ""}`,
    );
  const holder = enclosing === "unread" ? undefined : enclosing?.spec.holder;
  const direct = enclosing !== "unread" && enclosing !== undefined && enclosing.spec.host === above;
  if (parent !== undefined || wildcard || (direct && !primary))
    return shared(host, above, namespace, parent ?? (direct ? holder?.namespace : undefined), direct, delegates);
  const spec = { primary: host, ...(delegates.length === 0 ? {} : { delegates }) };
  if (primary) return { kind: "primary", spec, why: "a primary claim, as --primary says" };
  if (enclosing === "unread")
    return {
      kind: "primary",
      spec,
      why: "a primary claim: the register can't be read, so what is above is not known (--parent NS makes it a shared claim)",
    };
  if (enclosing === undefined || holder === undefined)
    return { kind: "primary", spec, why: "a primary claim: nobody holds a primary above it" };
  const owner =
    holder.namespace === namespace
      ? "which this namespace holds"
      : `which ${holder.namespace} holds: it stands only if ${holder.namespace} shares it with ${namespace}`;
  return { kind: "primary", spec, why: `a primary claim below ${display(enclosing.spec.host)}, ${owner}` };
}

function shared(
  host: Host,
  above: Hostname | undefined,
  namespace: string,
  parent: string | undefined,
  known: boolean,
  delegates: readonly string[],
): ClaimPlan {
  if (above === undefined)
    throw new UserError(`${host} has no name above it that could be shared: claim it as a primary`);
  if (delegates.length > 0)
    throw new UserError(
      `${host} would be a shared claim, and only a primary is shared on: leave --share-with out, or give --primary`,
    );
  const sub = host.slice(0, -above.length - 1);
  const own = parent === undefined || parent === namespace;
  const where = own ? (known ? ", which this namespace holds" : "") : `, looked for in ${parent}`;
  return {
    kind: "shared",
    spec: { primary: above, sub, ...(own ? {} : { parent }) },
    why: `a shared claim below ${display(above)}${where}`,
  };
}
