import { parentOf } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";

import { claimFor, claimsOf, retried } from "../claims/claims.ts";
import { controllerState } from "../claims/controller-state.ts";
import { falling } from "../claims/falls.ts";
import { typedHost } from "../claims/host-input.ts";
import { hasReached, milestones } from "../claims/milestone.ts";
import type { Milestone } from "../claims/milestone.ts";
import { heldRecords, isHeld, liesBelow, recordOf } from "../claims/register.ts";
import type { HeldRecord } from "../claims/register.ts";
import { ingressesFor } from "../claims/serving.ts";
import { accepted, inheritedDelegates, offered } from "../claims/transfer.ts";
import type { Offered } from "../claims/transfer.ts";
import { awaited } from "../claims/awaited.ts";
import { changed, DomainCommand, isForPeople } from "../cli/command.ts";
import { Args, Flags } from "../cli/define.ts";
import { dryRun, output, timeout, waitFor } from "../cli/flags.ts";
import { namespaceList } from "../cli/inputs.ts";
import type { Cluster } from "../kube/cluster.ts";
import { undefinedIfDenied } from "../kube/errors.ts";
import type { Domain } from "../kube/objects.ts";
import { reference } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { acceptSteps } from "../output/transfer-lines.ts";
import { UserError } from "../user-error.ts";

/** `kubectl domain accept HOST`. */
export class Accept extends DomainCommand {
  static override readonly summary = "Take a host over that another namespace hands over (kubectl domain transfer)";
  static override readonly description =
    "Makes the claim that accepts the host, or has the one accept it that waits for it, and waits until it holds it, or until it is live (--wait=live). A primary is shared with whom it was shared before, and with the namespace that gives it if that has names below it: --share-with says otherwise. With --dry-run it says what will happen, step by step.";
  static override readonly examples = [
    "<%= config.bin %> accept acme.org -n coyote-org",
    { description: "Share it with others than before", command: "<%= config.bin %> accept acme.org --share-with marvin-org" }, // prettier-ignore
  ];
  static override readonly args = {
    host: Args.string({ required: true, ignoreStdin: true, description: "the host" }),
  };
  static override readonly flags = {
    name: Flags.string({ summary: "the name of the object; default: the host" }),
    "share-with": Flags.string({
      helpValue: "NS,",
      multiple: true,
      multipleNonGreedy: true,
      summary: 'the namespaces that may claim names below it; "" for none; default: as before',
    }),
    wait: waitFor(),
    timeout: timeout("30s", 30_000, "how long to wait"),
    "dry-run": dryRun(),
    output: output(),
  };

  /** Accepts, and returns the claim as it is then. Throws UserError where the host is not handed over to this namespace. */
  async run(): Promise<Domain> {
    const { args, flags } = await this.parse(Accept);
    const { "dry-run": mode, "share-with": shareWith } = flags;
    const { host, note } = await typedHost(args.host);
    this.note(note);
    const asked = shareWith === undefined ? undefined : namespaceList(shareWith.filter((text) => text !== ""));
    const cluster = await this.connect(flags);
    const { namespace } = cluster;
    const [record, claims] = await Promise.all([recordOf(cluster, host), claimsOf(cluster, namespace)]);
    const existing = claimFor(claims, host);
    if (isHeld(record) && record.spec.holder.uid === existing?.metadata.uid) {
      this.say(`${display(host)} is held by ${namespace} already`);
      return existing;
    }
    if (record?.spec.transfer?.namespace !== namespace) this.noteAbsence(await controllerState(cluster, this.io.now()));
    const offer = offered(record, host, namespace);
    const below = await heldRecords(cluster, ({ spec }) => liesBelow(spec.host, host));
    const primary = offer.record.spec.holder.kind === "primary";
    if (!primary && asked !== undefined && asked.length > 0)
      throw new UserError(`${display(host)} is a shared claim: only a primary is shared on`);
    const before = existing?.spec.delegates ?? [];
    const delegates = primary ? (asked ?? [...new Set([...before, ...inheritedDelegates(offer, below)])].sort()) : [];
    const parent = primary ? undefined : await this.#holderAbove(cluster, host);
    const wanted = { namespace, name: flags.name, delegates, parent };
    const { claim, verb } = await retried(async () => await accepted(cluster, offer, existing, wanted, mode));
    const people = isForPeople(flags.output);
    if (people) this.io.out(changed(claim, verb, mode));
    if (mode !== "none") {
      if (people) this.io.out(await this.#steps(cluster, offer, below, claim.spec.delegates ?? []));
      else await this.printed(flags.output, claim, [reference(claim.metadata.name)]);
      return claim;
    }
    const now = flags.wait === "none" ? claim : await this.#waitedFor(cluster, claim, flags.wait, flags.timeout);
    if (!people) await this.printed(flags.output, now, [reference(now.metadata.name)]);
    const { phase, reason = "", message = "" } = now.status ?? {};
    if (flags.wait !== "none" && phase === "Failed")
      throw new UserError(`${display(host)} was not handed over: ${reason}: ${message}`);
    if (people && flags.wait !== "none") this.say(message);
    return now;
  }

  /** The namespace that holds the name right above the host. */
  async #holderAbove(cluster: Cluster, host: Host): Promise<string | undefined> {
    const above = parentOf(host);
    const record = above === undefined ? undefined : await recordOf(cluster, above);
    return isHeld(record) ? record.spec.holder.namespace : undefined;
  }

  async #steps(
    cluster: Cluster,
    { record }: Offered,
    below: readonly HeldRecord[],
    delegates: readonly string[],
  ): Promise<string> {
    const { namespace: to } = cluster;
    const host = record.spec.host as Host;
    const ingresses = await ingressesFor(cluster, host).catch(undefinedIfDenied);
    const isLost = (namespace: string): boolean =>
      namespace !== to && !delegates.includes("*") && !delegates.includes(namespace);
    const falls = record.spec.holder.kind === "primary" ? falling(below, host, isLost, false) : [];
    return acceptSteps(
      { host, from: record.spec.holder.namespace, to },
      { ingresses: ingresses?.map(({ metadata }) => metadata?.name ?? ""), below: below.length - falls.length },
      delegates,
      falls,
    );
  }

  /** The claim once it holds the host, or is refused. Throws UserError after the time. */
  async #waitedFor(cluster: Cluster, claim: Domain, wait: Milestone, milliseconds: number): Promise<Domain> {
    const what = `${reference(claim.metadata.name)} ${milestones[wait].text}`;
    const note = (text: string, waitedMs: number): void => this.waiting(text, waitedMs);
    const enough = (now: Domain): boolean => hasReached(now, wait);
    return await awaited(this.io, cluster, claim, { enough, milliseconds, what, note });
  }
}
