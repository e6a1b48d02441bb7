import { hostOf } from "@domain-claims/crds/domain";
import type { Store } from "@domain-claims/kong-stand-in";
import { registerProblems, transferProblems } from "./expected-register.ts";
import { actualRedirects, heldHosts, redirectProblems, renameProblems } from "./names.ts";
import type { Held } from "./names.ts";
import { afterDot, nameOf, ourTag, publicSuffix } from "./objects.ts";
import type { Ingress, Objects } from "./objects.ts";

/** A name in Kong that ours need, and the namespace whose exact hosts can't be served where it is somebody else's. */
export const takenName = { name: "soak-b.web.80", namespace: "soak-b" } as const;

/**
 * What is not as it must be at rest, as sentences: the register (I1, I5), the statuses, Kong's routes (I3, L2b), redirects
 * (N1, N-d) and renames (N2), and what is left over in Kong. Written from the rules alone, without a model of how they are
 * reached.
 */
export function problems(objects: Objects, store: Store): readonly string[] {
  const gateway = expectedGateway(objects, store);
  const { held, redirected } = gateway;
  return [
    ...registerProblems(objects),
    ...transferProblems(objects),
    ...statusProblems(objects, gateway),
    ...addressProblems(objects, gateway),
    ...gatewayProblems(objects, store, gateway),
    ...redirectProblems(held, redirected),
    ...renameProblems(objects),
  ];
}

/** What is to be in Kong, and what its redirects are. */
interface Gateway {
  readonly held: ReadonlyMap<string, Held>;
  /** The hosts to be answered, by a site or a redirect. */
  readonly live: ReadonlySet<string>;
  /** "host namespace" of what is to be answered and "host guard" of what is to be guarded, sorted. */
  readonly routes: readonly string[];
  readonly redirected: ReadonlyMap<string, string>;
  /** True if the host's routes need a service whose name is somebody else's. */
  readonly lacksName: (host: string) => boolean;
}

function expectedGateway(objects: Objects, store: Store): Gateway {
  const held = heldHosts(objects);
  const redirected = actualRedirects(store);
  const taken = nameIsTaken(store);
  // A wildcard has a service of its own, under a name of its own.
  const lacksName = (host: string): boolean =>
    taken && held.get(host)?.namespace === takenName.namespace && !host.startsWith("*.");
  const [live, guards] = [new Set<string>(), new Set<string>()];
  for (const [host, { namespace, answer }] of held) {
    const backed = serving(objects, held.get(host)) !== undefined && objects.services.has(`${namespace}/web`);
    const answered =
      answer.kind === "redirect"
        ? answer.to !== undefined && (redirected.has(host) || !answer.mayBeRefused)
        : backed && !lacksName(host);
    if (answered) live.add(host);
    const wildcard = held.get(`*.${afterDot(host)}`);
    const covers = wildcard?.answer.kind === "redirect" || serving(objects, wildcard) !== undefined;
    if (!host.startsWith("*.") && covers && wildcard?.namespace !== namespace) guards.add(host);
  }
  const routes = [
    ...[...live].map((host) => `${host} ${held.get(host)?.namespace ?? ""}`),
    ...[...guards].map((host) => `${host} guard`),
  ].sort();
  return { held, live, routes, redirected, lacksName };
}

/** The Ingress that says what a host serves: of its names the first that any names, and of these the oldest. */
function serving({ ingresses }: Objects, held: Held | undefined): Ingress | undefined {
  if (held?.answer.kind !== "site") return undefined;
  const { namespace, answer } = held;
  return answer.names.flatMap((name) => ingresses.filter((ingress) => serves(ingress, namespace, name)).sort(byAge))[0];
}

function statusProblems(objects: Objects, gateway: Gateway): readonly string[] {
  return objects.domains.flatMap((claim) => {
    const { status, metadata } = claim;
    const host = hostOf(claim.spec);
    const holder = objects.records.find(({ spec }) => spec.host === host)?.spec.holder;
    const phase = holder?.uid === metadata.uid ? "OK" : "Failed";
    // Of one that hands its host over, or did, and of one that accepts it, more may be said.
    const handing = claim.spec.transferTo ?? claim.spec.acceptFrom;
    const taken = holder !== undefined && phase === "Failed" && claim.spec.sub === undefined && handing === undefined;
    const said = `${status?.phase ?? "new"} ${status?.reason ?? ""}`;
    if (status?.observedGeneration !== metadata.generation) return [`${nameOf(claim)} has an old status`];
    const told = status.reason === "AlreadyClaimed" || status.reason === "Transferred";
    if (status.phase !== phase || (taken && claim.spec.primary !== publicSuffix && !told))
      return [`${nameOf(claim)} is ${said}, expected ${phase}${taken ? " AlreadyClaimed" : ""}`];
    const wanted = phase === "Failed" ? "NotAccepted" : programmedReason(objects, gateway, host);
    const reasonOf = (type: string): string | undefined => status.conditions?.find((one) => one.type === type)?.reason;
    const programmed = reasonOf("Programmed");
    if (reasonOf("Ready") === "RoutesNotShown") return [`${nameOf(claim)} waits for the gateway to show its routes`];
    if (programmed !== wanted) return [`${nameOf(claim)} is programmed: ${String(programmed)}, expected ${wanted}`];
    // What was shown before is told until the gateway has shown what it has now.
    const shown = answeringAs.get(reasonOf("Ready"));
    if (shown !== undefined && shown !== programmed) return [`${nameOf(claim)} is ${programmed}, and is told ${shown}`];
    return [];
  });
}

