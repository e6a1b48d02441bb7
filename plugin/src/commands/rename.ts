import { hostOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/host";

import { awaited } from "../claims/awaited.ts";
import { claimMeant, claimsOf, retried } from "../claims/claims.ts";
import { age } from "../claims/duration.ts";
import { forecast, outlookText } from "../claims/forecast.ts";
import { typedHost } from "../claims/host-input.ts";
import { aboveOf } from "../claims/known.ts";
import { enclosing, recordOf } from "../claims/register.ts";
import { isRenameDecided, renamedNow, renameSteps, writeRename } from "../claims/rename.ts";
import type { WrittenClaim } from "../claims/write-claim.ts";
import { changed, DomainCommand, isForPeople } from "../cli/command.ts";
import { Args, Flags } from "../cli/define.ts";
import { dryRun, output, redirectFor, timeout, wait } from "../cli/flags.ts";
import type { Cluster } from "../kube/cluster.ts";
import { unreadIfDenied } from "../kube/errors.ts";
import type { Domain } from "../kube/objects.ts";
import { reference } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { UserError } from "../user-error.ts";

/** `kubectl domain rename OLD NEW`. */
export class Rename extends DomainCommand {
  static override readonly summary = "Give what is served under a host another name, without losing a request";
  static override readonly description =
    "Makes a claim for the new name, which takes the place of the old one step by step: it serves what Ingresses say for the old name, gets its certificate, and then the old name redirects to it. Says the steps first, and how far it is while it waits; it goes on by itself if you don't. With --dry-run it says what would happen.";
  static override readonly examples = [
    "<%= config.bin %> rename acme.org roadrunner.example",
    { description: "With a redirect for some time", command: "<%= config.bin %> rename acme.org roadrunner.example --redirect-for 90d" }, // prettier-ignore
  ];
  static override readonly usage = "rename OLD NEW";
  static override readonly args = {
    old: Args.string({ required: true, ignoreStdin: true, description: "the old host, or the name of its claim" }),
    new: Args.string({ required: true, ignoreStdin: true, description: "the new host" }),
  };
  static override readonly flags = {
    "redirect-for": redirectFor({ summary: "how long the old name redirects; then it serves nothing, and stays held; default: forever" }), // prettier-ignore
    name: Flags.string({ summary: "the name of the new claim; default: the new host" }),
    wait: wait({ summary: "wait until the old name has given way, or the rename is refused" }),
    timeout: timeout("5m", 300_000, "how long to wait"),
    "dry-run": dryRun(),
    output: output(),
  };

  /** Renames, and returns the new claim as it is then. Throws UserError where that is refused, or takes too long. */
  async run(): Promise<Domain> {
    const { args, flags } = await this.parse(Rename);
    const { "dry-run": mode, "redirect-for": asksFor } = flags;
    const { host, note } = await typedHost(args.new);
    this.note(note);
    const cluster = await this.connect(flags);
    const { claim: old } = await claimMeant(cluster, args.old);
    const [above, claims] = await Promise.all([
      enclosing(cluster, host).catch(unreadIfDenied),
      claimsOf(cluster, cluster.namespace),
    ]);
    const asked = { host, name: flags.name, redirectFor: asksFor };
    const { claim, verb } = await retried(async () => await writeRename(cluster, old, asked, claims, above, mode));
    const people = isForPeople(flags.output);
    if (people) {
      this.io.out(changed(claim, verb, mode));
      for (const step of renameSteps(old, claim)) this.say(step);
      if (mode !== "none" && verb === "created") await this.#outlook(cluster, { claim, verb });
    }
    const waits = mode === "none" && flags.wait;
    const now = waits ? await this.#waitedFor(cluster, claim, flags.timeout, people) : claim;
    if (!people) await this.printed(flags.output, now, [reference(now.metadata.name)]);
    if (waits) this.#tell(now, people);
    return now;
  }

  /** Says what would be decided on the new name, as far as the register may be read. */
  async #outlook(cluster: Cluster, { claim }: WrittenClaim): Promise<void> {
    const host = hostOf(claim.spec) as Host;
    const [record, above] = await Promise.all([
      recordOf(cluster, host).catch(unreadIfDenied),
      aboveOf(cluster, claim).catch(unreadIfDenied),
    ]);
    if (record !== "unread" && above !== "unread") this.say(outlookText(await forecast(claim, { record, above })));
  }

  #tell(claim: Domain, people: boolean): void {
    const { phase, reason = "", message = "" } = claim.status ?? {};
    const host = display(hostOf(claim.spec));
    if (phase === "Failed")
      throw new UserError(`${host} is not held, so nothing is renamed; nothing was taken away\n${reason}: ${message}`);
    const renamed = renamedNow(claim);
    if (renamed?.status === "False")
      throw new UserError(
        `nothing is renamed to ${host}; nothing was taken away\n${renamed.reason}: ${renamed.message}`,
      );
    if (people && renamed !== undefined) this.say(renamed.message);
  }

  /** The claim once it is known what came of the rename; says each stage on the way. Throws UserError after the time. */
  async #waitedFor(cluster: Cluster, claim: Domain, milliseconds: number, people: boolean): Promise<Domain> {
    return await awaited(this.io, cluster, claim, {
      enough: isRenameDecided,
      milliseconds,
      what: `the rename by ${reference(claim.metadata.name)}`,
      note: (text, waitedMs) => {
        if (people) this.say(`${age(waitedMs)} ${text}`);
      },
      holdUp: renameText,
      atOnce: true,
    });
  }
}

/** How far the claim's rename is; empty before anything was said of it. */
function renameText(claim: Domain): string {
  const renamed = renamedNow(claim);
  return renamed === undefined ? "" : `${renamed.reason}: ${renamed.message}`;
}
