import { apiVersion, domains as domainNames, hostOf } from "@domain-claims/crds/domain";
import { recordName } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";

import { claimFor, claimsOf } from "../claims/claims.ts";
import { classesOf } from "../claims/class-problem.ts";
import { planClaim } from "../claims/claim-plan.ts";
import { refusal } from "../claims/decision.ts";
import { age } from "../claims/duration.ts";
import { forecast, outlookText } from "../claims/forecast.ts";
import { typedHost } from "../claims/host-input.ts";
import { aboveOf, known } from "../claims/known.ts";
import { lacking } from "../claims/lacking.ts";
import { achieved, hasReached } from "../claims/milestone.ts";
import type { Milestone } from "../claims/milestone.ts";
import { patiently } from "../claims/patience.ts";
import { enclosing, isHeld, recordOf } from "../claims/register.ts";
import { toldOthers } from "../claims/told-others.ts";
import type { ToldOthers } from "../claims/told-others.ts";
import { adjustClaim, createClaim } from "../claims/write-claim.ts";
import type { Wanted, WrittenClaim } from "../claims/write-claim.ts";
import { changed, DomainCommand, isForPeople } from "../cli/command.ts";
import { Args, Flags } from "../cli/define.ts";
import type { Awaited } from "../cli/flags.ts";
import { keyValues, namespaceList } from "../cli/inputs.ts";
import { UsageError } from "../cli/usage-error.ts";
import { ClaimFromIngresses, fromIngressesFlags } from "./claim-from-ingresses.ts";
import type { Cluster, DryRun } from "../kube/cluster.ts";
import { isDenied, noneIfDenied, unreadIfDenied } from "../kube/errors.ts";
import { conditionOf, stateWhere } from "../kube/follow.ts";
import type { Domain, HostRecord } from "../kube/objects.ts";
import { reference } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { listOf } from "../output/render.ts";
import { UserError } from "../user-error.ts";

interface Modes {
  readonly dryRun: DryRun;
  readonly wait: Awaited;
  readonly timeout: number;
  /** Whether people read what is printed. */
  readonly people: boolean;
}

type Given = Readonly<Record<string, unknown>>;

/** `kubectl domain claim HOST..`. */
export class Claim extends DomainCommand {
  static override readonly summary = "Claim a host for a namespace";
  static override readonly description =
    "Makes a Domain and waits until it is decided, or until it has come further (--wait=live), and then shows how far it is. Where the public register shows a primary exactly one label above the host, the claim is a shared one below it; otherwise it is a primary. Ends with 1 if the claim is refused; the claim stays, and takes the host as soon as it may. With --dry-run it says what would be decided, as far as the register tells. With --from-ingresses it claims what live Ingresses serve: a host that two namespaces serve, or that somebody else holds, is listed and left out.";
  static override readonly examples = [
    { description: "Claim a domain", command: "<%= config.bin %> claim acme.org" },
    {
      description: "Claim a name below it, from another namespace",
      command: "<%= config.bin %> claim marvin.acme.org -n marvin-org",
    },
    { description: "Claim every name of one label below it", command: "<%= config.bin %> claim '*.acme.org'" },
    {
      description: "See which claims the Ingresses of all namespaces need",
      command: "<%= config.bin %> claim --from-ingresses -A --dry-run -o yaml",
    },
  ];
  static override readonly usage = ["claim HOST...", "claim --from-ingresses"];
  static override readonly args = {
    host: Args.string({
      multiple: true,
      ignoreStdin: true,
      description: "hostnames, wildcards, or URLs with one",
    }),
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
    ...fromIngressesFlags,
  };

  /** Claims, and prints the claims as they are in the end. Throws UserError where flags contradict each other or a host is none. */
  async run(): Promise<void> {
    const { args, flags } = await this.parse(Claim);
    if (flags["from-ingresses"]) return await this.#fromIngresses(args.host, flags);
    if (args.host === undefined) throw new UsageError("HOST is required");
    const hosts = args.host;
    if (flags.name !== undefined && hosts.length > 1)
      throw new UserError("--name names one object: claim the hosts one by one, or leave it out");
    // none is claimed where one of them is no host
    for (const text of hosts) await typedHost(text);
    const cluster = await this.connect(flags);
    const wanted: Wanted = {
      namespace: cluster.namespace,
      primary: flags.primary,
      parent: flags.parent,
      delegates: namespaceList(flags["share-with"]),
      name: flags.name,
      labels: keyValues("labels", flags.labels).labels,
      annotations: keyValues("annotations", flags.annotations).annotations,
    };
    const people = isForPeople(flags.output);
    const wait = flags["dry-run"] === "none" ? flags.wait : "none";
    const waits = wait !== "none";
    const modes = { dryRun: flags["dry-run"], wait, timeout: flags.timeout, people };
    const claims: Domain[] = [];
    const one = hosts.length === 1;
    const printed = async (): Promise<unknown> =>
      await this.printed(
        flags.output,
        one ? claims[0] : listOf(claims),
        claims.map(({ metadata }) => reference(metadata.name)),
      );
    await this.each(
      hosts,
      async (text) => {
        const decided = await this.#claim(cluster, text, wanted, modes);
        claims.push(decided);
        if (one) await printed();
        if (waits && decided.status?.phase === "Failed") throw new UserError(await this.#refusal(cluster, decided));
        if (waits && people)
          this.say(achieved(decided, wait) ?? `${display(hostOf(decided.spec))} is held by ${cluster.namespace}`);
      },
      async () => (one ? undefined : await printed()),
    );
  }

  /** Hands the command line over; what names one claim does not go with it. Throws UserError. */
  async #fromIngresses(hosts: readonly string[] | undefined, flags: object): Promise<void> {
    const single = ["primary", "parent", "name", "share-with"].find((name) => (flags as Given)[name] !== undefined);
    if (hosts !== undefined || single !== undefined)
      throw new UserError(
        `--from-ingresses claims what Ingresses serve: leave ${hosts === undefined ? `--${single ?? ""}` : "HOST"} out`,
      );
    await this.handOver(ClaimFromIngresses);
  }

