import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { hostOf } from "@domain-claims/crds/domain";
import { display } from "../output/display.ts";

import { ownPrimary, retried } from "../claims/claims.ts";
import type { Cluster, DryRun } from "../kube/cluster.ts";
import { changed, DomainCommand } from "../cli/command.ts";
import { UserError } from "../user-error.ts";
import { staleDelegates } from "../claims/fixes.ts";
import { dryRun, output, timeout } from "../cli/flags.ts";
import { stateWhere } from "../kube/follow.ts";
import { namespaceList } from "../cli/inputs.ts";
import type { Domain } from "../kube/objects.ts";
import { domains, reference } from "../kube/resources.ts";

/** `kubectl domain share HOST --with NS,..`. */
export class Share extends DomainCommand {
  static override readonly summary = "Let other namespaces claim names below a domain that this one holds";
  static override readonly description =
    "Adds namespaces to the claim's delegates. A namespace that was deleted and created again since it was named is shared with anew.";
  static override readonly examples = [
    "<%= config.bin %> share acme.org --with coyote-org,marvin-org -n acme-org",
    { description: "Share with every namespace", command: '<%= config.bin %> share acme.org --with "*"' },
  ];
  static override readonly args = {
    host: Args.string({
      required: true,
      ignoreStdin: true,
      description: "the primary: its host, or the name of its claim",
    }),
  };
  static override readonly flags = {
    with: Flags.string({
      required: true,
      helpValue: "NS,",
      multiple: true,
      multipleNonGreedy: true,
      summary: "the namespaces; * means all",
    }),
    timeout: timeout("30s", 30_000, "how long to wait for a stale grant to be taken back"),
    "dry-run": dryRun(),
    output: output(),
  };

  /** Shares, and returns the claim as it is then. */
  async run(): Promise<Domain> {
    const { args, flags } = await this.parse(Share);
    const asked = namespaceList(flags.with);
    const cluster = await this.connect(flags);
    const first = await ownPrimary(cluster, args.host);
    const others = asked.filter((name) => name !== first.metadata.namespace);
    if (others.length < asked.length)
      this.io.err(`note: ${cluster.namespace} holds ${hostOf(first.spec)} itself and needs no share of it`);
    const stale = staleAmong(first, others);
    if (stale.length > 0 && flags["dry-run"] === "none") await this.#takeBack(cluster, first, stale, flags.timeout);
    const { claim, added } = await retried(async () => await share(cluster, first, others, flags["dry-run"]));
    if (await this.printed(flags.output, claim, [reference(claim.metadata.name)])) return claim;
    this.io.out(changed(claim, added.length === 0 ? "unchanged" : "configured", flags["dry-run"]));
    const host = display(hostOf(claim.spec));
    this.io.out(`${host} is shared with ${(claim.spec.delegates ?? []).join(", ") || "nobody else"}`);
    return claim;
  }

  /** Takes stale delegates out and waits until the controller has forgotten them, so that they can be bound anew. */
  async #takeBack(cluster: Cluster, claim: Domain, stale: readonly string[], timeout: number): Promise<void> {
    const names = stale.join(", ");
    this.io.err(
      `note: ${hostOf(claim.spec)} was shared with an earlier namespace of the name ${names}, which is gone: sharing anew`,
    );
    const without = await retried(async () => await withoutDelegates(cluster, claim, stale, "none"));
    const seen = (state: Domain): boolean =>
      (state.status?.observedGeneration ?? 0) >= (without.metadata.generation ?? 0);
    const signal = this.io.deadline(timeout);
    if ((await stateWhere(cluster, without, seen, { signal, sleep: this.io.sleep })) === undefined)
      throw new UserError(
        `timed out waiting for the controller to take back the stale grant of ${names}; it is removed from the delegates, so run the same command again later`,
      );
  }
}

function staleAmong(claim: Domain, names: readonly string[]): readonly string[] {
  const condition = claim.status?.conditions?.find(({ type }) => type === "DelegatesResolved");
  if (condition?.status !== "False" || condition.reason !== "StaleGrant") return [];
  const stale = staleDelegates(condition.message);
  return names.filter((name) => stale.includes(name) && claim.spec.delegates?.includes(name) === true);
}

async function share(
  cluster: Cluster,
  { metadata: { namespace, name } }: Domain,
  names: readonly string[],
  dryRun: DryRun,
): Promise<{ claim: Domain; added: readonly string[] }> {
  const claim = await cluster.read<Domain>(domains, namespace, name);
  const now = claim.spec.delegates ?? [];
  const added = names.filter((delegate) => !now.includes(delegate));
  if (added.length === 0) return { claim, added };
  return { claim: await setDelegates(cluster, claim, [...now, ...added], dryRun), added };
}

/** Takes delegates out of a claim, read anew. Rejects with a conflict where somebody else changed it in between. */
export async function withoutDelegates(
  cluster: Cluster,
  { metadata: { namespace, name } }: Domain,
  names: readonly string[],
  dryRun: DryRun,
): Promise<Domain> {
  const claim = await cluster.read<Domain>(domains, namespace, name);
  const left = (claim.spec.delegates ?? []).filter((delegate) => !names.includes(delegate));
  return await setDelegates(cluster, claim, left, dryRun);
}

async function setDelegates(
  cluster: Cluster,
  claim: Domain,
  delegates: readonly string[],
  dryRun: DryRun,
): Promise<Domain> {
  const spec = { delegates: delegates.length === 0 ? null : delegates };
  if (dryRun === "client") return { ...claim, spec: { ...claim.spec, delegates } };
  const { resourceVersion } = claim.metadata;
  return await cluster.patch<Domain>(domains, claim, { metadata: { resourceVersion }, spec }, dryRun);
}
