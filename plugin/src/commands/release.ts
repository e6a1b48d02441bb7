import * as Args from "@oclif/core/args";
import { kindOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/host";
import { display } from "../output/display.ts";

import { claimMeant } from "../claims/claims.ts";
import type { Cluster } from "../kube/cluster.ts";
import { DomainCommand } from "../cli/command.ts";
import { isDenied } from "../kube/errors.ts";
import { UserError } from "../user-error.ts";
import { fallLines } from "../output/fall-lines.ts";
import { dryRun, output, timeout, wait, yes } from "../cli/flags.ts";
import { follow } from "../kube/follow.ts";
import type { Domain } from "../kube/objects.ts";
import { falling } from "../claims/falls.ts";
import { heldRecords, isHeld, liesBelow, recordOf } from "../claims/register.ts";
import { domains, reference } from "../kube/resources.ts";
import { ingressesFor } from "../claims/serving.ts";

/** `kubectl domain release HOST|NAME`. */
export class Release extends DomainCommand {
  static override readonly summary = "Give a host up: its routes leave Kong, then it is free";
  static override readonly aliases = ["delete"];
  static override readonly examples = [
    "<%= config.bin %> release marvin.acme.org",
    "<%= config.bin %> release domain/acme --yes",
  ];
  static override readonly args = {
    host: Args.string({ required: true, ignoreStdin: true, description: "the host, or the name of its claim" }),
  };
  static override readonly flags = {
    yes,
    wait: wait("wait until the claim is gone"),
    timeout: timeout("1m", 60_000, "how long to wait"),
    "dry-run": dryRun(),
    output: output(),
  };

  /** Releases, and returns the claim as it was. */
  async run(): Promise<Domain> {
    const { args, flags } = await this.parse(Release);
    const cluster = await this.connect(flags);
    const { claim, host } = await claimMeant(cluster, args.host);
    const mode = flags["dry-run"];
    if (mode === "none" && !flags.yes) await this.#ask(cluster, claim, host);
    if (mode !== "client") await cluster.remove(domains, claim, mode);
    const suffix = mode === "none" ? "" : mode === "client" ? " (dry run)" : " (server dry run)";
    const people = !(await this.printed(flags.output, claim, [reference(claim.metadata.name)]));
    if (people) this.io.out(`domain.${domains.group} "${claim.metadata.name}" deleted${suffix}`);
    if (mode !== "none" || !flags.wait) return claim;
    await this.#gone(cluster, claim, flags.timeout);
    if (people) this.io.out(await this.#after(cluster, host));
    return claim;
  }

  async #ask(cluster: Cluster, claim: Domain, host: Host): Promise<void> {
    const shown = display(host);
    const held = claim.status?.phase === "OK";
    const [below, serving] = await Promise.all([
      held && kindOf(claim.spec) === "primary"
        ? heldRecords(cluster, ({ spec }) => liesBelow(spec.host, host)).catch(noneIfDenied)
        : [],
      held ? ingressesFor(cluster, host).catch(noneIfDenied) : [],
    ]);
    const falls = falling(below, host, () => true, true);
    if (falls.length > 0) this.io.err(`this goes down with it:\n${fallLines(falls)}`);
    for (const { metadata } of serving) this.io.err(`the Ingress ${metadata?.name ?? ""} no longer serves ${shown}`);
    await this.confirm(`Release ${shown} (claim ${claim.metadata.name} in ${cluster.namespace})?`, false);
  }

  /** Waits until the object is gone; what keeps it is said after two seconds, and when it changes. */
  async #gone(cluster: Cluster, claim: Domain, timeout: number): Promise<void> {
    const signal = this.io.deadline(timeout);
    const started = this.io.now();
    let said = "";
    let last: Domain | undefined = claim;
    const say = (): void => {
      const text = last === undefined ? "" : holdUp(last);
      if (text === said || text === "" || this.io.now() - started < 2000) return;
      said = text;
      this.io.err(`note: waiting: ${text}`);
    };
    const stop = new AbortController();
    void this.io.sleep(2000, AbortSignal.any([signal, stop.signal])).then(say, () => undefined);
    for await (const state of follow(cluster, claim, { signal, sleep: this.io.sleep })) {
      last = state?.metadata.uid === claim.metadata.uid ? state : undefined;
      if (last === undefined) break;
      say();
    }
    stop.abort();
    if (last !== undefined)
      throw new UserError(
        `timed out after ${String(timeout / 1000)}s: ${reference(claim.metadata.name)} is still there, and goes when it can: ` +
          (holdUp(last) || "is the controller of Domain Claims running?"),
      );
  }

  async #after(cluster: Cluster, host: Host): Promise<string> {
    const record = await recordOf(cluster, host).catch(() => undefined);
    const shown = display(host);
    if (!isHeld(record)) return `${shown} is free`;
    return `${shown} is now held by ${record.spec.holder.namespace}/${record.spec.holder.name}, which waited for it`;
  }
}

/** Why a claim that is being deleted is still there, in the controller's words. */
function holdUp({ metadata, status }: Domain): string {
  if (metadata.deletionTimestamp === undefined) return "";
  const failing = status?.conditions?.find(
    (condition) => condition.type === "Programmed" && condition.reason !== "NotAccepted",
  );
  return failing?.status === "False" ? `${failing.reason}: ${failing.message}` : (status?.message ?? "");
}

function noneIfDenied(error: unknown): readonly [] {
  if (isDenied(error)) return [];
  throw error;
}
