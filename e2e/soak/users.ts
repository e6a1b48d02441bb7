import type { Api } from "../support/controlplane/api.ts";
import type { RunningGateway } from "../support/gateway/index.ts";
import { publicSuffix } from "./expected.ts";
import { note } from "./fault-counts.ts";
import type { FaultCounts } from "./fault-counts.ts";
import { domain, ingress, namespaces, paths, readRecords, service } from "./objects.ts";
import type { Domain } from "./objects.ts";
import type { Random } from "./random.ts";

const primaries = ["acme.org", "acme.org", "b.acme.org", "c.b.acme.org", publicSuffix] as const;
const shares = [
  ["acme.org", "b"],
  ["acme.org", "x"],
  ["acme.org", "*"],
  ["b.acme.org", "*"],
  ["b.acme.org", "c"],
] as const;
const hosts = ["acme.org", "b.acme.org", "x.acme.org", "*.acme.org", "c.b.acme.org", "*.b.acme.org"] as const;

/** Where things happen. */
export interface Place {
  readonly api: Api;
  readonly gateway: RunningGateway;
}

/** One thing that a user or an administrator of Kong does, or that happens to Kong; in words. */
export async function happen(place: Place, random: Random, counts: FaultCounts): Promise<string> {
  const { api } = place;
  const what = random.next();
  const namespace = random.pick(namespaces);
  const name = random.pick(["1", "2", "3"]);
  if (what < 0.42) return claim(api, namespace, name, random);
  if (what < 0.52) return share(api, namespace, name, random);
  if (what < 0.62) {
    await api.call("DELETE", `${paths.domains(namespace)}/${name}`);
    return `unclaim ${namespace}/${name}`;
  }
  if (what < 0.82) return replaceIngress(api, namespace, random);
  if (what < 0.88) {
    const { status } = await api.call("DELETE", `${paths.services(namespace)}/web`);
    if (status === 404) await api.call("POST", paths.services(namespace), service);
    return `Service ${namespace}/web ${status === 404 ? "made" : "deleted"}`;
  }
  return what < 0.94 ? comeAndGo(place, counts) : drift(place, random, counts);
}

async function claim(api: Api, namespace: string, name: string, random: Random): Promise<string> {
  const spec = random.chance(0.55) ? primarySpec(random) : sharedSpec(random);
  await api.call("POST", paths.domains(namespace), domain(name, spec));
  return `claim ${namespace}/${name} ${JSON.stringify(spec)}`;
}

function primarySpec(random: Random): Domain["spec"] {
  const delegates = random.chance(0.6) ? random.some([...namespaces, "*"]) : [];
  return { primary: random.pick(primaries), ...(delegates.length === 0 ? {} : { delegates }) };
}

function sharedSpec(random: Random): Domain["spec"] {
  const [primary, sub] = random.pick(shares);
  return { primary, sub, ...(random.chance(0.6) ? { parent: random.pick(namespaces) } : {}) };
}

async function share(api: Api, namespace: string, name: string, random: Random): Promise<string> {
  const own = `${paths.domains(namespace)}/${name}`;
  const delegates = random.some([...namespaces, "*"]);
  const found = await api.call("GET", own);
  if (found.status !== 200 || (found.body as Domain).spec.sub !== undefined) return "no share";
  const claimed = found.body as Domain;
  await api.call("PUT", own, { ...claimed, spec: { ...claimed.spec, delegates } });
  return `share ${namespace}/${name} with ${delegates.join()}`;
}

async function replaceIngress(api: Api, namespace: string, random: Random): Promise<string> {
  const at = random.pick(["i", "j"]);
  const path = paths.ingresses(namespace);
  await api.call("DELETE", `${path}/${at}`);
  if (random.chance(0.2)) return `no Ingress ${namespace}/${at}`;
  const named = random.some(hosts);
  const made = ingress(at, named.length === 0 ? ["acme.org"] : named, random.pick(["kong", "kong", "kong", "other"]));
  await api.call("POST", path, made);
  return `Ingress ${namespace}/${at} ${named.join()}`;
}

async function comeAndGo({ gateway }: Place, counts: FaultCounts): Promise<string> {
  if (gateway.faults.away) await gateway.faults.comeBack();
  else {
    await gateway.faults.goAway();
    note(counts, "Kong away", 1);
  }
  return `Kong ${gateway.faults.away ? "away" : "back"}`;
}

function drift({ gateway }: Place, random: Random, counts: FaultCounts): string {
  const routes = [...gateway.store.routes.values()].filter(
    ({ tags, name }) => tags?.some((tag) => tag.startsWith("k8s-kind:Ingress")) === true && name !== null,
  );
  if (routes.length === 0) return "no drift";
  const lost = random.pick(routes);
  gateway.store.delete("routes", lost.id);
  note(counts, "route deleted behind our back", 1);
  return `drift ${lost.name ?? ""}`;
}

/** How to have Kong written to: a holder's Ingress comes, or goes if it is there. */
export async function stirring(
  api: Api,
  random: Random,
): Promise<{ readonly method: "POST" | "DELETE"; readonly act: () => Promise<string> }> {
  const held = (await readRecords(api)).flatMap(({ spec }) => (spec.holder === undefined ? [] : [spec]));
  const some = held.length === 0 ? undefined : random.pick(held);
  const namespace = some?.holder?.namespace ?? random.pick(namespaces);
  const path = paths.ingresses(namespace);
  if ((await api.call("GET", `${path}/stir`)).status === 200) {
    const act = async (): Promise<string> => {
      await api.call("DELETE", `${path}/stir`);
      return `no Ingress ${namespace}/stir`;
    };
    return { method: "DELETE", act };
  }
  const named = some === undefined ? hosts : [some.host];
  const act = async (): Promise<string> => {
    if (some === undefined) await api.call("POST", paths.domains(namespace), domain("stir", { primary: "acme.org" }));
    await api.call("POST", paths.services(namespace), service);
    await api.call("POST", path, ingress("stir", named, "kong"));
    return `Ingress ${namespace}/stir ${named.join()}`;
  };
  return { method: "POST", act };
}
