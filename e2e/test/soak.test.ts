import { describe, expect, test } from "vitest";
import type { Store } from "@domain-claims/kong-stand-in";
import { problems } from "../soak/expected.ts";
import { heldHosts, redirectProblems } from "../soak/names.ts";
import { ourTag } from "../soak/objects.ts";
import type { Domain, Ingress, Objects } from "../soak/objects.ts";
import { registerJudge } from "../soak/register.ts";
import type { GivenUp } from "../soak/register.ts";
import type { StoredRecord } from "../support/world/objects.ts";

type Spec = StoredRecord["spec"];

const host = "acme.org";
const since = "2026-04-04T12:00:00Z";
const now = Date.parse(since);

const by = (namespace: string, more: Partial<NonNullable<Spec["holder"]>> = {}): NonNullable<Spec["holder"]> => ({
  ...{
    kind: "primary",
    namespace,
    namespaceUID: `uid-${namespace}`,
    name: "acme",
    uid: `uid-${namespace}/acme`,
    since,
  },
  authority: { kind: "none" },
  ...more,
});
const ended = (namespace: string, reason = "Deleted"): NonNullable<Spec["history"]>[number] => ({
  ...{ kind: "primary", namespace, name: "acme", uid: `uid-${namespace}/acme`, from: since, to: since, reason },
});
const nobodyGaveUp = (): GivenUp => ({ claims: new Map(), namespaces: new Set() });

/** What is said of a record's versions, one after the other. */
function judged(versions: readonly Omit<Spec, "host">[], givenUp = nobodyGaveUp()): readonly string[] {
  const judge = registerJudge(givenUp);
  return versions.flatMap((version) => judge({ host, ...version }, false, now));
}

describe("N-b: what the soak says of a host that changes hands", () => {
  const offered = { holder: by("a"), transfer: { namespace: "b", uid: "uid-b" } };

  test("nothing where it goes to whom it was handed over to", () => {
    expect(judged([offered, { holder: by("b") }])).toEqual([]);
  });

  test.each([
    ["it was handed over to nobody", { holder: by("a") }, by("b")],
    ["to somebody else", offered, by("c")],
    ["to a namespace that was made anew since", offered, by("b", { namespaceUID: "another" })],
  ])("that it may not, where %s", (_, before, holder) => {
    expect(judged([before, { holder }])).toEqual([expect.stringMatching(/^N-b: acme.org went from a\/acme/)]);
  });
});

describe("N-c: what the soak says of a host that was not given up", () => {
  const { since: _, ...last } = by("a");
  const kept = { redemption: { ...last, until: "2026-04-04T12:10:00Z" }, history: [ended("a")] };

  test("nothing where it is kept, and its namespace has it back", () => {
    expect(judged([{ holder: by("a") }, kept, { holder: by("a", { uid: "again" }) }])).toEqual([]);
  });

  test("that it is somebody else's before its time is over", () => {
    expect(judged([kept, { holder: by("b") }])).toEqual([expect.stringMatching(/although a may still have it back/)]);
    const over = { redemption: { ...last, until: since } };
    expect(judged([over, { holder: by("b") }])).toEqual([]);
  });

  test("that it was free at once, unless its claim gave it up or its namespace is gone", () => {
    const versions = [{ holder: by("a") }, { history: [ended("a")] }];
    expect(judged(versions)).toEqual([expect.stringMatching(/free as soon as a\/acme was deleted/)]);
    const given = nobodyGaveUp();
    given.claims.set("uid-a/acme", `a ${host}`);
    expect(judged(versions, given)).toEqual([]);
    expect(judged(versions, { ...nobodyGaveUp(), namespaces: new Set(["uid-a"]) })).toEqual([]);
    expect(judged([versions[0] ?? {}, { history: [ended("a", "ParentClaimed")] }])).toEqual([]);
  });
});

