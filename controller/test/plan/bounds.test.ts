import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import type { Settings } from "../../src/decide/settings.ts";
import { sourceVerdict } from "../../src/reconcile/source.ts";
import { decideHost } from "../../src/decide/host.ts";
import { planHost } from "../../src/plan/host.ts";
import type { HostRoutes } from "../../src/plan/host-routes.ts";
import { sourceOutcomes } from "../../src/plan/summary.ts";
import { Facts } from "../../src/world/facts.ts";
import { defaultLimits } from "../../src/world/limits.ts";
import type { Source } from "../../src/world/source.ts";
import { TermState } from "../../src/world/term-state.ts";
import { World } from "../../src/world/world.ts";
import { claim, events, heldBy, ingress, path, service, settings } from "../support/builders.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";
import { plannedFor } from "../support/planned.ts";
import { targetNames } from "../../src/plan/kong/target-names.ts";

const acme = claim("acme-org/acme", "acme.org");
const paths = (count: number, of: string): ReturnType<typeof path>[] =>
  Array.from({ length: count }, (_, i) => path(`/${of}-${String(i)}`));
const older = (count: number): Source =>
  ingress("acme-org/older", [], {
    created: "2020-01-01T00:00:00Z",
    rules: [{ host: "acme.org", paths: paths(count, "older") }],
  });
const younger = (count: number): Source =>
  ingress("acme-org/younger", [], { rules: [{ host: "acme.org", paths: paths(count, "younger") }] });

function facts(sources: readonly Source[], routesPerNamespace = 10_000): Facts {
  const world = new World({ ...defaultLimits, routesPerNamespace });
  const cluster = { claims: [acme], records: [heldBy(acme)], ingresses: sources, services: [service("acme-org/web")] };
  for (const event of events(cluster)) world.apply(event);
  const state = new TermState(world);
  state.setKong({ synced: true, preFunction: true });
  return new Facts(state);
}

function planned(known: Facts, more: Partial<Settings> = {}): HostRoutes {
  const all = { ...settings, ...more };
  return plannedFor(known, all, "acme.org" as Host);
}

test("X1: a host has no more paths than the limit: the oldest come first, and who is left out is told how many", () => {
  const { routes, refusals } = planned(facts([younger(8), older(7)]), { pathsPerHost: 10 });
  expect(routes.map(({ source }) => source.name)).toEqual([...Array(7).fill("older"), ...Array(3).fill("younger")]);
  expect(refusals).toEqual([
    {
      source: { kind: "Ingress", namespace: "acme-org", name: "younger" },
      reason: "TooManyPaths",
      message: expect.stringMatching(/more than 10 paths .* 5 of this object/),
      path: undefined,
      refused: 5,
    },
  ]);
});

test("X1: a regular expression counts as many paths of its host as it takes, since a request may be matched with all of them", () => {
  const words = ["a", "b", "c"].map((of) => path(`/~/${of}\\w`, { pathType: "ImplementationSpecific" }));
  const source = ingress("acme-org/web", [], { rules: [{ host: "acme.org", paths: [...words, path("/last")] }] });
  const { routes, refusals } = planned(facts([source]), { pathsPerHost: 50 });
  expect(routes.map(({ match }) => match.path)).toEqual(["/a\\w", "/b\\w"]);
  expect(refusals).toMatchObject([{ reason: "TooManyPaths", refused: 2 }]);
});

test("X1: a namespace has no more routes than the limit: the youngest is left out as a whole, and told", () => {
  const sources = [younger(6), older(5)];
  const known = facts(sources, 10);
  expect(planned(known).routes.map(({ source }) => source.name)).toEqual(Array(5).fill("older"));
  const verdicts = sources.map((source) => sourceVerdict(known, { ...settings, routesPerNamespace: 10 }, source));
  expect(verdicts.map((verdict) => verdict?.notices.map(({ reason }) => reason))).toEqual([["TooManyPaths"], []]);
  expect(verdicts[0]?.notices[0]?.message).toMatch(/6 routes.* more than 10/);
});

test("X1: host aliases times paths is counted before it is made: a million routes of one Ingress cost nothing and nobody", () => {
  const annotations = {
    "konghq.com/host-aliases": Array.from({ length: 3_000 }, (_, i) => `x${String(i)}.acme.org`).join(),
  };
  const rules = [{ host: "acme.org", paths: paths(3_000, "bomb") }];
  const took = cpuMilliseconds(() => {
    const known = facts([
      ingress("acme-org/bomb", [], { created: "2019-01-01T00:00:00Z", rules, annotations }),
      older(3),
    ]);
    expect(planned(known).routes.map(({ source }) => source.name)).toEqual(Array(3).fill("older"));
  });
  expect(took).toBeLessThan(2_000);
});

test("X1: a thousand sources of a namespace count for a host, the oldest: who comes after them is told, and counts when one goes", () => {
  const sources = Array.from({ length: 1_001 }, (_, i) =>
    ingress(`acme-org/i${String(i)}`, [], {
      created: `2020-01-01T00:${String(i).padStart(4, "0")}Z`,
      rules: [{ host: "acme.org", paths: [path(`/${String(i)}`)] }],
    }),
  );
  const last = sources.at(-1);
  const toldTo = (known: Facts): unknown => last && sourceVerdict(known, settings, last)?.notices;
  const known = facts(sources);
  expect(planned(known, { pathsPerHost: 2_000 }).routes.map(({ source }) => source.name)).toEqual(
    sources.slice(0, 1_000).map(({ name }) => name),
  );
  expect(toldTo(known)).toMatchObject([{ reason: "TooManyPaths", message: expect.stringContaining("1000 older") }]);
  expect(toldTo(facts(sources.slice(1)))).toEqual([]);
});

test("X2: what becomes of the sources of a host takes as many steps as there are, whatever is refused", () => {
  const sources = Array.from({ length: 500 }, (_, i) => ingress(`acme-org/i${String(i)}`, ["acme.org"]));
  const known = facts(sources);
  const decision = decideHost(known, settings, "acme.org" as Host);
  const routes = planHost(known, settings, decision, targetNames(settings));
  let looks = 0;
  const refusals = routes.refusals.map(
    (refusal) =>
      new Proxy(refusal, {
        get: (target, key: keyof typeof refusal) => {
          looks += 1;
          return target[key];
        },
      }),
  );
  expect(refusals).toHaveLength(499);
  const outcomes = sourceOutcomes(known, settings, decision, { ...routes, refusals });
  expect(outcomes.reduce((sum, { refused }) => sum + refused, 0)).toBe(499);
  expect(looks).toBeLessThan(10 * refusals.length);
});
