import type { Host } from "@domain-claims/crds/host";

import { awaited } from "../claims/awaited.ts";
import { claimMeant, retried } from "../claims/claims.ts";
import { typedHost } from "../claims/host-input.ts";
import { programmedNow, redirectText, withRedirect } from "../claims/redirect.ts";
import { ingressesFor } from "../claims/serving.ts";
import type { AskedRedirect } from "../claims/redirect.ts";
import { changed, DomainCommand, isForPeople } from "../cli/command.ts";
import { Flags, hostOrClaim } from "../cli/define.ts";
import { dryRun, output, redirectStatus, timeout, wait } from "../cli/flags.ts";
import type { Cluster } from "../kube/cluster.ts";
import { undefinedIfDenied } from "../kube/errors.ts";
import type { Condition, Domain } from "../kube/objects.ts";
import { reference } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { redirectSteps } from "../output/redirect-lines.ts";
import { UserError } from "../user-error.ts";

/** `kubectl domain redirect HOST --to HOST`. */
export class Redirect extends DomainCommand {
  static override readonly summary = "Send every request for a host to another one, or serve it again (--off)";
  static override readonly description =
    "Has a claim answer for its host with a redirect, in place of what Ingresses say, and waits until that is in Kong or refused: redirects never lead in a circle. The other host may be anybody's. With --dry-run it says what will happen, step by step.";
  static override readonly examples = [
    "<%= config.bin %> redirect www.acme.org --to acme.org",
    { description: "For a while, to the front page", command: "<%= config.bin %> redirect sale.acme.org --to acme.org --code 302 --keep-path=false" }, // prettier-ignore
    { description: "Serve it again as Ingresses say", command: "<%= config.bin %> redirect www.acme.org --off" },
  ];
  static override readonly args = { host: hostOrClaim };
  static override readonly flags = {
    to: Flags.string({ helpValue: "HOST", summary: "the host that requests are sent to" }),
    code: redirectStatus({ summary: "308 and 301 are for good, 307 and 302 for a while; default: 308" }),
    "keep-path": Flags.boolean({ allowNo: true, summary: "keep path and query; =false leads to the root; default: true" }), // prettier-ignore
    off: Flags.boolean({ summary: "take the redirect away" }),
    wait: wait({ summary: "wait until the redirect is in Kong, or refused" }),
    timeout: timeout("30s", 30_000, "how long to wait"),
    "dry-run": dryRun(),
    output: output(),
  };

  /** Redirects, and returns the claim as it is then. Throws UserError where the redirect is refused, or nothing is asked for. */
  async run(): Promise<Domain> {
    const { args, flags } = await this.parse(Redirect);
    const { to, code, off, "keep-path": keepPath, "dry-run": mode } = flags;
    const anything = to !== undefined || code !== undefined || keepPath !== undefined;
    if (off && anything) throw new UserError("--off takes the redirect away: leave out --to, --code and --keep-path");
    if (!off && !anything) throw new UserError("say where to redirect it, with --to HOST, or --off");
    const asked = off ? undefined : { to: await this.#target(to), statusCode: code, keepPath };
    const cluster = await this.connect(flags);
    const { claim: meant, host } = await claimMeant(cluster, args.host);
    const { claim, verb } = await retried(async () => await withRedirect(cluster, meant, asked, mode));
    const people = isForPeople(flags.output);
    if (people) this.io.out(changed(claim, verb, mode));
    const waits = mode === "none" && flags.wait && asked !== undefined;
    const now = waits ? await this.#waitedFor(cluster, claim, flags.timeout) : claim;
    if (!people) await this.printed(flags.output, now, [reference(now.metadata.name)]);
    if (people && mode !== "none") this.io.out(await this.#steps(cluster, now, host));
    else this.#tell(now, host, people, waits);
    return now;
  }

  async #target(text: string | undefined): Promise<AskedRedirect["to"]> {
    if (text === undefined) return undefined;
    const { host, note } = await typedHost(text);
    if (host.startsWith("*.")) throw new UserError(`requests are sent to one host, and ${host} stands for many`);
    this.note(note);
    return host;
  }

  /** What will happen, step by step, as far as the Ingresses of the namespace may be read. */
  async #steps(cluster: Cluster, claim: Domain, host: Host): Promise<string> {
    const found = await ingressesFor(cluster, host).catch(undefinedIfDenied);
    const names = found?.map(({ metadata }) => metadata?.name ?? "");
    return redirectSteps({ host, namespace: cluster.namespace, to: redirectText(claim) }, names);
  }

  #tell(claim: Domain, host: Host, people: boolean, waited: boolean): void {
    const { phase, reason = "", message = "" } = claim.status ?? {};
    if (waited && phase === "Failed")
      throw new UserError(`${display(host)} is redirected by this claim as soon as it holds it\n${reason}: ${message}`);
    const programmed = waited ? programmedNow(claim) : undefined;
    if (programmed !== undefined && programmed.status !== "True")
      throw new UserError(`${display(host)} is not redirected\n${programmed.reason}: ${programmed.message}`);
    if (!people) return;
    const to = redirectText(claim);
    this.say(
      to === undefined
        ? `${display(host)} is not redirected: it is served as Ingresses say`
        : programmed === undefined
          ? `${display(host)} is to be redirected ${to}`
          : `${display(host)}: ${programmed.message}`,
    );
  }

  /** The claim once it is decided what becomes of its redirect. Throws UserError after the time. */
  async #waitedFor(cluster: Cluster, claim: Domain, milliseconds: number): Promise<Domain> {
    const what = `the redirect of ${reference(claim.metadata.name)}`;
    const note = (text: string, waitedMs: number): void => this.waiting(text, waitedMs);
    return await awaited(this.io, cluster, claim, { enough: isDecided, milliseconds, what, note });
  }
}

/** True once it is known of the claim as it is now that its redirect is in Kong, or why it is not. */
function isDecided(claim: Domain): boolean {
  const { phase, observedGeneration = 0 } = claim.status ?? {};
  if (phase === "Failed") return observedGeneration >= (claim.metadata.generation ?? 1);
  return isFinal(programmedNow(claim));
}

function isFinal(programmed: Condition | undefined): boolean {
  return programmed !== undefined && !["NotAccepted", "Programming"].includes(programmed.reason);
}
