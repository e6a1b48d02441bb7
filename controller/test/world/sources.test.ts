import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { Sources } from "../../src/world/sources.ts";
import { ingress } from "../support/builders.ts";

const names = (sources: Sources, host: string): readonly string[] =>
  sources.for("acme-org", host as Host).map(({ name, resourceVersion }) => `${name} ${resourceVersion}`);

test("a source that changes keeps its place among those of its hosts, and leaves those that it names no more", () => {
  const sources = new Sources(100);
  const one = ingress("acme-org/one", ["a.example", "b.example"], { created: "2026-01-01T00:00:00Z" });
  const two = ingress("acme-org/two", ["a.example", "b.example"], { created: "2026-01-02T00:00:00Z" });
  for (const source of [two, one]) sources.set(source);
  const changed = ingress("acme-org/one", ["b.example", "c.example"], { created: one.created });
  sources.set({ ...changed, resourceVersion: "2" });
  expect(names(sources, "a.example")).toEqual([`two ${two.resourceVersion}`]);
  expect(names(sources, "b.example")).toEqual(["one 2", `two ${two.resourceVersion}`]);
  expect(names(sources, "c.example")).toEqual(["one 2"]);
});

test("a source that is made anew stands where its age is, and nothing of the one before is left", () => {
  const sources = new Sources(100);
  const hosts = ["a.example"];
  const old = ingress("acme-org/one", hosts, { created: "2026-01-01T00:00:00Z" });
  const two = ingress("acme-org/two", hosts, { created: "2026-01-02T00:00:00Z" });
  for (const source of [old, two]) sources.set(source);
  sources.set({ ...ingress("acme-org/one", hosts, { created: "2026-01-03T00:00:00Z" }), uid: "anew" });
  expect(sources.for("acme-org", "a.example" as Host).map(({ uid }) => uid)).toEqual([two.uid, "anew"]);
  sources.remove({ kind: "Ingress", namespace: "acme-org", name: "one" });
  expect(sources.for("acme-org", "a.example" as Host).map(({ uid }) => uid)).toEqual([two.uid]);
});
