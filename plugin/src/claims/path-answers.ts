import type { V1HTTPIngressPath, V1Ingress } from "@kubernetes/client-node";
import type { Host } from "@domain-claims/crds/host";
import { tlsReasons } from "@domain-claims/crds/reasons";
import { shownShort } from "@domain-claims/crds/visible";

import type { Domain, SourceStatus } from "../kube/objects.ts";
import { backendProblem } from "./backend-problem.ts";
import type { Services } from "./backend-problem.ts";
import { redirectOff } from "./fixes.ts";
import { byYou } from "./path-answer.ts";
import type { PathAnswer, Problem } from "./path-answer.ts";
import { pathsOf } from "./serving.ts";
import type { Read } from "./serving.ts";

/** What decides about the paths that an Ingress has for a host. */
export interface Around {
  /** Why nothing of the Ingress is served, whatever its paths are. */
  readonly classProblem: Problem | undefined;
  /** The same, should the controller not count the Ingress among the host's sources. */
  readonly unlistedProblem: Problem | undefined;
  /** Why nothing is served for the host. */
  readonly hostProblem: Problem | undefined;
  /** The namespace's claim for the host. */
  readonly claim: Domain | undefined;
  readonly services: Services;
}

/** What becomes of each path that the Ingress has for the host: of its rules for it and, for an alias, of all rules. */
export async function pathAnswers(read: Read, host: Host, around: Around): Promise<readonly PathAnswer[]> {
  const { ingress } = read;
  const name = ingress.metadata?.name ?? "";
  const paths = pathsOf(read, host);
  const unlisted = isUnlisted(name, around.claim) ? around.unlistedProblem : undefined;
  const whole = around.classProblem ?? around.hostProblem ?? unlisted;
  if (paths.length === 0) {
    const problem = whole ?? (await ruleProblem(ingress, host));
    return [{ ingress: name, host, path: undefined, live: false, ...said(problem) }];
  }
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(keyOf(path), (counts.get(keyOf(path)) ?? 0) + 1);
  const answers: PathAnswer[] = [];
  for (const path of paths) {
    const text = path.path ?? "/";
    const at = { ingress: name, host, path: text };
    const key = keyOf(path);
    const twice = seen.has(key) ? await twiceProblem(ingress, host, text) : undefined;
    seen.add(key);
    const problem = whole ?? twice ?? (await pathProblem(ingress, host, path, around, (counts.get(key) ?? 1) - 1));
    answers.push(
      problem === undefined ? { ...at, ...state(name, around.claim) } : { ...at, live: false, ...said(problem) },
    );
  }
  return answers;
}

/** One of an Ingress's paths for a host, as two that are the same are told. */
function keyOf({ path = "/", pathType }: V1HTTPIngressPath): string {
  return `${pathType} ${path}`;
}

async function ruleProblem(ingress: V1Ingress, host: Host): Promise<Problem> {
  const { sourceMessages } = await import("@domain-claims/crds/messages/sources");
  const hasDefault = ingress.spec?.defaultBackend !== undefined;
  return {
    reason: hasDefault ? "HostRequired" : "NoRoutes",
    message: hasDefault ? sourceMessages.hostOnlyRule(host) : sourceMessages.noPath(host),
    fix: byYou("give the host the path /", edit(ingress)),
  };
}

async function twiceProblem(ingress: V1Ingress, host: Host, path: string): Promise<Problem> {
  const { sourceMessages } = await import("@domain-claims/crds/messages/sources");
  const fix = byYou("remove one of the two", edit(ingress));
  return { reason: "PathConflict", message: sourceMessages.pathTwice(host, path, "Ingress"), fix };
}

/** What the controller says of the path in the claim's status, else what is to be seen of its backend. */
async function pathProblem(
  ingress: V1Ingress,
  host: Host,
  { path = "/", backend }: V1HTTPIngressPath,
  { claim, services }: Around,
  again: number,
): Promise<Problem | undefined> {
  const place = { namespace: ingress.metadata?.namespace ?? "", ingress: ingress.metadata?.name ?? "", host, path };
  const seen = await backendProblem(backend, place, services);
  const source = sourceOf(claim, place.ingress);
  const refusals = source?.refusals ?? [];
  const shown = shownShort(path, Buffer.byteLength(path));
  const own = refusals.filter((one) => one.path === shown);
  // Of a path that stands there again, as many conflicts are those of its repetitions.
  const conflicts = own.filter(({ reason }) => reason === "PathConflict").slice(again);
  const refusal =
    own.find(({ reason }) => reason !== "PathConflict") ??
    conflicts[0] ??
    ((source?.live ?? 0) === 0 ? refusals.find((one) => one.path === undefined) : undefined);
  if (refusal === undefined) return seen;
  const { reason, message } = refusal;
  if (reason === "HostRenamed") return { reason, message };
  if (reason === "HostRedirected") return { reason, message, fix: redirectOff(host, place.namespace) };
  return { reason, message, fix: seen?.reason === reason ? seen.fix : byYou("change the Ingress", edit(ingress)) };
}

/** True if the controller has looked at the host's sources, and this is none. */
function isUnlisted(ingress: string, claim: Domain | undefined): boolean {
  const { conditions = [], sources = [], moreSources = 0, stage } = claim?.status ?? {};
  const looked = conditions.some(({ type, reason }) => type === "Programmed" && looks.has(reason));
  return stage !== undefined && looked && moreSources === 0 && !sources.some(({ name }) => name === ingress);
}

const looks: ReadonlySet<string> = new Set(["Programmed", "NoRoutes", "Redirecting", "Renamed"]);

/** What is said of a path with which nothing is wrong: it is live, or the claim says why it is not, or it is not known. */
function state(ingress: string, claim: Domain | undefined): Pick<PathAnswer, "live" | "reason" | "message"> {
  const programmed = claim?.status?.conditions?.find(({ type }) => type === "Programmed");
  if (programmed === undefined) return { live: undefined };
  const { status, reason, message } = programmed;
  if (status !== "True") return { live: reason === "KongUnreachable" ? undefined : false, reason, message };
  const { sources, moreSources = 0 } = claim?.status ?? {};
  // A controller of an older version tells of routes only.
  if (sources === undefined) return { live: true };
  const source = sourceOf(claim, ingress);
  // Those with refusals come first: behind one without, all are served.
  if (source === undefined)
    return moreSources > 0 && sources.at(-1)?.refused === 0 ? { live: true } : { live: undefined };
  if (source.refused <= source.refusals.length) return { live: (source.live ?? 0) > 0 };
  const unlisted = `${String(source.refused)} paths of the Ingress are not served, and the claim has room for ${String(source.refusals.length)}`;
  return { live: undefined, message: unlisted };
}

function sourceOf(claim: Domain | undefined, name: string): SourceStatus | undefined {
  const source = claim?.status?.sources?.find((one) => one.kind === "Ingress" && one.name === name);
  return source && { ...source, refusals: source.refusals.filter(({ reason }) => !tlsReasons.has(reason)) };
}

function said({ reason, message, fix }: Problem): Pick<PathAnswer, "reason" | "message" | "fix"> {
  return { reason, message, ...(fix === undefined ? {} : { fix }) };
}

function edit({ metadata }: V1Ingress): string {
  return `kubectl edit ingress ${metadata?.name ?? ""} -n ${metadata?.namespace ?? ""}`;
}
