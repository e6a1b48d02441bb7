import { wildcardFor } from "@domain-claims/crds/hostname";
import type { Hostname } from "@domain-claims/crds/hostname";
import type { FakeCluster } from "../support/fake-cluster.ts";
import { actualRedirects } from "./actual-redirects.ts";
import { isOthers } from "./foreign.ts";
import { givenWay } from "./renames.ts";
import type { Stage } from "./stage.ts";

/** Who answers for a host with a redirect, since when, and to where. */
interface Redirecting {
  readonly namespace: string;
  readonly since: string;
  readonly to: string;
}

/** The hosts whose holders redirect them. */
type Redirects = ReadonlyMap<string, Redirecting>;

/** Where Kong should send requests for each host, "" where its redirect is refused: N1 and N-d, written without the decisions. */
export function expectedRedirects(cluster: FakeCluster): ReadonlyMap<string, string> {
  const records = new Map(cluster.all("HostRecord").map((record) => [record.host as string, record.holder]));
  const ways = givenWay(cluster);
  const redirects: Redirects = new Map(
    [...records].flatMap(([host, holder]) => {
      const claim = holder === undefined ? undefined : cluster.get("Domain", `${holder.namespace}/${holder.name}`);
      const way = ways.get(host);
      const to = claim?.redirect?.host ?? (way?.redirects === true ? way.to : undefined);
      if (holder === undefined || to === undefined || claim?.deleting !== false) return [];
      const { namespace, since } = holder;
      return [[host, { namespace, since, to }] as const];
    }),
  );
  const answering = (name: string): string | undefined => {
    const host = records.get(name) === undefined ? (wildcardFor(name as Hostname) ?? name) : name;
    return redirects.has(host) ? host : undefined;
  };
  return new Map([...redirects.keys()].map((host) => [host, sentTo(redirects, answering, host)]));
}

function sentTo(redirects: Redirects, answering: (name: string) => string | undefined, host: string): string {
  const first = leap(redirects, answering, host);
  if (first === undefined) return "";
  const next = answering(first);
  if (next === undefined || age(redirects, next) > age(redirects, host)) return first;
  const passed = new Set<string>();
  for (let at: string | undefined = next; at !== undefined && !passed.has(at);) {
    passed.add(at);
    const to = leap(redirects, answering, at);
    at = to === undefined ? undefined : answering(to);
    if (at === host) return "";
  }
  return first;
}

/** Over all redirects of the host's namespace, to the name where they end; undefined where they don't. */
function leap(redirects: Redirects, answering: (name: string) => string | undefined, host: string): string | undefined {
  const namespace = redirects.get(host)?.namespace;
  const passed = new Set<string>();
  let to = "";
  for (let at: string | undefined = host; at !== undefined && redirects.get(at)?.namespace === namespace;) {
    if (passed.has(at)) return undefined;
    passed.add(at);
    to = redirects.get(at)?.to ?? "";
    at = answering(to);
  }
  return to;
}

/** Since when the host is held, and its name, so that no two are the same. */
function age(redirects: Redirects, host: string): string {
  return `${redirects.get(host)?.since ?? ""} ${host}`;
}

/** N-d: what is wrong with the redirects in Kong when everything has come to rest: one that leads elsewhere, or in a circle. */
export function wrongRedirects({
  cluster,
  kong,
  foreign,
  handedOver,
}: Pick<Stage, "cluster" | "kong" | "foreign" | "handedOver">): readonly string[] {
  const wrong: string[] = [];
  const served = [...expectedRedirects(cluster)].filter(
    ([host, to]) => to !== "" && !isOthers(host, foreign, handedOver),
  );
  const expected = new Map(served);
  const actual = actualRedirects(kong);
  for (const host of new Set([...expected.keys(), ...actual.keys()])) {
    const [wanted = "nowhere", found = "nowhere"] = [expected.get(host), actual.get(host)];
    if (wanted !== found) wrong.push(`N1: ${host} is redirected to ${found}, expected ${wanted}`);
  }
  for (const start of actual.keys()) {
    const passed = new Set<string>();
    for (let at: string | undefined = start; at !== undefined; at = actual.get(at)) {
      if (passed.has(at)) wrong.push(`N-d: the redirect of ${start} leads in a circle`);
      if (passed.has(at)) break;
      passed.add(at);
    }
  }
  return wrong;
}