/** What has been shown where the condition Ready gives this reason, as Programmed names it. */
const answeringAs: ReadonlyMap<string | undefined, string> = new Map([
  ["Live", "Programmed"],
  ["Redirecting", "Redirecting"],
]);

/** What the condition Programmed of a holder gives as its reason at rest. */
function programmedReason(objects: Objects, { held, live, lacksName }: Gateway, host: string): string {
  const { answer, namespace = "" } = held.get(host) ?? {};
  if (answer?.kind === "redirect") return live.has(host) ? "Redirecting" : "RedirectCircle";
  if (answer?.kind === "nothing") return "Renamed";
  if (live.has(host)) return "Programmed";
  const wanted = serving(objects, held.get(host)) !== undefined && objects.services.has(`${namespace}/web`);
  return wanted && lacksName(host) ? "ForeignEntity" : "NoRoutes";
}

function nameIsTaken({ services }: Store): boolean {
  return [...services.values()].some(({ name, tags }) => name === takenName.name && tags?.includes(ourTag) !== true);
}

/** Rule L9: an Ingress of ours shows the gateway's address while it says what some host serves. */
function addressProblems(objects: Objects, { held, live }: Gateway): readonly string[] {
  const served = new Set([...live].map((host) => serving(objects, held.get(host))));
  return objects.ingresses.flatMap((made) => {
    const { metadata, spec, status } = made;
    if (spec.ingressClassName !== "kong") return [];
    const wanted = served.has(made);
    const shown = (status?.loadBalancer?.ingress?.length ?? 0) > 0;
    const name = `Ingress ${metadata.namespace}/${metadata.name}`;
    return wanted === shown ? [] : [`${name} has ${shown ? "an" : "no"} address and is ${wanted ? "" : "not "}live`];
  });
}

function gatewayProblems({ records }: Objects, store: Store, { routes: expected }: Gateway): readonly string[] {
  const found: string[] = [];
  const actual = actualRoutes(store);
  if (expected.join() !== actual.join())
    found.push(`Kong has [${actual.join("; ")}], expected [${expected.join("; ")}]`);
  const used = new Set([...store.routes.values()].map(({ service }) => service?.id));
  // What answers for an old name once it gives way is there before (rule N2).
  const prepared = records.flatMap(({ spec: { host, holder } }) =>
    holder?.renamedTo === undefined || holder.renamedTo.done !== undefined ? [] : [`redirect~${host}~`],
  );
  for (const { id, name, tags } of store.services.values()) {
    if (tags?.includes(ourTag) !== true || used.has(id)) continue;
    if (prepared.some((start) => name?.startsWith(start) === true)) used.add(id);
    else found.push(`service ${name ?? id} is left over`);
  }
  for (const { id, service, tags } of store.plugins.values())
    if (tags?.includes(ourTag) === true && !used.has(service?.id ?? "")) found.push(`plugin ${id} is left over`);
  return found;
}

/** True for an Ingress of our class in the namespace that names the host. */
function serves({ metadata, spec }: Ingress, namespace: string, host: string): boolean {
  const named = spec.rules?.some((rule) => rule.host === host) === true;
  return named && metadata.namespace === namespace && spec.ingressClassName === "kong";
}

function byAge(a: Ingress, b: Ingress): number {
  const text = ({ metadata }: Ingress): string => `${metadata.creationTimestamp} ${metadata.uid}`;
  return text(a) < text(b) ? -1 : 1;
}

function actualRoutes(store: Store): readonly string[] {
  return ourRoutes(store)
    .flatMap(({ hosts, guard, namespace }) => hosts.map((host) => `${host} ${guard ? "guard" : namespace}`))
    .sort();
}

/** Our routes in Kong: their hosts, and the namespace that each was made for. */
export function ourRoutes(
  store: Store,
): readonly { readonly hosts: readonly string[]; readonly guard: boolean; readonly namespace: string }[] {
  return [...store.routes.values()].flatMap(({ tags, hosts, name }) => {
    if (tags?.includes(ourTag) !== true) return [];
    const mark = "k8s-namespace:";
    const namespace = tags.find((tag) => tag.startsWith(mark))?.slice(mark.length) ?? "";
    return [{ hosts: hosts ?? [], guard: name?.startsWith("guard~") === true, namespace }];
  });
}
