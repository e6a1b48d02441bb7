import type { Host } from "@domain-claims/crds/host";

import { claimMeant, retried } from "../claims/claims.ts";
import { heldRecords, liesBelow } from "../claims/register.ts";
import { ingressesFor } from "../claims/serving.ts";
import { holding, isTransferDecided, transferNow, withTransfer } from "../claims/transfer.ts";
import { awaited } from "../claims/awaited.ts";
import type { Awaiting } from "../claims/awaited.ts";
import { changed, DomainCommand, isForPeople } from "../cli/command.ts";
import { Flags, hostOrClaim } from "../cli/define.ts";
import { dryRun, output, timeout, wait } from "../cli/flags.ts";
import { namespaceList } from "../cli/inputs.ts";
import type { Cluster, DryRun } from "../kube/cluster.ts";
import { undefinedIfDenied } from "../kube/errors.ts";
import type { Domain } from "../kube/objects.ts";
import { reference } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { transferSteps } from "../output/transfer-lines.ts";
import { UserError } from "../user-error.ts";

/** `kubectl domain transfer HOST --to NS`. */
export class Transfer extends DomainCommand {
  static override readonly summary = "Hand a host over to another namespace, or take that back (--cancel)";
  static override readonly description =
    "Says in the claim and in the public register to whom the host goes. Nothing changes before somebody there accepts it (kubectl domain accept); then it changes hands at once, whoever waits for it. A namespace that was deleted and created again since it was named is named anew. With --dry-run it says what will happen, step by step.";
  static override readonly examples = [
    "<%= config.bin %> transfer acme.org --to coyote-org -n acme-org",
    { description: "Take it back before it is accepted", command: "<%= config.bin %> transfer acme.org --cancel" },
  ];
  static override readonly args = { host: hostOrClaim };
  static override readonly flags = {
    to: Flags.string({ helpValue: "NS", summary: "the namespace that may accept it" }),
    cancel: Flags.boolean({ summary: "hand it over to nobody" }),
    wait: wait({ summary: "wait until the register says so" }),
    timeout: timeout("30s", 30_000, "how long to wait"),
    "dry-run": dryRun(),
    output: output(),
  };

  /** Hands over, and returns the claim as it is then. Throws UserError where it can't be, or is too late to be taken back. */
  async run(): Promise<Domain> {
    const { args, flags } = await this.parse(Transfer);
    const { cancel, "dry-run": mode } = flags;
    if (cancel ? flags.to !== undefined : flags.to === undefined)
      throw new UserError("say to whom, with --to NAMESPACE, or --cancel");
    const to = cancel ? undefined : receiver(flags.to ?? "");
    const cluster = await this.connect(flags);
    const { claim: meant, host } = await claimMeant(cluster, args.host);
    if (to === cluster.namespace) throw new UserError(`${display(host)} is in ${to} already`);
    if (to !== undefined) holding(meant);
    const people = isForPeople(flags.output);
    if (to !== undefined && meant.spec.transferTo === to && transferNow(meant)?.reason === "StaleTransfer")
      await this.#takeBack(cluster, meant, to, mode, flags.timeout);
    const { claim, verb } = await retried(async () => await withTransfer(cluster, meant, to, mode));
    if (people) this.io.out(changed(claim, verb, mode));
    if (mode !== "none") {
      if (people && to !== undefined) this.io.out(await this.#steps(cluster, host, to));
      else if (!people) await this.printed(flags.output, claim, [reference(claim.metadata.name)]);
      return claim;
    }
    const now = flags.wait ? await this.#waitedFor(cluster, claim, flags.timeout) : claim;
    if (!people) await this.printed(flags.output, now, [reference(now.metadata.name)]);
    this.#tell(now, host, to, people);
    return now;
  }

  /** What was handed over to an earlier namespace of the name has to be taken back, so that the name can be bound anew. */
  async #takeBack(cluster: Cluster, claim: Domain, to: string, mode: DryRun, timeout: number): Promise<void> {
    this.note(`it was handed over to an earlier namespace of the name ${to}, which is gone: handing over anew`);
    if (mode !== "none") return;
    const { claim: without } = await retried(async () => await withTransfer(cluster, claim, undefined, "none"));
    const interrupted = "Interrupted; it is handed over to nobody now: run the same command again";
    await this.#waitedFor(cluster, without, timeout, { interrupted });
  }

  async #steps(cluster: Cluster, host: Host, to: string): Promise<string> {
    const [below, ingresses] = await Promise.all([
      heldRecords(cluster, ({ spec }) => liesBelow(spec.host, host)).catch(undefinedIfDenied),
      ingressesFor(cluster, host).catch(undefinedIfDenied),
    ]);
    return transferSteps(
      { host, from: cluster.namespace, to },
      { ingresses: ingresses?.map(({ metadata }) => metadata?.name ?? ""), below: below?.length },
    );
  }

  #tell(claim: Domain, host: Host, to: string | undefined, people: boolean): void {
    const { phase, reason = "", message = "" } = claim.status ?? {};
    const decided = isTransferDecided(claim);
    if (decided && phase === "Failed" && to === undefined && reason === "Transferred")
      throw new UserError(`it is too late to take it back\n${reason}: ${message}`);
    if (decided && phase === "Failed" && reason !== "Transferred") throw new UserError(`${reason}: ${message}`);
    const pending = transferNow(claim);
    if (to !== undefined && pending?.status === "False" && pending.reason !== "NamespaceNotFound")
      throw new UserError(`${pending.reason}: ${pending.message}`);
    if (!people) return;
    if (to === undefined) this.say(`${display(host)} is handed over to nobody`);
    else this.say(pending?.message ?? (decided ? message : `${display(host)} is to be handed over to ${to}`));
  }

  /** The claim once it is known what becomes of the transfer. Throws UserError after the time. */
  async #waitedFor(
    cluster: Cluster,
    claim: Domain,
    milliseconds: number,
    told: Pick<Awaiting, "interrupted"> = {},
  ): Promise<Domain> {
    const what = `the register to say what ${reference(claim.metadata.name)} says`;
    const note = (text: string, waitedMs: number): void => this.waiting(text, waitedMs);
    return await awaited(this.io, cluster, claim, { enough: isTransferDecided, milliseconds, what, note, ...told });
  }
}

/** The one namespace that is named. Throws UserError. */
function receiver(text: string): string {
  const [name = "", ...more] = namespaceList([text]);
  if (name === "*" || more.length > 0)
    throw new UserError(`a host is handed over to one namespace, and not to "${text}"`);
  return name;
}
