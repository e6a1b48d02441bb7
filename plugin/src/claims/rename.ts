import { apiVersion, domains as domainNames, hostOf, kindOf } from "@domain-claims/crds/domain";
import { isWildcard, recordName } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";

import type { Cluster, DryRun } from "../kube/cluster.ts";
import type { Condition, Domain } from "../kube/objects.ts";
import { domains, reference } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { UserError } from "../user-error.ts";
import { planClaim } from "./claim-plan.ts";
import { claimFor } from "./claims.ts";
import type { HeldRecord } from "./register.ts";
import { createClaim } from "./write-claim.ts";
import type { WrittenClaim } from "./write-claim.ts";

/** What somebody asks for with `kubectl domain rename`. */
export interface AskedRename {
  readonly host: Host;
  /** `--name`. */
  readonly name: string | undefined;
  /** `--redirect-for`; undefined: as it is, or for ever. */
  readonly redirectFor: string | undefined;
}

/**
 * Makes the claim by which a host takes the place of another claim's: of the same kind as `kubectl domain claim` would make,
 * with the delegates of the old one where both are primaries, and its policy for certificates. One that is there already for
 * the same rename is made what is asked. `above` is the nearest primary above the new host, "unread" where the register can't
 * be read. Throws UserError where it can't be.
 */
export async function writeRename(
  cluster: Cluster,
  old: Domain,
  { host, name, redirectFor }: AskedRename,
  claims: readonly Domain[],
  above: HeldRecord | undefined | "unread",
  dryRun: DryRun,
): Promise<WrittenClaim> {
  refuseOld(old, host);
  const existing = claimFor(claims, host);
  if (existing !== undefined) return await adjusted(cluster, old, existing, redirectFor, dryRun);
  const { namespace } = cluster;
  const asked = { host, namespace, primary: false, parent: undefined, delegates: [] };
  const plan = planClaim(asked, above);
  const { delegates = [], certificate } = old.spec;
  const draft: Domain = {
    ...{ apiVersion, kind: domainNames.kind, metadata: { name: name ?? recordName(host), namespace } },
    spec: {
      ...plan.spec,
      ...(plan.kind === "shared" || delegates.length === 0 ? {} : { delegates }),
      ...(certificate === undefined ? {} : { certificate }),
      renames: old.metadata.name,
      ...(redirectFor === undefined ? {} : { redirectFor }),
    },
  };
  const wanted = { ...asked, name, labels: undefined, annotations: undefined };
  return await createClaim(cluster, draft, wanted, dryRun);
}

/** What will happen, step by step, as people read it. */
export function renameSteps(old: Domain, { spec, metadata }: Domain): readonly string[] {
  const from = display(hostOf(old.spec));
  const to = display(hostOf(spec));
  const { redirectFor = "forever" } = spec;
  const ends =
    redirectFor === "none"
      ? `nothing is served under ${from} any more`
      : `${from} redirects to ${to} (308)${redirectFor === "forever" ? "" : ` for ${redirectFor}, and then serves nothing`}`;
  const below = kindOf(old.spec) === "primary" ? "; what is below it goes on" : "";
  return [
    `1. RenameRouting: ${to} is held, and serves what Ingresses say for ${from}; none has to be edited`,
    `2. RenameHTTPS: the certificate of ${to} is in Kong, if ${from} has one or the claim wants one`,
    `3. RenameCleanup: ${ends}`,
    `${from} serves as before until then, and its claim ${old.metadata.name} holds it after that${below}.`,
    `It goes on by itself. Deleting ${reference(metadata.name)} undoes it: ${from} serves as before.`,
  ];
}

/** What the controller says of the claim's rename; undefined before it has said anything. */
export function renamedNow({ status }: Domain): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === "Renamed");
}

/** True once it is known what came of the rename: it is done, or the claim can't do it before somebody changes something. */
export function isRenameDecided(claim: Domain): boolean {
  // What is said of the spec before may be another time for which the old name redirects.
  if ((claim.status?.observedGeneration ?? 0) < (claim.metadata.generation ?? 1)) return false;
  if (claim.status?.phase === "Failed") return true;
  const renamed = renamedNow(claim);
  return renamed?.status === "True" || (renamed?.status === "False" && !stages.has(renamed.reason));
}

/** The stages of a rename, in which it waits; of the other reasons none ends by itself. */
const stages: ReadonlySet<string> = new Set(["RenameRouting", "RenameHTTPS", "RenameCleanup", "OldNameInRename"]);

function refuseOld({ metadata, spec, status }: Domain, host: Host): void {
  const old = hostOf(spec) as Host;
  const name = reference(metadata.name);
  if (old === host) throw new UserError(`${display(host)} can't be renamed to itself: both names are the same`);
  for (const one of [old, host]) {
    if (isWildcard(one)) throw new UserError(`${one} stands for many hosts: rename them one by one`);
  }
  if (metadata.deletionTimestamp !== undefined)
    throw new UserError(`${name} is being released, so it can't be renamed`);
  if (status?.phase === "Failed")
    throw new UserError(
      `${name} does not hold ${display(old)}, so there is nothing to rename; claim the new name: kubectl domain claim ${host}\n` +
        `${status.reason ?? ""}: ${status.message ?? ""}`,
    );
}

async function adjusted(
  cluster: Cluster,
  old: Domain,
  existing: Domain,
  redirectFor: string | undefined,
  dryRun: DryRun,
): Promise<WrittenClaim> {
  const { metadata, spec } = existing;
  const [from, to] = [hostOf(old.spec), hostOf(spec)];
  if (old.spec.renames === metadata.name)
    throw new UserError(
      `${display(from)} took the place of ${display(to)}; to go back, have it redirect there: kubectl domain redirect ${from} --to ${to}`,
    );
  if (spec.renames !== old.metadata.name)
    throw new UserError(
      `${reference(metadata.name)} claims ${display(to)} already, and what a claim renames never changes: ` +
        `release it first (kubectl domain release ${to}), or have ${display(from)} redirect there (kubectl domain redirect ${from} --to ${to})`,
    );
  if (redirectFor === undefined || redirectFor === (spec.redirectFor ?? "forever"))
    return { claim: existing, verb: "unchanged" };
  if (dryRun === "client") return { claim: { ...existing, spec: { ...spec, redirectFor } }, verb: "configured" };
  const change = { metadata: { resourceVersion: metadata.resourceVersion }, spec: { redirectFor } };
  return { claim: await cluster.patch(domains, existing, change, dryRun), verb: "configured" };
}
