import type { HostRecordSpecHolder as Holder } from "@domain-claims/crds/generated/hostrecord";
import type { Store } from "@domain-claims/kong-stand-in";
import { afterDot, ourTag } from "./objects.ts";
import type { Domain, Objects } from "./objects.ts";

/** How a held host is to be answered at rest (rules N1 and N2). */
export type Answer =
  /** By what Ingresses of the holder's namespace say for one of these names, the first that they know. */
  | { readonly kind: "site"; readonly names: readonly string[] }
  /** By a redirect: to where the redirects of its namespace end, if they do. One in a circle may be refused. */
  | { readonly kind: "redirect"; readonly to: string | undefined; readonly mayBeRefused: boolean }
  /** By nobody: it has given way to a new name, without a redirect. */
  | { readonly kind: "nothing" };

/** Who holds a host, and what becomes of requests for it. */
export interface Held {
  readonly namespace: string;
  readonly answer: Answer;
}

interface Redirecting {
  readonly namespace: string;
  readonly to: string;
}

/** The hosts whose holders redirect them. */
type Redirects = ReadonlyMap<string, Redirecting>;

/** The held hosts, written from the rules alone. */
export function heldHosts({ domains, records }: Objects): ReadonlyMap<string, Held> {
  const claims = new Map(domains.map((claim) => [claim.metadata.uid, claim]));
  const holders = new Map(
    records.flatMap(({ spec: { host, holder } }) => (holder === undefined ? [] : [[host, holder] as const])),
  );
  const redirects = new Map<string, Redirecting>();
  const over = new Set<string>();
  for (const [host, holder] of holders) {
    const own = claims.get(holder.uid)?.spec.redirect;
    const renamer = own === undefined ? renamerOf(claims, holders, holder) : undefined;
    const to = own?.host ?? (renamer?.spec.redirectFor === "none" ? undefined : holder.renamedTo?.host);
    if ((own ?? renamer) === undefined) continue;
    if (to === undefined) over.add(host);
    else redirects.set(host, { namespace: holder.namespace, to });
  }
  const answering = (name: string): string | undefined =>
    [holders.has(name) ? name : `*.${afterDot(name)}`].find((host) => redirects.has(host));
  return new Map(
    [...holders].map(([host, { namespace, renamedFrom = [] }]) => {
      const answer: Answer = redirects.has(host)
        ? {
            kind: "redirect",
            to: endOf(redirects, answering, host),
            mayBeRefused: comesBack(redirects, answering, host),
          }
        : over.has(host)
          ? { kind: "nothing" }
          : { kind: "site", names: [host, ...renamedFrom.map((name) => name.host)] };
      return [host, { namespace, answer }];
    }),
  );
}

/** The claim in whose favour the host has given way, for as long as that one holds its own and redirects nowhere. */
function renamerOf(
  claims: ReadonlyMap<string, Domain>,
  holders: ReadonlyMap<string, Holder>,
  { renamedTo }: Holder,
): Domain | undefined {
  if (renamedTo?.done === undefined || holders.get(renamedTo.host)?.uid !== renamedTo.uid) return undefined;
  const claim = claims.get(renamedTo.uid);
  return claim?.spec.redirect === undefined ? claim : undefined;
}

/** Over all redirects of the host's namespace, the name where they end; undefined where they don't. */
function endOf(
  redirects: Redirects,
  answering: (name: string) => string | undefined,
  host: string,
): string | undefined {
  const namespace = redirects.get(host)?.namespace;
  const passed = new Set<string>();
  let end: string | undefined;
  for (let at: string | undefined = host; at !== undefined && redirects.get(at)?.namespace === namespace;) {
    if (passed.has(at)) return undefined;
    passed.add(at);
    end = redirects.get(at)?.to ?? "";
    at = answering(end);
  }
  return end;
}

/** True where requests that follow whoever's redirects from the host come back to it. */
function comesBack(redirects: Redirects, answering: (name: string) => string | undefined, host: string): boolean {
  const passed = new Set<string>();
  for (let at: string | undefined = host; at !== undefined && !passed.has(at);) {
    passed.add(at);
    const end = endOf(redirects, answering, at);
    at = end === undefined ? undefined : answering(end);
    if (at === host) return true;
  }
  return endOf(redirects, answering, host) === undefined;
}

/** Where Kong sends requests for each host that a function of ours redirects there. */
export function actualRedirects(store: Store): ReadonlyMap<string, string> {
  const functions = new Map(
    [...store.plugins.values()].map(({ service, config }) => [service?.id, String(config["access"])]),
  );
  return new Map(
    [...store.routes.values()].flatMap(({ hosts, service, tags }) => {
      const [, to] = /Location = "https?:\/\/([^"/]+)/.exec(functions.get(service?.id) ?? "") ?? [];
      return to === undefined || tags?.includes(ourTag) !== true
        ? []
        : (hosts ?? []).map((host) => [host, to] as const);
    }),
  );
}

/** N1, N2 and N-d at rest, as sentences: a redirect leads where its namespace says, and in no circle. */
export function redirectProblems(
  held: ReadonlyMap<string, Held>,
  actual: ReadonlyMap<string, string>,
): readonly string[] {
  const found: string[] = [];
  for (const host of new Set([...held.keys(), ...actual.keys()])) {
    const { answer } = held.get(host) ?? {};
    const [wanted, leads] = [answer?.kind === "redirect" ? answer.to : undefined, actual.get(host)];
    const refused = answer?.kind === "redirect" && answer.mayBeRefused && leads === undefined;
    if (leads !== wanted && !refused)
      found.push(`N1: ${host} is redirected to ${leads ?? "nowhere"}, expected ${wanted ?? "nowhere"}`);
  }
  for (const start of actual.keys()) {
    const passed = new Set<string>();
    for (let at: string | undefined = start; at !== undefined && !passed.has(at); at = actual.get(at)) {
      passed.add(at);
      if (actual.get(at) === start) found.push(`N-d: the redirect of ${start} leads in a circle`);
    }
  }
  return found;
}

/** N2 at rest, as sentences: what goes on by itself has come to its end. */
export function renameProblems({ domains }: Objects): readonly string[] {
  return domains.flatMap(({ metadata: { namespace, name }, status }) => {
    const renamed = status?.conditions?.find(({ type }) => type === "Renamed");
    return renamed?.status === "Unknown"
      ? [`N2: the rename by ${namespace}/${name} goes on for ever: ${renamed.message}`]
      : [];
  });
}
