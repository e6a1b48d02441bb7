import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import type { FactKey } from "../../src/world/keys.ts";
import type { ClaimStatus } from "../../src/world/claim-status.ts";
import type { WorldEvent } from "../../src/world/event.ts";
import type { World } from "../../src/world/world.ts";
import { claim, ingress, namespace, service, world } from "../support/builders.ts";

const status: ClaimStatus = {
  phase: "OK",
  reason: "Held",
  message: "acme-org holds acme.org",
  lastUpdateTime: "2026-04-04T12:25:42Z",
  observedGeneration: 1,
  conditions: [],
};
const host = "acme.org" as Host;
const acme = claim("acme-org/acme", "acme.org");
const web = ingress("acme-org/web", ["acme.org"]);
const cluster = { claims: [acme], ingresses: [web], services: [service("acme-org/web")] };

test.each<readonly [string, WorldEvent]>([
  ["the status of a claim", { type: "set", kind: "Domain", object: { ...acme, resourceVersion: "2", status } }],
  [
    "the address of an Ingress",
    { type: "set", kind: "Ingress", object: { ...web, resourceVersion: "2", addresses: [{ ip: "192.0.2.1" }] } },
  ],
  ["a namespace's label", { type: "set", kind: "Namespace", object: namespace("acme-org") }],
  ["a Service's label", { type: "set", kind: "Service", object: service("acme-org/web") }],
  [
    "an IngressClass's label",
    { type: "set", kind: "IngressClass", object: { name: "kong", controller: "platform.koli.io/kong" } },
  ],
])("%s changes no fact, and the newest version is kept", (_what, event) => {
  const known = world(cluster).world;
  expect(changedBy(known, event)).toEqual([]);
  expect(known.claim("acme-org", "acme")?.resourceVersion).toBe(event.kind === "Domain" ? "2" : "1");
  expect(known.claimsFor(host)[0]?.resourceVersion).toBe(event.kind === "Domain" ? "2" : "1");
  expect(known.sourcesFor("acme-org", host)[0]?.resourceVersion).toBe(event.kind === "Ingress" ? "2" : "1");
});

test.each<readonly [string, WorldEvent]>([
  ["a finalizer", { type: "set", kind: "Domain", object: { ...acme, finalizers: { count: 0, ours: undefined } } }],
  ["a share", { type: "set", kind: "Domain", object: { ...acme, delegates: ["marvin-org"] } }],
  ["a deletion that waits", { type: "set", kind: "Domain", object: { ...acme, deleting: true } }],
  ["a claim made anew under its name", { type: "set", kind: "Domain", object: { ...acme, uid: "uid-another" } }],
  [
    "an annotation",
    {
      type: "set",
      kind: "Ingress",
      object: ingress("acme-org/web", ["acme.org"], { annotations: { "konghq.com/strip-path": "true" } }),
    },
  ],
  ["a namespace made anew", { type: "set", kind: "Namespace", object: namespace("acme-org", "uid-another") }],
  ["a port", { type: "set", kind: "Service", object: service("acme-org/web", { ports: [] }) }],
  [
    "a class of another controller",
    { type: "set", kind: "IngressClass", object: { name: "kong", controller: "else" } },
  ],
])("%s is a changed fact", (_what, event) => {
  expect(changedBy(world(cluster).world, event)).not.toEqual([]);
});

/** The keys of the facts that the event changes. */
function changedBy(known: World, event: WorldEvent): readonly FactKey[] {
  let told: readonly FactKey[] | undefined;
  known.subscribe((_event, changed) => {
    told = changed;
  });
  known.apply(event);
  if (told === undefined) throw new Error("nobody was told of the event");
  return told;
}
