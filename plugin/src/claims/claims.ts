import { hostOf, kindOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import { display } from "../output/display.ts";
import { isConflict } from "../kube/errors.ts";
import { UserError } from "../user-error.ts";
import { typedHost } from "./host-input.ts";
import type { Domain } from "../kube/objects.ts";
import { isHeld, isKept, recordOf, reservedText } from "./register.ts";
import { domains, reference } from "../kube/resources.ts";

/** The claims of a namespace, oldest first. */
export async function claimsOf(cluster: Cluster, namespace: string): Promise<readonly Domain[]> {
  const found = await cluster.list<Domain>(domains, { namespace });
  return [...found].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function order({ metadata }: Domain): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.uid ?? ""}`;
}

/** The claim of a namespace for a host: the one that is OK, else the oldest; undefined: it has none. */
export function claimFor(claims: readonly Domain[], host: Host): Domain | undefined {
  const matching = claims.filter(({ spec }) => hostOf(spec) === host);
  return matching.find(({ status }) => status?.phase === "OK") ?? matching[0];
}

/** What `HOST|NAME` on a command line means: a claim of the namespace, a host without one, or both. */
export interface Meant {
  readonly claim: Domain | undefined;
  readonly host: Host;
  /** How the text was understood, where that is not obvious. */
  readonly note: string | undefined;
}

/** Finds what somebody means by a host, a claim's name, or `domain/NAME`. Throws UserError where it could be two things. */
export async function meant(cluster: Cluster, text: string): Promise<Meant> {
  const { namespace } = cluster;
  const prefixed = /^(?:domains?|dclaim)(?:\.[^/]+)?\/(?<name>.+)$/.exec(text)?.groups?.["name"];
  if (prefixed !== undefined) {
    const claim = await cluster.read<Domain>(domains, namespace, prefixed);
    return { claim, host: hostOf(claim.spec) as Host, note: undefined };
  }
  const [claims, host] = await Promise.all([
    claimsOf(cluster, namespace),
    typedHost(text).catch((error: unknown) => error as Error),
  ]);
  const byName = claims.find(({ metadata }) => metadata.name === text);
  const byHost = host instanceof Error ? undefined : claimFor(claims, host.host);
  if (byName !== undefined && byHost !== undefined && hostOf(byName.spec) !== hostOf(byHost.spec))
    throw new UserError(
      `"${text}" is the host of ${byHost.metadata.name} and the name of a claim for ${hostOf(byName.spec)}: say domain/${byHost.metadata.name} or domain/${text}`,
    );
  const claim = byHost ?? byName;
  const note = host instanceof Error || (claim !== undefined && byHost === undefined) ? undefined : host.note;
  if (claim !== undefined) return { claim, host: hostOf(claim.spec) as Host, note };
  if (!(host instanceof Error)) return { claim, host: host.host, note };
  throw text.includes(".") ? host : new UserError(`there is no claim "${text}" in the namespace ${namespace}`);
}

/** The claim that is meant, which has to be there. Throws UserError, which names the holder where it is somebody else. */
export async function claimMeant(cluster: Cluster, text: string): Promise<{ claim: Domain; host: Host }> {
  const { claim, host } = await meant(cluster, text);
  if (claim !== undefined) return { claim, host };
  const record = await recordOf(cluster, host).catch(() => undefined);
  const elsewhere = isHeld(record)
    ? `: ${record.spec.holder.namespace} holds it, by the claim ${record.spec.holder.name}`
    : isKept(record)
      ? `: it is ${reservedText(record)}`
      : "";
  throw new UserError(`no claim in the namespace ${cluster.namespace} is for ${display(host)}${elsewhere}`);
}

/** The primary claim by which this namespace holds the host, which has to be there, and to hold it. Throws UserError. */
export async function ownPrimary(cluster: Cluster, text: string): Promise<Domain> {
  const { claim, host } = await claimMeant(cluster, text);
  const name = reference(claim.metadata.name);
  if (kindOf(claim.spec) === "shared")
    throw new UserError(
      `${name} is a shared claim, and a shared claim can't be shared on: only the holder of a primary shares names below it. ` +
        `To share names below ${host}, release it and claim it with --primary`,
    );
  if (claim.metadata.deletionTimestamp !== undefined)
    throw new UserError(`${name} is being released, so there is nothing to share or to take back; nothing was changed`);
  const { phase, reason = "", message = "" } = claim.status ?? {};
  if (phase !== "OK")
    throw new UserError(
      `${name} does not hold ${display(host)}, so there is nothing to share or to take back; nothing was changed` +
        (phase === "Failed" ? `\n${reason}: ${message}` : ": it is not decided yet"),
    );
  return claim;
}

/** Reads a claim, changes it and writes it back; where somebody else was faster, once more. */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 5; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isConflict(error) || left === 0) throw error;
    }
  }
}
