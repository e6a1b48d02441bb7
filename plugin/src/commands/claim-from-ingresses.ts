import { whetherItRuns } from "../claims/controller-state.ts";
import { claimsForIngresses } from "../claims/ingress-claims.ts";
import { lacking } from "../claims/lacking.ts";
import { hasReached, obstacle } from "../claims/milestone.ts";
import type { Milestone } from "../claims/milestone.ts";
import { patiently } from "../claims/patience.ts";
import { createClaim, NameTaken } from "../claims/write-claim.ts";
import { changed, DomainCommand, isForPeople } from "../cli/command.ts";
import { Flags } from "../cli/define.ts";
import { Exit } from "../cli/exit.ts";
import { dryRun, output, timeout, waitFor } from "../cli/flags.ts";
import { keyValues } from "../cli/inputs.ts";
import type { Cluster } from "../kube/cluster.ts";
import { ApiError } from "../kube/errors.ts";
import { stateWhere } from "../kube/follow.ts";
import type { Domain } from "../kube/objects.ts";
import { domains, reference } from "../kube/resources.ts";
import { migrationLines } from "../output/migration-lines.ts";
import { oneLine } from "../output/harmless.ts";
import { listOf } from "../output/render.ts";

/** The flags of a claim that go with `--from-ingresses`, and this one. */
export const fromIngressesFlags = {
  "from-ingresses": Flags.boolean({
    summary: "claim what the Ingresses of the namespace serve; what two namespaces serve is listed, and left out",
  }),
  "all-namespaces": Flags.boolean({ char: "A", summary: "with --from-ingresses: of all namespaces" }),
  class: Flags.string({ helpValue: "NAME", summary: "with --from-ingresses: only of Ingresses of this class" }),
  holder: Flags.string({
    helpValue: "DOMAIN=NS",
    multiple: true,
    multipleNonGreedy: true,
    summary: "with --from-ingresses: the namespace that gets a domain which no Ingress serves itself",
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
  wait: waitFor(),
  timeout: timeout("30s", 30_000, "how long to wait"),
  "dry-run": dryRun(),
  output: output(),
};

/** `kubectl domain claim --from-ingresses`. */
export class ClaimFromIngresses extends DomainCommand {
  static override readonly flags = fromIngressesFlags;

  /**
   * Claims, and says what a person has to decide. Throws Exit(1) where there is something, or where a claim can't be made, is
   * refused, or does not come so far in time.
   */
  async run(): Promise<void> {
    const { flags } = await this.parse(ClaimFromIngresses);
    const meta = { ...keyValues("labels", flags.labels), ...keyValues("annotations", flags.annotations) };
    const cluster = await this.connect(flags);
    const planned = await claimsForIngresses(cluster, {
      namespace: flags["all-namespaces"] ? undefined : cluster.namespace,
      className: flags.class,
      holders: flags.holder ?? [],
    });
    const { problems, notes } = migrationLines(planned);
    for (const note of notes) this.note(note);
    for (const problem of problems) this.io.err(`conflict: ${oneLine(problem)}`);

    const people = isForPeople(flags.output);
    const mode = flags["dry-run"];
    const claims: Domain[] = [];
    let failed = false;
    for (const planning of planned.claims) {
      const draft = { ...planning, metadata: { ...planning.metadata, ...meta } };
      const wanted = { ...nothingElse, namespace: draft.metadata.namespace ?? "" };
      try {
        const { claim, verb } = await createClaim(cluster, draft, wanted, mode);
        if (people) this.io.out(changed(claim, verb, mode));
        claims.push(claim);
      } catch (error) {
        if (!isOfOneClaim(error)) throw error;
        failed = true;
        this.io.err(`error: ${wanted.namespace}/${draft.metadata.name}: ${oneLine(error.message)}`);
      }
    }
    if (people && planned.claims.length === 0) this.say("nothing is to be claimed");
    const wait = mode === "none" ? flags.wait : "none";
    const decided = wait === "none" ? claims : await this.#decided(cluster, claims, wait, flags.timeout);
    const names = decided.map(({ metadata }) => reference(metadata.name));
    if (!people) await this.printed(flags.output, listOf(decided), names);
    const unmet =
      wait === "none" ? [] : decided.filter((claim) => claim.status?.phase === "Failed" || !hasReached(claim, wait));
    for (const claim of unmet) {
      const { metadata, status } = claim;
      const { reason = "Undecided", message = whetherItRuns } =
        (wait !== "none" && status?.phase === "OK" ? obstacle(claim, wait) : status) ?? {};
      this.io.err(`error: ${metadata.namespace ?? ""}/${metadata.name}: ${reason}: ${oneLine(message)}`);
    }
    if (failed || problems.length > 0 || unmet.length > 0) throw new Exit(1);
  }

  /** The claims as they are when they have come so far, or when the time is over. */
  async #decided(
    cluster: Cluster,
    claims: readonly Domain[],
    wait: Milestone,
    limit: number,
  ): Promise<readonly Domain[]> {
    const signal = this.io.deadline(limit);
    const states: Domain[] = [];
    const done = (claim: Domain): boolean => hasReached(claim, wait);
    const waitForAll = async (): Promise<void> => {
      for (const claim of claims) {
        const { namespace, name } = claim.metadata;
        const found = await stateWhere(cluster, claim, done, { signal, io: this.io });
        // When the time is over, those that come after have not been looked at once.
        states.push(found ?? (await cluster.find<Domain>(domains, namespace, name)) ?? claim);
      }
    };
    const speak = async (over: AbortSignal): Promise<void> => {
      const [awaited] = claims.slice(states.length);
      const missing = awaited === undefined ? undefined : await lacking(cluster, awaited, wait, this.io.now());
      if (missing !== undefined && !over.aborted) this.note(`waiting for ${missing}`);
    };
    await patiently(waitForAll, speak, { sleep: this.io.sleep, signal });
    return states;
  }
}

/** True where the other claims can be made all the same: a quota, a policy or a right of one namespace, or a name that is taken. */
function isOfOneClaim(error: unknown): error is Error {
  if (error instanceof ApiError) return error.status >= 400 && error.status < 500 && error.status !== 401;
  return error instanceof NameTaken;
}

/** What a claim that is there already is not changed to. */
const nothingElse = {
  primary: false,
  parent: undefined,
  delegates: [],
  name: undefined,
  labels: undefined,
  annotations: undefined,
} as const;
