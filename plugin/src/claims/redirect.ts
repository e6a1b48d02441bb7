import { hostOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/host";

import type { Cluster, DryRun } from "../kube/cluster.ts";
import type { Condition, Domain } from "../kube/objects.ts";
import { domains, reference } from "../kube/resources.ts";
import { UserError } from "../user-error.ts";

/** `spec.redirect` of a claim. */
export type Redirect = NonNullable<Domain["spec"]["redirect"]>;

/** What somebody asks for of a claim's redirect; what is undefined stays as it is, or is what the API server takes by default. */
export interface AskedRedirect {
  readonly to: Host | undefined;
  readonly statusCode: Redirect["statusCode"];
  readonly keepPath: boolean | undefined;
}

/**
 * Makes the claim, which is read anew, redirect its host as asked, or serve it again where nothing is asked. Throws
 * UserError where it can't be, and rejects with a conflict where somebody else changed the claim in between.
 */
export async function withRedirect(
  cluster: Cluster,
  { metadata: { namespace, name } }: Domain,
  asked: AskedRedirect | undefined,
  dryRun: DryRun,
): Promise<{ readonly claim: Domain; readonly verb: "configured" | "unchanged" }> {
  const claim = await cluster.read<Domain>(domains, namespace, name);
  if (claim.metadata.deletionTimestamp !== undefined)
    throw new UserError(`${reference(name)} is being released, so its host can't be redirected; nothing was changed`);
  const now = claim.spec.redirect;
  const redirect = asked === undefined ? undefined : wanted(claim, asked);
  if (isSame(now, redirect)) return { claim, verb: "unchanged" };
  if (dryRun === "client") {
    const { redirect: _before, ...spec } = claim.spec;
    return { claim: { ...claim, spec: redirect === undefined ? spec : { ...spec, redirect } }, verb: "configured" };
  }
  const { resourceVersion } = claim.metadata;
  const change = { metadata: { resourceVersion }, spec: { redirect: redirect ?? null } };
  return { claim: await cluster.patch<Domain>(domains, claim, change, dryRun), verb: "configured" };
}

/** Where requests for the claim's host are sent, as a person says it. Undefined: the claim redirects nothing. */
export function redirectText({ spec }: Domain): string | undefined {
  if (spec.redirect === undefined) return undefined;
  const { host, statusCode = 308, keepPath = true } = spec.redirect;
  return `to ${host} (${String(statusCode)}${keepPath ? "" : ", without path and query"})`;
}

/** What the controller says of the host's routes, once that is about the claim as it is now; undefined before. */
export function programmedNow({ metadata, status }: Domain): Condition | undefined {
  const condition = status?.conditions?.find(({ type }) => type === "Programmed");
  return (condition?.observedGeneration ?? 0) >= (metadata.generation ?? 1) ? condition : undefined;
}

function wanted({ metadata, spec }: Domain, { to, statusCode, keepPath }: AskedRedirect): Redirect {
  const host = to ?? spec.redirect?.host;
  if (host === undefined)
    throw new UserError(`${reference(metadata.name)} redirects nothing yet: say where to, with --to HOST`);
  if (host === hostOf(spec)) throw new UserError(`${host} can't be redirected to itself: name another host with --to`);
  return {
    host,
    statusCode: statusCode ?? spec.redirect?.statusCode ?? 308,
    keepPath: keepPath ?? spec.redirect?.keepPath ?? true,
  };
}

function isSame(now: Redirect | undefined, then: Redirect | undefined): boolean {
  if (now === undefined || then === undefined) return now === then;
  const { host, statusCode = 308, keepPath = true } = now;
  return host === then.host && statusCode === then.statusCode && keepPath === then.keepPath;
}
