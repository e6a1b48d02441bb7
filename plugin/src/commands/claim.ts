import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { apiVersion, domains as domainNames } from "@domain-claims/crds/domain";
import { recordName } from "@domain-claims/crds/host";
import { display } from "../output/display.ts";

import { claimFor, claimsOf } from "../claims/claims.ts";
import { planClaim } from "../claims/claim-plan.ts";
import type { Cluster } from "../kube/cluster.ts";
import { changed, DomainCommand } from "../cli/command.ts";
import { refusal } from "../claims/decision.ts";
import { isDenied } from "../kube/errors.ts";
import { UserError } from "../user-error.ts";
import { dryRun, output, timeout, wait } from "../cli/flags.ts";
import { isDecided, stateWhere } from "../kube/follow.ts";
import { typedHost } from "../claims/host-input.ts";
import { keyValues, namespaceList } from "../cli/inputs.ts";
import type { Domain } from "../kube/objects.ts";
import { enclosing, isHeld, recordOf } from "../claims/register.ts";
import { domains, reference } from "../kube/resources.ts";
import { adjustClaim, createClaim } from "../claims/write-claim.ts";

/** `kubectl domain claim HOST`. */
export class Claim extends DomainCommand {
  static override readonly summary = "Claim a host for a namespace";
  static override readonly description =
    "Makes a Domain and waits until it is decided. Where the public register shows a primary exactly one label above the host, the claim is a shared one below it; otherwise it is a primary. Ends with 1 if the claim is refused; the claim stays, and takes the host as soon as it may.";
  static override readonly examples = [
    { description: "Claim a domain", command: "<%= config.bin %> claim acme.org" },
    {
      description: "Claim a name below it, from another namespace",
      command: "<%= config.bin %> claim marvin.acme.org -n marvin-org",
    },
    { description: "Claim every name of one label below it", command: '<%= config.bin %> claim "*.acme.org"' },
  ];
  static override readonly args = {
    host: Args.string({ required: true, ignoreStdin: true, description: "a hostname, a wildcard, or a URL with one" }),
  };
  static override readonly flags = {
    primary: Flags.boolean({ summary: "make it a primary, whatever is above it" }),
    parent: Flags.string({ helpValue: "NS", summary: "make it a shared claim below the primary that NS holds" }),
    name: Flags.string({ summary: "the name of the object; default: the host" }),
    "share-with": Flags.string({
      helpValue: "NS,",
      multiple: true,
      multipleNonGreedy: true,
      summary: "namespaces that may claim names below it",
    }),
    labels: Flags.string({
      char: "l",
      helpValue: "K=V,",
      multiple: true,
      multipleNonGreedy: true,
      summary: "labels of the object",
    }),
    annotations: Flags.string({
      helpValue: "K=V ",
      multiple: true,
      multipleNonGreedy: true,
      summary: "annotations of the object",
    }),
    wait: wait("wait for the decision"),
    timeout: timeout("30s", 30_000, "how long to wait"),
    "dry-run": dryRun(),
    output: output(),
  };

  /** Claims, and returns the claim as it is in the end. */
  async run(): Promise<Domain> {
    const { args, flags } = await this.parse(Claim);
    const { host, note } = await typedHost(args.host);
    if (note !== undefined) this.io.err(`note: ${note}`);
    const cluster = await this.connect(flags);
    const { namespace } = cluster;
    const [above, record, claims] = await Promise.all([
      enclosing(cluster, host).catch(unknownIfDenied),
      recordOf(cluster, host).catch(unknownIfDenied),
      claimsOf(cluster, namespace).catch(noneIfDenied),
    ]);
    const asked = {
      host,
      namespace,
      primary: flags.primary,
      parent: flags.parent,
      delegates: namespaceList(flags["share-with"]),
    };
    const existing = claimFor(claims, host);
    const metadata = {
      name: flags.name ?? recordName(host),
      namespace,
      ...keyValues("labels", flags.labels),
      ...keyValues("annotations", flags.annotations),
    };
    const plan = existing ?? planClaim(asked, above);
    const written =
      existing === undefined
        ? await createClaim(
            cluster,
            { apiVersion, kind: domainNames.kind, metadata, spec: plan.spec },
            flags["dry-run"],
          )
        : await adjustClaim(cluster, existing, asked, flags["dry-run"]);
    const people = flags.output === undefined || flags.output === "" || flags.output === "wide";
    if (people) this.io.out(changed(written.claim, written.verb, flags["dry-run"]));
    if (people && written.verb === "created" && "why" in plan) this.io.out(`${display(host)} is ${plan.why}`);
    if (record !== "unknown" && isHeld(record) && record.spec.holder.uid !== written.claim.metadata.uid)
      this.io.err(
        `note: ${display(host)} is held by ${record.spec.holder.namespace}/${record.spec.holder.name}; this claim waits in line`,
      );
    const waits = flags.wait && flags["dry-run"] === "none";
    const decided = waits ? await this.#decided(cluster, written.claim, flags.timeout) : written.claim;
    await this.printed(flags.output, decided, [reference(decided.metadata.name)]);
    if (waits && decided.status?.phase === "Failed") throw new UserError(refusal(decided));
    if (waits && people) this.io.out(decided.status?.message ?? `${display(host)} is held by ${namespace}`);
    return decided;
  }

  async #decided(cluster: Cluster, claim: Domain, timeout: number): Promise<Domain> {
    const signal = this.io.deadline(timeout);
    const decided = await stateWhere(cluster, claim, isDecided, { signal, sleep: this.io.sleep });
    if (decided !== undefined) return decided;
    const name = reference(claim.metadata.name);
    if (!signal.aborted) throw new UserError(`${name} was deleted while it was waited for`);
    const last = await cluster.find<Domain>(domains, claim.metadata.namespace, claim.metadata.name);
    const { reason, message } = last?.status ?? {};
    throw new UserError(
      `timed out after ${String(timeout / 1000)}s waiting for the decision on ${name}: ` +
        (message === undefined ? "is the controller of Domain Claims running?" : `${reason ?? ""}: ${message}`),
    );
  }
}

function unknownIfDenied(error: unknown): "unknown" {
  if (isDenied(error)) return "unknown";
  throw error;
}

function noneIfDenied(error: unknown): readonly Domain[] {
  if (isDenied(error)) return [];
  throw error;
}
