import { expect, test } from "vitest";

import { billOfMaterials } from "./sbom.ts";
import type { Component } from "./sbom.ts";

const pino: Component = {
  "bom-ref": "pino@10.4.0",
  type: "library",
  name: "pino",
  version: "10.4.0",
  purl: "pkg:npm/pino@10.4.0",
  licenses: [{ license: { id: "MIT" } }],
};
const scoped: Component = { ...pino, name: "x509", purl: "pkg:npm/%40peculiar/x509@2.2.0" };
const contents = {
  name: "domain-claims",
  version: "0.1.0",
  known: [scoped, pino, { ...pino, name: "vitest", purl: "pkg:npm/vitest@5.1.1" }],
  bundled: [
    { name: "@peculiar/x509", version: "2.2.0" },
    { name: "pino", version: "10.4.0" },
  ],
  node: "24.21.0",
  below: [{ name: "libc6", version: "2.36-9+deb12u14", architecture: "arm64" }],
};

function purls(bom: object): readonly unknown[] {
  return (bom as { readonly components: readonly Component[] }).components.map(({ purl }) => purl);
}

test("it lists what is in the bundle as npm describes it, Node and Debian's packages, and nothing that only builds it", () => {
  const bom = billOfMaterials(contents);
  expect(purls(bom)).toEqual([
    "pkg:npm/%40peculiar/x509@2.2.0",
    "pkg:npm/pino@10.4.0",
    "pkg:generic/node@24.21.0",
    "pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=arm64",
  ]);
  expect(bom).toMatchObject({ components: expect.arrayContaining([pino]) });
});

test("it has no date and no serial number, so the same contents have the same one", () => {
  expect(billOfMaterials(contents)).not.toHaveProperty("serialNumber");
  expect(billOfMaterials(contents)).not.toHaveProperty("metadata.timestamp");
});

test.each([
  ["gcr.io/distroless/cc-debian12:nonroot", "gcr.io/distroless/cc-debian12", "nonroot"],
  ["127.0.0.1:5000/base", "127.0.0.1:5000/base", "latest"],
  ["registry.example/base@sha256:abc", "registry.example/base", "sha256:abc"],
])("on the base image %s it names that one", (image, name, version) => {
  expect(billOfMaterials({ ...contents, below: { image } })).toMatchObject({
    components: expect.arrayContaining([expect.objectContaining({ type: "container", name, version })]),
  });
});

test("a package in the bundle that npm does not know is no bill", () => {
  const bundled = [{ name: "left-pad", version: "1.0.0" }];
  expect(() => billOfMaterials({ ...contents, bundled })).toThrow("left-pad@1.0.0");
});
