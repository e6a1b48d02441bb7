import fc from "fast-check";
import type { Api } from "../support/controlplane/api.ts";
import type { RunningGateway } from "@domain-claims/kong-stand-in";
import { domain, ingress, paths, service } from "../support/world/objects.ts";
import { note } from "./fault-counts.ts";
import type { FaultCounts } from "./fault-counts.ts";
import {
  accept,
  redirect,
  rename,
  someClaimName,
  someDelegates,
  someNamespace,
  transfer,
  unclaim,
} from "./name-acts.ts";
import { namespaces, ourTag, publicSuffix, readRecords } from "./objects.ts";
import type { Domain } from "./objects.ts";
import type { RegisterWatch } from "./register.ts";
import { chance } from "./draw.ts";
import type { Draw } from "./draw.ts";

const somePrimary = () => fc.constantFrom("acme.org", "acme.org", "b.acme.org", "c.b.acme.org", publicSuffix);
const someShare = () =>
  fc.constantFrom(["acme.org", "b"], ["acme.org", "x"], ["acme.org", "*"], ["b.acme.org", "*"], ["b.acme.org", "c"]);
const someIngressName = () => fc.constantFrom("i", "j");
const someClass = () => fc.constantFrom("kong", "kong", "kong", "other");
const hosts = ["acme.org", "b.acme.org", "x.acme.org", "*.acme.org", "c.b.acme.org", "*.b.acme.org"] as const;

/** Where things happen. */
export interface Place {
  readonly api: Api;
  readonly gateway: RunningGateway;
  readonly register: RegisterWatch;
}

/** One thing that a user or an administrator of Kong does, or that happens to Kong; in words. */
export async function happen(place: Place, draw: Draw, counts: FaultCounts): Promise<string> {
  const { api, register } = place;
  const what = draw(fc.nat, 99);
  const namespace = draw(someNamespace);
  const name = draw(someClaimName);
  if (what < 28) return claim(api, namespace, name, draw);
  if (what < 34) return share(api, namespace, name, draw);
  if (what < 39) return transfer(api, draw);
  if (what < 45) return accept(api, name, draw);
  if (what < 53) return rename(api, name, draw);
  if (what < 61) return redirect(api, draw);
  if (what < 67) return unclaim(api, register.givenUp, draw);
  if (what < 85) return replaceIngress(api, namespace, draw);
  if (what < 90) {
    const { status } = await api.call("DELETE", `${paths.services(namespace)}/web`);
    if (status === 404) await api.call("POST", paths.services(namespace), service);
    return `Service ${namespace}/web ${status === 404 ? "made" : "deleted"}`;
  }
  return what < 95 ? comeAndGo(place, counts) : drift(place, draw, counts);
}

async function claim(api: Api, namespace: string, name: string, draw: Draw): Promise<string> {
  const spec = draw(chance, 55) ? primarySpec(draw) : sharedSpec(draw);
  await api.call("POST", paths.domains(namespace), domain(name, spec));
  return `claim ${namespace}/${name} ${JSON.stringify(spec)}`;
}

function primarySpec(draw: Draw): Domain["spec"] {
  const delegates = draw(chance, 60) ? draw(someDelegates) : [];
  return { primary: draw(somePrimary), ...(delegates.length === 0 ? {} : { delegates }) };
}

function sharedSpec(draw: Draw): Domain["spec"] {
  const [primary, sub] = draw(someShare);
  return { primary, sub, ...(draw(chance, 60) ? { parent: draw(someNamespace) } : {}) };
}

async function share(api: Api, namespace: string, name: string, draw: Draw): Promise<string> {
  const own = `${paths.domains(namespace)}/${name}`;
  const delegates = draw(someDelegates);
  const found = await api.call("GET", own);
  if (found.status !== 200 || (found.body as Domain).spec.sub !== undefined) return "no share";
  const claimed = found.body as Domain;
  await api.call("PUT", own, { ...claimed, spec: { ...claimed.spec, delegates } });
  return `share ${namespace}/${name} with ${delegates.join()}`;
}

async function replaceIngress(api: Api, namespace: string, draw: Draw): Promise<string> {
  const at = draw(someIngressName);
  const path = paths.ingresses(namespace);
  await api.call("DELETE", `${path}/${at}`);
  if (draw(chance, 20)) return `no Ingress ${namespace}/${at}`;
  const named = draw(fc.subarray, [...hosts]);
  const made = ingress(at, named.length === 0 ? ["acme.org"] : named, draw(someClass));
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

function drift({ gateway }: Place, draw: Draw, counts: FaultCounts): string {
  const ours = new Set(namespaces.map((namespace) => `k8s-namespace:${namespace}`));
  const routes = [...gateway.store.routes.values()].filter(
    ({ tags, name }) =>
      tags?.includes(ourTag) === true && tags.some((tag) => ours.has(tag)) && name?.startsWith("guard~") === false,
  );
  const lost = routes[draw(fc.nat, Math.max(routes.length - 1, 0))];
  if (lost === undefined) return "no drift";
  gateway.store.delete("routes", lost.id);
  note(counts, "route deleted behind our back", 1);
  return `drift ${lost.name ?? ""}`;
}

/** How to have Kong written to: a holder's Ingress comes, or goes if it is there. */
export async function stirring(
  api: Api,
  draw: Draw,
): Promise<{ readonly method: "POST" | "DELETE"; readonly act: () => Promise<string> }> {
  const held = (await readRecords(api)).flatMap(({ spec }) =>
    namespaces.some((namespace) => namespace === spec.holder?.namespace) ? [spec] : [],
  );
  const some = held[draw(fc.nat, Math.max(held.length - 1, 0))];
  const namespace = some?.holder?.namespace ?? draw(someNamespace);
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
