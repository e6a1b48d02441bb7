import { kindOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/host";

import { claimMeant } from "../claims/claims.ts";
import { absenceNow, kongAway, whetherItRuns } from "../claims/controller-state.ts";
import { falling } from "../claims/falls.ts";
import { giveUp } from "../claims/give-up.ts";
import { patiently, silence } from "../claims/patience.ts";
import { heldRecords, isHeld, isKept, liesBelow, recordOf, reservedText } from "../claims/register.ts";
import { ingressesFor } from "../claims/serving.ts";
import { DomainCommand, dryRunSuffix, isForPeople } from "../cli/command.ts";
import { Args } from "../cli/define.ts";
import { dryRun, output, timeout, wait, yes } from "../cli/flags.ts";
import type { Cluster, DryRun } from "../kube/cluster.ts";
import { noneIfDenied } from "../kube/errors.ts";
import { follow } from "../kube/follow.ts";
import type { Domain } from "../kube/objects.ts";
import { domains, reference } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { fallLines } from "../output/fall-lines.ts";
import { listOf } from "../output/render.ts";
import { UserError } from "../user-error.ts";

/** `kubectl domain release HOST|NAME..`. */
export class Release extends DomainCommand {
  static override readonly summary = "Give a host up: its routes leave Kong, then it is free";
  static override readonly description =
    "Deletes the claim, after it has said what goes down with it, and waits until it is gone. The host is free at once, while one whose claim is deleted in another way stays reserved for its namespace for a while. --dry-run says what would go down and deletes nothing.";
  static override readonly aliases = ["delete"];
  static override readonly examples = [
    "<%= config.bin %> release marvin.acme.org",
    "<%= config.bin %> release domain/acme --yes",
  ];
  static override readonly usage = "release HOST|NAME...";
  static override readonly args = {
    host: Args.string({
      required: true,
      multiple: true,
      ignoreStdin: true,
      description: "hosts, or the names of their claims",
    }),
  };
  static override readonly flags = {
    yes,
    wait: wait({ summary: "wait until the claim is gone" }),
    timeout: timeout("1m", 60_000, "how long to wait"),
    "dry-run": dryRun(),
    output: output(),
  };

  /** Releases, and prints the claims as they were. */
  async run(): Promise<void> {
    const { args, flags } = await this.parse(Release);
    const cluster = await this.connect(flags);
    const mode = flags["dry-run"];
    const people = isForPeople(flags.output);
    await this.each(
      args.host,
      async (text) => {
        const { claim, host } = await claimMeant(cluster, text);
        if (mode !== "none" || !flags.yes) await this.#falls(cluster, claim, host, mode);
        if (mode === "none")
          await this.confirm(
            `Release ${display(host)} (claim ${claim.metadata.name} in ${cluster.namespace})?`,
            flags.yes,
          );
        if (mode !== "client") await giveUp(cluster, claim, mode);
        if (people) this.io.out(`domain.${domains.group} "${claim.metadata.name}" deleted${dryRunSuffix(mode)}`);
        else if (args.host.length === 1) await this.printed(flags.output, claim, [reference(claim.metadata.name)]);
        if (mode !== "none" || !flags.wait) return claim;
        const asked = this.io.now();
        await this.#gone(cluster, claim, flags.timeout);
        if (people) this.say(await this.#after(cluster, host, asked));
        return claim;
      },
      async (claims) => {
        if (args.host.length === 1) return;
        const names = claims.map(({ metadata }) => reference(metadata.name));
        await this.printed(flags.output, listOf(claims), names);
      },
    );
  }

  /** Says what goes down with the claim. */
  async #falls(cluster: Cluster, claim: Domain, host: Host, mode: DryRun): Promise<void> {
    const shown = display(host);
    const held = claim.status?.phase === "OK";
    const [below, serving] = await Promise.all([
      held && kindOf(claim.spec) === "primary"
        ? heldRecords(cluster, ({ spec }) => liesBelow(spec.host, host)).catch(noneIfDenied)
        : [],
      held ? ingressesFor(cluster, host).catch(noneIfDenied) : [],
    ]);
    const falls = falling(below, host, () => true, true);
    const [goes, serves] = mode === "none" ? ["goes", "no longer serves"] : ["would go", "would no longer serve"];
    if (falls.length > 0) this.io.err(`this ${goes} down with it:\n${fallLines(falls)}`);
    for (const { metadata } of serving) this.io.err(`the Ingress ${metadata?.name ?? ""} ${serves} ${shown}`);
  }

  /** Waits until the object is gone; what keeps it is said after two seconds, and when it changes. */
  async #gone(cluster: Cluster, claim: Domain, timeout: number): Promise<void> {
    const signal = this.io.deadline(timeout);
    const started = this.io.now();
    let said = "";
    let last: Domain | undefined = claim;
    let away: string | undefined;
    const say = (): void => {
      const text = last === undefined ? "" : (away ?? holdUp(last));
      const waitedMs = this.io.now() - started;
      if (text === said || text === "" || waitedMs < silence) return;
      said = text;
      this.waiting(text, waitedMs);
    };
    const end = async (): Promise<void> => {
      for await (const state of follow(cluster, claim, { signal, io: this.io })) {
        last = state;
        if (last === undefined) break;
        say();
      }
    };
    const look = async (over: AbortSignal): Promise<void> => {
      away = await absenceNow(cluster, this.io.now());
      if (!over.aborted) say();
    };
    await patiently(end, look, { sleep: this.io.sleep, signal });
    if (last !== undefined)
      throw new UserError(
        `timed out after ${String(timeout / 1000)}s: ${reference(claim.metadata.name)} is still there, and goes when it can: ` +
          (away ?? (holdUp(last) || whetherItRuns)),
      );
  }

  async #after(cluster: Cluster, host: Host, asked: number): Promise<string> {
    const record = await recordOf(cluster, host).catch(() => undefined);
    const shown = display(host);
    if (isKept(record)) return `${shown} is ${reservedText(record)}`;
    if (!isHeld(record)) return `${shown} is free`;
    const { namespace, name, uid } = record.spec.holder;
    const claim = await cluster.find<Domain>(domains, namespace, name).catch(() => undefined);
    const made = claim?.metadata.uid === uid ? claim.metadata.creationTimestamp : undefined;
    const waited = made !== undefined && Date.parse(made) < asked;
    return `${shown} is now held by ${namespace}/${name}${waited ? ", which waited for it" : ""}`;
  }
}

/** Why a claim that is being deleted is still there; empty where the claim only repeats what it said before. */
function holdUp(claim: Domain): string {
  const { metadata, status } = claim;
  if (metadata.deletionTimestamp === undefined) return "";
  const kong = kongAway(claim);
  if (kong !== undefined) return `KongUnreachable: ${kong}`;
  if (status?.reason !== "Releasing") return "";
  const failing = status.conditions?.find(({ type, reason }) => type === "Programmed" && reason !== "NotAccepted");
  return failing?.status === "False" ? `${failing.reason}: ${failing.message}` : (status.message ?? "");
}
