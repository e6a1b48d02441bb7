import { hostOf, kindOf } from "@domain-claims/crds/domain";

import type { Asked } from "./claim-plan.ts";
import type { Cluster, DryRun } from "../kube/cluster.ts";
import { ApiError } from "../kube/errors.ts";
import { UserError } from "../user-error.ts";
import type { Domain } from "../kube/objects.ts";
import { domains, reference } from "../kube/resources.ts";

/** A claim as it is now, and what was done to it, in kubectl's word. */
export interface WrittenClaim {
  readonly claim: Domain;
  readonly verb: "created" | "configured" | "unchanged";
}

/** Creates a claim; one of that name for the same host is as good. Throws UserError where the name is taken. */
export async function createClaim(cluster: Cluster, draft: Domain, dryRun: DryRun): Promise<WrittenClaim> {
  if (dryRun === "client") return { claim: draft, verb: "created" };
  try {
    return { claim: await cluster.create(domains, draft, dryRun), verb: "created" };
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    const other = await cluster.read<Domain>(domains, draft.metadata.namespace, draft.metadata.name);
    if (hostOf(other.spec) === hostOf(draft.spec)) return { claim: staying(other), verb: "unchanged" };
    throw new UserError(
      `${reference(other.metadata.name)} is there already and claims ${hostOf(other.spec)}: give this claim another name with --name`,
    );
  }
}

/**
 * Makes a claim that is there already what is asked for: its kind can't change, its `parent` and `delegates` do where
 * they were given. Throws UserError.
 */
export async function adjustClaim(
  cluster: Cluster,
  existing: Domain,
  asked: Pick<Asked, "namespace" | "primary" | "parent" | "delegates">,
  dryRun: DryRun,
): Promise<WrittenClaim> {
  const { metadata, spec } = staying(existing);
  const name = reference(metadata.name);
  const kind = kindOf(spec);
  if ((asked.primary && kind === "shared") || (asked.parent !== undefined && kind === "primary"))
    throw new UserError(`${name} is a ${kind} claim for this host already, which can't change: release it first`);
  if (asked.delegates.length > 0 && kind === "shared")
    throw new UserError(`${name} is a shared claim: only a primary is shared on`);
  const parent = asked.parent === asked.namespace ? undefined : asked.parent;
  const moves = asked.parent !== undefined && spec.parent !== parent;
  const missing = asked.delegates.filter((namespace) => spec.delegates?.includes(namespace) !== true);
  if (!moves && missing.length === 0) return { claim: existing, verb: "unchanged" };
  if (dryRun === "client") return { claim: existing, verb: "configured" };
  const change = {
    metadata: { resourceVersion: metadata.resourceVersion },
    spec: {
      ...(moves ? { parent: parent ?? null } : {}),
      ...(missing.length > 0 ? { delegates: [...(spec.delegates ?? []), ...missing] } : {}),
    },
  };
  return { claim: await cluster.patch(domains, existing, change, dryRun), verb: "configured" };
}

/** The claim, unless it is being deleted: then nothing can be made of it. */
function staying(claim: Domain): Domain {
  if (claim.metadata.deletionTimestamp === undefined) return claim;
  throw new UserError(
    `${reference(claim.metadata.name)} is for this host and is being released: claim it again when that claim is gone`,
  );
}
