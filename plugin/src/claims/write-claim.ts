import { hostOf, kindOf } from "@domain-claims/crds/domain";

import type { Cluster, DryRun } from "../kube/cluster.ts";
import { ApiError } from "../kube/errors.ts";
import type { Domain } from "../kube/objects.ts";
import { domains, reference } from "../kube/resources.ts";
import { UserError } from "../user-error.ts";
import type { Asked } from "./claim-plan.ts";

/** A claim as it is now, and what was done to it, in kubectl's word. */
export interface WrittenClaim {
  readonly claim: Domain;
  readonly verb: "created" | "configured" | "unchanged";
}

/** What somebody asks for of a claim's object. */
export interface Wanted extends Pick<Asked, "namespace" | "primary" | "parent" | "delegates"> {
  /** `--name`. */
  readonly name: string | undefined;
  readonly labels: Pairs | undefined;
  readonly annotations: Pairs | undefined;
}

type Pairs = Readonly<Record<string, string>>;

/** An object of the claim's name is there, and claims another host. */
export class NameTaken extends UserError {}

/** Creates a claim; one of that name for the same host is made what is wanted. Throws NameTaken. */
export async function createClaim(
  cluster: Cluster,
  draft: Domain,
  wanted: Wanted,
  dryRun: DryRun,
): Promise<WrittenClaim> {
  if (dryRun === "client") return { claim: draft, verb: "created" };
  try {
    return { claim: await cluster.create(domains, draft, dryRun), verb: "created" };
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    const other = await cluster.read<Domain>(domains, draft.metadata.namespace, draft.metadata.name);
    if (hostOf(other.spec) === hostOf(draft.spec)) return await adjustClaim(cluster, other, wanted, dryRun);
    throw new NameTaken(
      `${reference(other.metadata.name)} is there already and claims ${hostOf(other.spec)}: give this claim another name with --name`,
    );
  }
}

/**
 * Makes a claim that is there already what is wanted: its kind and its name can't change; its `parent`, `delegates`,
 * labels and annotations do where they were given. Throws UserError.
 */
export async function adjustClaim(
  cluster: Cluster,
  existing: Domain,
  wanted: Wanted,
  dryRun: DryRun,
): Promise<WrittenClaim> {
  const { metadata, spec } = staying(existing);
  const name = reference(metadata.name);
  const kind = kindOf(spec);
  if (wanted.name !== undefined && wanted.name !== metadata.name)
    throw new UserError(
      `${name} claims this host already, and the name of an object can't change: leave --name out, or release it first`,
    );
  if ((wanted.primary && kind === "shared") || (wanted.parent !== undefined && kind === "primary"))
    throw new UserError(`${name} is a ${kind} claim for this host already, which can't change: release it first`);
  if (wanted.delegates.length > 0 && kind === "shared")
    throw new UserError(`${name} is a shared claim: only a primary is shared on`);
  const parent = wanted.parent === wanted.namespace ? undefined : wanted.parent;
  const moves = wanted.parent !== undefined && spec.parent !== parent;
  const missing = wanted.delegates.filter((namespace) => spec.delegates?.includes(namespace) !== true);
  const labels = differing(metadata.labels, wanted.labels);
  const annotations = differing(metadata.annotations, wanted.annotations);
  if (!moves && missing.length === 0 && labels === undefined && annotations === undefined)
    return { claim: existing, verb: "unchanged" };
  if (dryRun === "client") return { claim: existing, verb: "configured" };
  const change = {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      ...(moves ? { parent: parent ?? null } : {}),
      ...(missing.length > 0 ? { delegates: [...(spec.delegates ?? []), ...missing] } : {}),
    },
  };
  return { claim: await cluster.patch(domains, existing, change, dryRun), verb: "configured" };
}

/** The wanted pairs, if there is one among them that the object does not have so. */
function differing(now: Pairs | undefined, wanted: Pairs | undefined): Pairs | undefined {
  return Object.entries(wanted ?? {}).some(([key, value]) => now?.[key] !== value) ? wanted : undefined;
}

/** The claim, unless it is being deleted: then nothing can be made of it. */
function staying(claim: Domain): Domain {
  if (claim.metadata.deletionTimestamp === undefined) return claim;
  throw new UserError(
    `${reference(claim.metadata.name)} is for this host and is being released: claim it again when that claim is gone`,
  );
}