describe("N1, N2 and N-d: what the soak expects of redirects", () => {
  const redirecting = (namespace: string, at: string, to: string | undefined): Domain =>
    ({
      metadata: { namespace, name: at, uid: `uid-${at}` },
      spec: { primary: at, ...(to === undefined ? {} : { redirect: { host: to } }) },
    }) as unknown as Domain;
  const objectsOf = (claims: readonly Domain[], more: Partial<NonNullable<Spec["holder"]>> = {}): Objects => ({
    domains: claims,
    records: claims.map(
      ({ metadata: { namespace, name, uid } }) =>
        ({ spec: { host: name, holder: by(namespace, { name, uid, ...more }) } }) as unknown as StoredRecord,
    ),
    ingresses: [],
    services: new Set(),
    namespaceUids: new Map(),
  });
  const said = (objects: Objects, actual: Readonly<Record<string, string>>): readonly string[] =>
    redirectProblems(heldHosts(objects), new Map(Object.entries(actual)));

  test("one hop over those of its namespace, and to where those of others begin", () => {
    const chain = [redirecting("a", "1.org", "2.org"), redirecting("a", "2.org", "3.org"), redirecting("b", "3.org", "4.org")]; // prettier-ignore
    expect(said(objectsOf(chain), { "1.org": "3.org", "2.org": "3.org", "3.org": "4.org" })).toEqual([]);
    expect(said(objectsOf(chain), { "1.org": "2.org", "2.org": "3.org", "3.org": "4.org" })).toEqual([
      "N1: 1.org is redirected to 2.org, expected 3.org",
    ]);
  });

  test("that somebody's redirect in a circle is refused, and nobody's that is in none", () => {
    const circle = [redirecting("a", "1.org", "2.org"), redirecting("b", "2.org", "1.org")];
    expect(said(objectsOf(circle), { "1.org": "2.org" })).toEqual([]);
    expect(said(objectsOf(circle), { "1.org": "2.org", "2.org": "1.org" })).toContain(
      "N-d: the redirect of 1.org leads in a circle",
    );
    expect(said(objectsOf([redirecting("a", "1.org", "2.org")]), {})).toEqual([
      "N1: 1.org is redirected to nowhere, expected 2.org",
    ]);
  });

  test("that an old name leads to the new one for as long as that is held by its claim", () => {
    const renamedTo = { host: "2.org", name: "2.org", uid: "uid-2.org", since, done: since };
    const both = objectsOf([redirecting("a", "1.org", undefined), redirecting("a", "2.org", undefined)]);
    const [old, next] = both.records;
    if (old === undefined || next === undefined) throw new Error("there are no records");
    const renamed = { ...old, spec: { ...old.spec, holder: by("a", { uid: "uid-1.org", renamedTo }) } };
    expect(said({ ...both, records: [renamed, next] }, { "1.org": "2.org" })).toEqual([]);
    expect(said({ ...both, records: [renamed] }, { "1.org": "2.org" })).toHaveLength(1);
  });
});

describe("X3: what the soak says of a claim whose routes are all there", () => {
  const metadata = { namespace: "a", name: "acme", uid: "uid-a/acme", generation: 1 };
  const tags = [ourTag, "k8s-namespace:a"];
  const store = {
    services: new Map([["s", { id: "s", name: "a.web.80", tags }]]),
    routes: new Map([["r", { id: "r", name: "r", hosts: [host], service: { id: "s" }, tags }]]),
    plugins: new Map(),
  } as unknown as Store;
  const told = (ready: string): readonly string[] => {
    const conditions = [
      { type: "Programmed", reason: "Programmed" },
      { type: "Ready", reason: ready },
    ];
    const status = { phase: "OK", reason: "Held", observedGeneration: 1, conditions };
    const ingress = {
      metadata: { ...metadata, creationTimestamp: since },
      spec: { ingressClassName: "kong", rules: [{ host }] },
      status: { loadBalancer: { ingress: [{}] } },
    } as unknown as Ingress;
    const objects: Objects = {
      domains: [{ metadata, spec: { primary: host }, status } as unknown as Domain],
      records: [{ metadata: { name: host }, spec: { host, holder: by("a") } } as unknown as StoredRecord],
      ingresses: [ingress],
      services: new Set(["a/web"]),
      namespaceUids: new Map([["a", "uid-a"]]),
    };
    return problems(objects, store);
  };

  test("nothing where it is told so", () => {
    expect(told("Live")).toEqual([]);
  });

  test.each([
    ["waits for the gateway", "RoutesNotShown", "a/acme waits for the gateway to show its routes"],
    ["is still told of a redirect", "Redirecting", "a/acme is Programmed, and is told Redirecting"],
  ])("that it is not at rest while it %s", (_, ready, said) => {
    expect(told(ready)).toEqual([said]);
  });
});
