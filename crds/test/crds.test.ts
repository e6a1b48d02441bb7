import { readFileSync, readdirSync } from "node:fs";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { outdatedFiles } from "../generate.ts";
import { apiVersion, domainCertificates, domains, group, hostRecords, version } from "../src/domain.ts";

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly enum?: readonly string[];
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-validations"?: readonly { readonly rule: string; readonly message?: string }[];
}

interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string; readonly shortNames?: readonly string[] };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

const folder = new URL("../", import.meta.url);
const crd = (file: string): Crd => load(readFileSync(new URL(file, folder), "utf8")) as Crd;
const schemaOf = (file: string): Schema => crd(file).spec.versions[0]?.schema.openAPIV3Schema ?? {};

function* nodes(schema: Schema, path: string): Generator<readonly [string, Schema]> {
  yield [path, schema];
  for (const [name, child] of Object.entries(schema.properties ?? {})) yield* nodes(child, `${path}.${name}`);
  if (schema.items !== undefined) yield* nodes(schema.items, `${path}[]`);
}

describe.each(["domain.yaml", "hostrecord.yaml", "domaincertificate.yaml"])("%s", (file) => {
  const fields = [...nodes(schemaOf(file), "")].filter(([path]) => path !== "");

  test("every string and every list has a limit", () => {
    const unlimited = fields.filter(
      ([, { type, maxLength, maxItems }]) =>
        (type === "string" && maxLength === undefined) || (type === "array" && maxItems === undefined),
    );
    expect(unlimited.map(([path]) => path)).toEqual([]);
  });

  test("no object takes fields that the schema does not know", () => {
    const open = fields.filter(([, schema]) => {
      const { type, properties } = schema;
      const unknown = schema["x-kubernetes-preserve-unknown-fields"] ?? "additionalProperties" in schema;
      return unknown || (type === "object" && properties === undefined);
    });
    expect(open.map(([path]) => path)).toEqual([".metadata"]);
  });

  test("every field says what it is", () => {
    const silent = fields.filter(([path, { description }]) => path !== ".metadata" && !description);
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  test("every field of a spec and a status that is no closed word list gives an example", () => {
    const silent = fields.filter(
      ([path, { description, type }]) =>
        /^\.(spec|status)\.[^[]*$/.test(path) && type !== undefined && !/Example|True, False/.test(description ?? ""),
    );
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  test("every rule has a sentence", () => {
    const rules = fields.flatMap(([, schema]) => schema["x-kubernetes-validations"] ?? []);
    expect(rules.length).toBeGreaterThan(0);
    for (const { rule, message } of rules) expect(message?.split(" ").length ?? 0, rule).toBeGreaterThan(3);
  });
});

test.each([
  ["domain.yaml", domains],
  ["hostrecord.yaml", hostRecords],
  ["domaincertificate.yaml", domainCertificates],
])("%s and the constants name the same API", (file, { kind, plural }) => {
  const { metadata, spec } = crd(file);
  expect(spec).toMatchObject({ group, names: { kind, plural }, versions: [{ name: version }] });
  expect(metadata.name).toBe(`${plural}.${group}`);
  expect(apiVersion).toBe(`${group}/${version}`);
});

test("the generated types are current", async () => {
  expect((await outdatedFiles()).map(({ file }) => file.pathname)).toEqual([]);
});

test("every CRD file of the folder is covered by these tests", () => {
  expect(readdirSync(folder).filter((name) => name.endsWith(".yaml"))).toEqual([
    ...["domain.yaml", "domaincertificate.yaml", "hostrecord.yaml"],
  ]);
});

test("no short name is one that kubectl takes for another kind: of Kubernetes itself, Flux, cert-manager, WebLogic, Gateway API", () => {
  const taken = [
    "hr",
    "dom",
    "domain",
    "domains",
    "cert",
    "certs",
    "cr",
    "crs",
    "ing",
    "svc",
    "ns",
    "cm",
    "cs",
    "gtw",
    "ks",
  ];
  const ours = ["domain.yaml", "hostrecord.yaml", "domaincertificate.yaml"].flatMap(
    (file) => crd(file).spec.names.shortNames ?? [],
  );
  expect(ours).toHaveLength(3);
  expect(ours.filter((name) => taken.includes(name))).toEqual([]);
});