  async #claim(cluster: Cluster, text: string, wanted: Wanted, modes: Modes): Promise<Domain> {
    const { host, note } = await typedHost(text);
    this.note(note);
    const { namespace, name, labels, annotations } = wanted;
    const [above, record, claims] = await Promise.all([
      enclosing(cluster, host).catch(unreadIfDenied),
      recordOf(cluster, host).catch(unreadIfDenied),
      claimsOf(cluster, namespace).catch(noneIfDenied),
    ]);
    const existing = claimFor(claims, host);
    const plan = existing === undefined ? planClaim({ ...wanted, host }, above) : undefined;
    const metadata = {
      name: name ?? recordName(host),
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    };
    const written =
      existing !== undefined
        ? await adjustClaim(cluster, existing, wanted, modes.dryRun)
        : await createClaim(
            cluster,
            { apiVersion, kind: domainNames.kind, metadata, spec: plan?.spec ?? { primary: host } },
            wanted,
            modes.dryRun,
          );
    if (modes.people) this.io.out(changed(written.claim, written.verb, modes.dryRun));
    if (modes.people && plan !== undefined && written.verb === "created") this.say(`${display(host)} is ${plan.why}`);
    if (record !== "unread") await this.#prospect(cluster, host, written, { record, claims }, modes);
    return modes.wait === "none" ? written.claim : await this.#waitedFor(cluster, written.claim, modes.wait, modes);
  }

  /** Says what will be decided: of a dry run all that is known, otherwise only that the host is somebody else's now. */
  async #prospect(
    cluster: Cluster,
    host: Host,
    { claim, verb }: WrittenClaim,
    { record, claims }: { readonly record: HostRecord | undefined; readonly claims: readonly Domain[] },
    { dryRun: mode, people }: Modes,
  ): Promise<void> {
    const taken = isHeld(record) && record.spec.holder.uid !== claim.metadata.uid ? record.spec.holder : undefined;
    if (mode === "none" ? taken === undefined : !people || verb !== "created") return;
    const above = await aboveOf(cluster, claim).catch(unreadIfDenied);
    if (above === "unread") return;
    const told = await toldOthers(cluster, claims, record).catch(noneToldIfDenied);
    if (mode !== "none") this.say(outlookText(await forecast(claim, { record, above }, told)));
    if (taken === undefined) return;
    const { tooMany, ...lasting } = told;
    const free = await forecast(claim, { record: undefined, above }, lasting);
    const then =
      free.phase !== "OK"
        ? `when it becomes free, this claim is refused all the same (${free.reason})`
        : tooMany === undefined
          ? "this claim waits in line"
          : "this claim does not wait in line for it (TooManyClaims)";
    this.note(`${display(host)} is held by ${taken.namespace}/${taken.name}; ${then}`);
  }

  async #refusal(cluster: Cluster, claim: Domain): Promise<string> {
    const above = await aboveOf(cluster, claim).catch(unreadIfDenied);
    const reserved = claim.status?.reason === "InRedemption";
    const record = reserved ? await recordOf(cluster, hostOf(claim.spec) as Host) : undefined;
    return refusal(claim, await known(cluster, claim, above, record, () => classesOf(cluster, [])));
  }

  async #waitedFor(
    cluster: Cluster,
    claim: Domain,
    wait: Milestone,
    { people, timeout }: Pick<Modes, "people" | "timeout">,
  ): Promise<Domain> {
    const signal = this.io.deadline(timeout);
    const progress = people && wait !== "held" ? this.#progress() : undefined;
    let last = claim;
    const onState = (state: Domain): void => {
      last = state;
      progress?.(state);
    };
    const decided = await patiently(
      async () =>
        await stateWhere(cluster, claim, (state) => hasReached(state, wait), { signal, io: this.io, onState }),
      async (over) => {
        if (progress !== undefined && last.status?.stage !== undefined) return;
        const missing = await lacking(cluster, claim, wait, this.io.now());
        if (!over.aborted) this.note(`waiting for ${missing}`);
      },
      { sleep: this.io.sleep, signal },
    );
    if (decided !== undefined) return decided;
    if (!signal.aborted) throw new UserError(`${reference(claim.metadata.name)} was deleted while it was waited for`);
    const missing = await lacking(cluster, claim, wait, this.io.now());
    throw new UserError(`timed out after ${String(timeout / 1000)}s waiting for ${missing}`);
  }

  /** Says how far a claim is and how long that took, each time that this is something else. */
  #progress(): (state: Domain) => void {
    const since = this.io.now();
    let before = "";
    return (state) => {
      const { stage } = state.status ?? {};
      const text = stage === undefined ? "" : `${stage}: ${conditionOf(state, "Ready")?.message ?? ""}`;
      if (text !== "" && text !== before) this.say(`${age(this.io.now() - since)} ${text}`);
      before = text;
    };
  }
}

function noneToldIfDenied(error: unknown): ToldOthers {
  if (isDenied(error)) return {};
  throw error;
}
