import fc from "fast-check";
import { hostOf, releaseMark } from "@domain-claims/crds/domain";
import type { Api } from "../support/controlplane/api.ts";
import { domain, group, listOf, paths } from "../support/world/objects.ts";
import { chance } from "./draw.ts";
import type { Draw } from "./draw.ts";
import type { GivenUp } from "./register.ts";
import { afterDot, namespaces, nameOf, readRecords } from "./objects.ts";
import type { Domain } from "./objects.ts";

/** One of the namespaces, to be drawn. */
export const someNamespace = () => fc.constantFrom(...namespaces);
/** Whom a primary may be shared with. */
export const someDelegates = () => fc.subarray([...namespaces, "*"]);
/** How a claim may be called. */
export const someClaimName = () => fc.constantFrom("1", "2", "3");
const someNewName = () =>
  fc.constantFrom<Domain["spec"][]>(
    { primary: "acme.org" },
    { primary: "b.acme.org" },
    { primary: "c.b.acme.org" },
    { primary: "acme.org", sub: "x" },
    { primary: "acme.org", sub: "b" },
  );
const someTarget = () =>
  fc.constantFrom("acme.org", "b.acme.org", "x.acme.org", "c.b.acme.org", "y.acme.org", "elsewhere.example");

/** The holder of a claim hands its host over, or takes that back; in words. */
export async function transfer(api: Api, draw: Draw): Promise<string> {
  const claimed = await someClaim(api, draw);
  const to = draw(someNamespace);
  if (claimed === undefined) return "no transfer";
  const { transferTo, ...spec } = claimed.spec;
  const takesBack = transferTo !== undefined;
  await put(api, claimed, takesBack ? spec : { ...spec, transferTo: to });
  return `transfer ${nameOf(claimed)} to ${takesBack ? "nobody" : to}`;
}

/** A host that the register offers to a namespace is accepted there, by a new claim or by one that is there; in words. */
export async function accept(api: Api, name: string, draw: Draw): Promise<string> {
  const offers = (await readRecords(api)).flatMap(({ spec }) =>
    spec.transfer === undefined || !isOurs(spec.transfer.namespace) ? [] : [spec],
  );
  const delegates = draw(someDelegates);
  const offer = offers[draw(fc.nat, Math.max(offers.length - 1, 0))];
  const { holder, transfer: to, host } = offer ?? {};
  if (holder === undefined || to === undefined || host === undefined) return "nothing to accept";
  const from = { acceptFrom: holder.namespace };
  const spec =
    holder.kind === "primary"
      ? { primary: host, ...from, ...(delegates.length === 0 ? {} : { delegates }) }
      : { primary: afterDot(host), sub: host.slice(0, host.indexOf(".")), parent: holder.namespace, ...from };
  const path = paths.domains(to.namespace);
  const { status } = await api.call("POST", path, domain(name, spec));
  if (status === 409) {
    const found = (await api.call("GET", `${path}/${name}`)).body as Domain;
    const { transferTo: _, ...known } = found.spec;
    await put(api, found, { ...known, ...from });
  }
  return `accept ${to.namespace}/${name} ${JSON.stringify(spec)}`;
}

/** The owner of a claim gives its site another name; in words. */
export async function rename(api: Api, name: string, draw: Draw): Promise<string> {
  const old = await someClaim(api, draw);
  const [spec, forNothing] = [draw(someNewName), draw(chance, 20)];
  if (old === undefined) return "no rename";
  const { namespace } = old.metadata;
  const renamed = { ...spec, renames: old.metadata.name, ...(forNothing ? { redirectFor: "none" } : {}) };
  const { status } = await api.call("POST", paths.domains(namespace), domain(name, renamed));
  return status === 201 ? `rename ${namespace}/${name} ${JSON.stringify(renamed)}` : "no rename";
}

/** The owner of a claim has its host redirected, or served again; in words. */
export async function redirect(api: Api, draw: Draw): Promise<string> {
  const claimed = await someClaim(api, draw);
  const [host, off] = [draw(someTarget), draw(chance, 50)];
  if (claimed === undefined) return "no redirect";
  const { redirect: before, ...spec } = claimed.spec;
  const ends = before !== undefined && off;
  await put(api, claimed, ends ? spec : { ...spec, redirect: { host } });
  return `redirect ${nameOf(claimed)} ${ends ? "no longer" : `to ${host}`}`;
}

/** A claim is deleted, half the time after it was said that its host is given up; in words. */
export async function unclaim(api: Api, givenUp: GivenUp, draw: Draw): Promise<string> {
  const [claimed, forGood] = [await someClaim(api, draw), draw(chance, 50)];
  if (claimed === undefined) return "no claim";
  if (forGood) await release(api, givenUp, claimed);
  else await api.call("DELETE", pathOf(claimed));
  return `${forGood ? "release" : "unclaim"} ${nameOf(claimed)}`;
}

/** Gives a claim's host up for good, as `kubectl domain release` does. */
export async function release(api: Api, givenUp: GivenUp, claimed: Domain): Promise<void> {
  givenUp.claims.set(claimed.metadata.uid, `${claimed.metadata.namespace} ${hostOf(claimed.spec)}`);
  const annotations = { ...claimed.metadata.annotations, [releaseMark]: "true" };
  await api.call("PUT", pathOf(claimed), { ...claimed, metadata: { ...claimed.metadata, annotations } });
  await api.call("DELETE", pathOf(claimed));
}

async function someClaim(api: Api, draw: Draw): Promise<Domain | undefined> {
  const all = await listOf<Domain>(api, `${group}/domains`);
  const ours = all.filter(({ metadata }) => isOurs(metadata.namespace));
  return ours[draw(fc.nat, Math.max(ours.length - 1, 0))];
}

async function put(api: Api, claimed: Domain, spec: Domain["spec"]): Promise<void> {
  await api.call("PUT", pathOf(claimed), { ...claimed, spec });
}

function pathOf({ metadata: { name, namespace } }: Domain): string {
  return `${paths.domains(namespace)}/${name}`;
}

/** False for what is the visited site's. */
function isOurs(namespace: string): boolean {
  return (namespaces as readonly string[]).includes(namespace);
}
