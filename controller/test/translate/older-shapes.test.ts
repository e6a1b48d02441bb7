import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { domainCertificateBody } from "../../src/kube/domain-certificate-body.ts";
import { recordBody } from "../../src/kube/record-body.ts";
import { translate } from "../../src/translate/translate.ts";
import type { Raw } from "../../src/translate/raw.ts";

// What a controller of another version wrote: fields that it did not know are missing, fields that we do not know are there.

const version = { uid: "u1", resourceVersion: "7" };
const at = "2026-04-04T12:25:42Z";
const ms = Date.parse(at);
const standing = {
  ...({ kind: "primary", namespace: "acme-org", namespaceUid: "n1", name: "acme", uid: "c1" } as const),
  authority: { kind: "delegation", host: "org" as Host, namespace: "b", name: "org", uid: "c2" },
  givers: [{ namespace: "b", uid: "n2" }],
  renamedFrom: [{ host: "old.acme.org" as Host, since: at }],
} as const;
const renamedTo = { host: "new.org" as Hostname, name: "new", uid: "c3", since: at, done: at };
const tenure = { kind: "shared", namespace: "b", name: "x", uid: "c4", from: at, to: at, reason: "Released" } as const;

const record = recordBody(
  {
    host: "acme.org" as Host,
    clusterUid: "k1",
    holder: { ...standing, since: at, renamedTo },
    redemption: { ...standing, until: at },
    transfer: { namespace: "b", uid: "n2", delegates: ["d"] },
    grants: [{ namespace: "d", uid: "n3" }],
    history: [{ ...tenure, renamedFrom: "a.org" as Host, renamedTo: "b.org" as Host }],
  },
  version,
) as Raw;

const order = { number: 1, names: ["acme.org" as Host], orderedAt: ms, running: true, probe: true };
const group = domainCertificateBody(
  {
    namespace: "acme-org",
    name: "acme.org" as Hostname,
    group: {
      certificates: [{ ...order, issued: ["www.acme.org" as Host], notBefore: ms, notAfter: ms, failedAt: ms }],
      quarantine: [{ host: "a.acme.org" as Host, failures: 1, nextTryAt: ms, message: "refused" }],
      leaving: [{ host: "b.acme.org" as Host, since: ms }],
      nextNumber: 2,
      caution: { failures: 1, mostNew: 1, until: ms },
      budgets: { domain: ms, account: ms, share: ms, failures: ms },
    },
    report: {
      ...{ wanted: 2, issued: 1, failing: 1, left: 1, notAfter: ms, nextOrderAt: ms, moreWaiting: 1 },
      waiting: [{ host: "a.acme.org" as Host, reason: "OrderFailed", until: ms }],
    },
  },
  { ...version, finished: false },
) as Raw;

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
}

function schemaOf(file: string): Schema {
  const crd = load(readFileSync(join(import.meta.dirname, "../../../crds", file), "utf8")) as {
    readonly spec: { readonly versions: readonly [{ readonly schema: { readonly openAPIV3Schema: Schema } }] };
  };
  return crd.spec.versions[0].schema.openAPIV3Schema;
}

/** A field of an object, as the names and indices that lead to it, and whether the schema requires it. */
interface Field {
  readonly path: readonly string[];
  readonly required: boolean;
}

/** Every field of spec and status that the object has, the outer ones first. */
function fields(value: unknown, schema: Schema, path: readonly string[] = []): readonly Field[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => fields(item, schema.items ?? {}, [...path, String(index)]));
  if (typeof value !== "object" || value === null) return [];
  const names = Object.keys(value).filter((name) => path.length > 0 || name === "spec" || name === "status");
  return names.flatMap((name) => [
    { path: [...path, name], required: schema.required?.includes(name) === true },
    ...fields((value as Raw)[name], schema.properties?.[name] ?? {}, [...path, name]),
  ]);
}

/** A copy of the object with something else in a field; `undefined`: without the field. */
function changed(object: Raw, path: readonly string[], value: unknown): Raw {
  const copy = structuredClone(object) as Record<string, unknown>;
  let at: Record<string, unknown> = copy;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
  const last = path.at(-1) ?? "";
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

/** What is needed although the schema does not say so: all of an authority that is one, and the status, which is the order book. */
const needed = /\.authority\.|^status$/;

describe.each([
  { kind: "HostRecord", object: record, schema: schemaOf("hostrecord.yaml") },
  { kind: "DomainCertificate", object: group, schema: schemaOf("domaincertificate.yaml") },
] as const)("a $kind of another version", ({ kind, object, schema }) => {
  const all = fields(object, schema);
  const read = translate[kind];

  test("is understood without any field that the schema does not require", () => {
    const optional = all.filter(({ path, required }) => !required && !needed.test(path.join(".")));
    expect(optional.length).toBeGreaterThan(5);
    for (const { path } of optional) expect(() => read(changed(object, path, undefined)), path.join(".")).not.toThrow();
  });

  test("says the same with fields that nobody knows", () => {
    const nested = ["", ...all.map(({ path }) => path.join("."))];
    const whole = read(object);
    for (const place of nested) {
      const path = place === "" ? [] : place.split(".");
      const there = path.reduce<unknown>((value, name) => (value as Raw)[name], object);
      if (typeof there !== "object" || Array.isArray(there)) continue;
      expect(read(changed(object, [...path, "ofAnotherVersion"], { a: [1] })), place).toEqual(whole);
    }
  });

  test.each([undefined, null, 7, "", "text", [], ["text"], [7], {}, { a: {} }])(
    "with %j in place of a field is understood, or refused with a sentence",
    (value) => {
      for (const { path } of all)
        try {
          read(changed(object, path, value));
        } catch (error) {
          expect((error as Error).constructor, path.join(".")).toBe(Error);
          expect((error as Error).message).toMatch(/ is /);
        }
    },
  );
});

test("N4: givers that are names alone are kept, and bound to no namespace; what is written then is read the same", () => {
  const older = changed(record, ["spec", "holder", "givers"], ["b", "d"]);
  const { uid, resourceVersion, name, ...spec } = translate.HostRecord(older);
  const givers = [
    { namespace: "b", uid: "" },
    { namespace: "d", uid: "" },
  ];
  expect(spec.holder?.givers).toEqual(givers);
  const written = recordBody(spec, { uid, resourceVersion });
  expect(translate.HostRecord(written as Raw)).toEqual({ ...spec, uid, resourceVersion, name });
});

test("T4: a namespace's share that was not counted yet is full, and the other budgets are as they were", () => {
  const older = changed(group, ["status", "budgets", "share"], undefined);
  expect(translate.DomainCertificate(older).group.budgets).toEqual({ domain: ms, account: ms, share: 0, failures: ms });
});
