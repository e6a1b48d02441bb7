import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { routesShown, shownAs } from "../../src/decide/routes-shown.ts";
import type { Answering, RoutesShown } from "../../src/decide/routes-shown.ts";
import { Facts } from "../../src/world/facts.ts";
import type { ClaimStatus, Stage } from "../../src/world/claim-status.ts";
import type { TermState } from "../../src/world/term-state.ts";
import { claim, world } from "../support/builders.ts";

const host = "acme.org" as Host;

function told(stage: Stage, programmed: string): ClaimStatus {
  const condition = { type: "Programmed", status: "True", message: "", lastTransitionTime: "", observedGeneration: 1 } as const; // prettier-ignore
  return {
    ...{ phase: "OK", reason: "Held", message: "", lastUpdateTime: "", observedGeneration: 1, stage },
    conditions: [{ ...condition, reason: programmed }],
  };
}

type Step = (state: TermState) => void;
const asks: Step = (state) => state.setKong({ synced: true, preFunction: true, asks: true });
const routes: Step = (state) => state.setLive(host, { namespaces: ["acme-org"], written: ["acme-org"], guard: false });
const noRoutes: Step = (state) => state.setLive(host, { namespaces: [], guard: false });
const shown =
  (namespace: string, answering: Answering): Step =>
  (state) =>
    state.setShownRoutes(host, state.routesSince(host) ?? NaN, { as: shownAs(namespace, answering) });
const late: Step = (state) => state.setShownRoutes(host, state.routesSince(host) ?? NaN, "late");

test.each<[string, readonly Step[], ClaimStatus | undefined, Answering, RoutesShown]>([
  ["where the gateway can't be asked", [routes], undefined, "Programmed", "inKong"],
  ["of routes that are new", [asks, routes], undefined, "Programmed", "awaited"],
  ["of a claim that was only held", [asks, routes], told("Held", "NoRoutes"), "Programmed", "awaited"],
  ["when it has shown them", [asks, routes, shown("acme-org", "Programmed")], undefined, "Programmed", "shown"],
  ["of another's routes that it has shown", [asks, routes, shown("coyote-org", "Programmed")], told("Live", "Programmed"), "Programmed", "awaited"], // prettier-ignore
  ["when it has not when it was asked", [asks, routes, late], undefined, "Programmed", "late"],
  ["when it has later", [asks, routes, late, shown("acme-org", "Programmed")], undefined, "Programmed", "shown"],
  ["of routes that came after those that it has shown", [asks, routes, shown("acme-org", "Programmed"), noRoutes, routes], told("Live", "Programmed"), "Programmed", "awaited"], // prettier-ignore
  ["while there are none", [asks, routes, noRoutes], told("Live", "Programmed"), "Programmed", "kept"],
  ["of a redirect in the place of routes that it has shown", [asks, routes, shown("acme-org", "Programmed")], told("Live", "Programmed"), "Redirecting", "kept"], // prettier-ignore
  ["of the same, when it has not when it was asked", [asks, routes, shown("acme-org", "Programmed"), late], told("Live", "Programmed"), "Redirecting", "late"], // prettier-ignore
  ["of the same, where something was in the way before", [asks, routes, shown("acme-org", "Programmed")], told("Routing", "Programming"), "Redirecting", "awaited"], // prettier-ignore
  ["of what a term found, and a claim was told", [routes, asks], told("Live", "Programmed"), "Programmed", "shown"],
  ["of what it found of a redirect", [routes, asks], told("HTTPS", "Redirecting"), "Redirecting", "shown"],
  ["of what it found that nobody was told", [routes, asks], undefined, "Programmed", "awaited"],
  ["of what it found that was yet to be shown", [routes, asks], told("Routing", "Programmed"), "Programmed", "awaited"],
  ["of a redirect that it found instead of what was told", [routes, asks], told("Live", "Redirecting"), "Redirecting", "kept"], // prettier-ignore
  ["of what it found on the way from an old name", [routes, asks], told("RenameCleanup", "Programmed"), "Programmed", "shown"], // prettier-ignore
])("X3: what the gateway has shown, %s", (_, steps, status, answering, expected) => {
  const acme = claim("acme-org/acme", host, { status });
  const state = world({ claims: [acme] });
  for (const step of steps) step(state);
  expect(routesShown(new Facts(state), acme, host, answering)).toBe(expected);
});
