import { hostOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/host";

import { ownPrimary, retried } from "../claims/claims.ts";
import { withDelegates, withoutDelegates } from "../claims/delegates.ts";
import { staleGrants } from "../claims/grants.ts";
import { absentNamespaces, namespaceNames, near } from "../claims/namespaces.ts";
import { recordOf } from "../claims/register.ts";
import { changed, DomainCommand } from "../cli/command.ts";
import { Args, Flags } from "../cli/define.ts";
import { dryRun, output, timeout } from "../cli/flags.ts";
import { namespaceList } from "../cli/inputs.ts";
import type { Cluster, DryRun } from "../kube/cluster.ts";
import { undefinedIfDenied } from "../kube/errors.ts";
import { stateWhere } from "../kube/follow.ts";
import type { Domain } from "../kube/objects.ts";
import { reference } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { UserError } from "../user-error.ts";

/** How long the controller is waited for only to learn of a typo. */
const patience = 2000;

/** `kubectl domain share HOST --with NS,..`. */
export class Share extends DomainCommand {
  static override readonly summary = "Let other namespaces claim names below a domain that this one holds";
  static override readonly description =
    "Adds namespaces to the claim's delegates. A namespace that was deleted and created again since it was named is shared with anew.";
  static override readonly examples = [
    "<%= config.bin %> share acme.org --with coyote-org,marvin-org -n acme-org",
    { description: "Share with every namespace", command: "<%= config.bin %> share acme.org --with '*'" },
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
    const mode = flags["dry-run"];
    const cluster = await this.connect(flags);
    const first = await ownPrimary(cluster, args.host);
    const others = asked.filter((name) => name !== first.metadata.namespace);
    if (others.length < asked.length)
      this.note(`${cluster.namespace} holds ${hostOf(first.spec)} itself and needs no share of it`);
    const record = await recordOf(cluster, hostOf(first.spec) as Host).catch(undefinedIfDenied);
    const stale = await staleGrants(cluster, first, record, others);
    if (stale.length > 0) await this.#takeBack(cluster, first, stale, mode === "none" ? flags.timeout : undefined);
    const { claim, added } = await retried(async () => await withDelegates(cluster, first, others, mode));
    if (!(await this.printed(flags.output, claim, [reference(claim.metadata.name)]))) {
      const verb = added.length === 0 && stale.length === 0 ? "unchanged" : "configured";
      this.io.out(changed(claim, verb, mode));
      const host = display(hostOf(claim.spec));
      this.say(`${host} is shared with ${(claim.spec.delegates ?? []).join(", ") || "nobody else"}`);
    }
    await this.#noteAbsent(cluster, claim, others, mode);
    return claim;
  }

  /**
   * Takes stale delegates out and waits until the controller has forgotten them, so that they can be bound anew. Without
   * a time to wait it only says so.
   */
  async #takeBack(
    cluster: Cluster,
    claim: Domain,
    stale: readonly string[],
    timeout: number | undefined,
  ): Promise<void> {
    const names = stale.join(", ");
    this.note(
      `${hostOf(claim.spec)} was shared with an earlier namespace of the name ${names}, which is gone: sharing anew`,
    );
    if (timeout === undefined) return;
    const without = await retried(async () => await withoutDelegates(cluster, claim, stale, "none"));
    const seen = (state: Domain): boolean =>
      (state.status?.observedGeneration ?? 0) >= (without.metadata.generation ?? 0);
    const signal = this.io.deadline(timeout);
    const interrupted = `Interrupted; the stale grant of ${names} is removed from the delegates: run the same command again`;
    if ((await stateWhere(cluster, without, seen, { signal, io: this.io, interrupted })) === undefined)
      throw new UserError(
        `timed out waiting for the controller to take back the stale grant of ${names}; it is removed from the delegates, so run the same command again later`,
      );
  }

  /** Says which names are no namespace yet: a typo, or one that somebody is still to create. */
  async #noteAbsent(cluster: Cluster, claim: Domain, names: readonly string[], mode: DryRun): Promise<void> {
    const parts = { signal: this.io.deadline(patience), io: this.io };
    // of a write that was only tried the controller will say nothing
    const absent = await absentNamespaces(cluster, claim, names, mode === "none" ? parts : undefined);
    if (absent.length === 0) return;
    const all = await namespaceNames(cluster);
    for (const name of absent) {
      const close = near(name, all);
      const hint = close.length === 0 ? "" : ` (did you mean ${close.join(" or ")}?)`;
      this.note(`there is no namespace ${name} yet${hint}: whoever creates it gets the share`);
    }
  }
}
