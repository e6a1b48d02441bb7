import { expect, test, vi } from "vitest";
import { changes, placeOf } from "../bench/changes.ts";
import { measured } from "../bench/measured.ts";
import { platform } from "../bench/platform.ts";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { FakeCluster } from "../support/fake-cluster.ts";

/** How often each function was called. */
const counted = vi.hoisted(() => ({ decideHost: 0, eligibility: 0, planHost: 0, programHost: 0 }));

vi.mock(import("../../src/decide/host.ts"), async (original) => {
  const real = await original();
  return { ...real, decideHost: (...args) => ((counted.decideHost += 1), real.decideHost(...args)) };
});
vi.mock(import("../../src/decide/eligibility.ts"), async (original) => {
  const real = await original();
  return { ...real, eligibility: (...args) => ((counted.eligibility += 1), real.eligibility(...args)) };
});
vi.mock(import("../../src/plan/host.ts"), async (original) => {
  const real = await original();
  return { ...real, planHost: (...args) => ((counted.planHost += 1), real.planHost(...args)) };
});
vi.mock(import("../../src/apply/kong/program.ts"), async (original) => {
  const real = await original();
  return { ...real, programHost: (...args) => ((counted.programHost += 1), real.programHost(...args)) };
});

test("a claim becomes live with few decisions, few runs and few calls", async () => {
  const cluster = new FakeCluster();
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  let runs = 0;
  const { kong, settled, stop } = run({ cluster, observeQueue: () => (runs += 1) });
  await settled();
  const calls: string[] = [];
  cluster.fault = (call) => calls.push(call);
  Object.assign(counted, { decideHost: 0, eligibility: 0, planHost: 0 });
  runs = 0;
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  await settled();
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
  expect(calls).toEqual([
    "finalizers acme-org/acme",
    "namespace acme-org",
    "create acme.org",
    "status acme-org/acme",
    "addresses acme-org/web",
  ]);
  expect(runs).toBeLessThanOrEqual(8);
  expect(counted.decideHost).toBeLessThanOrEqual(7);
  expect(counted.planHost).toBeLessThanOrEqual(4);
  expect(counted.eligibility).toBeLessThanOrEqual(17);
  await stop();
});

test("of the hosts below a share that is taken back none is brought in line once more for what happens to the others", async () => {
  const claims = 20;
  const cluster = platform(claims);
  const { cost, stop } = await measured(cluster);
  const taken = changes.find(({ what }) => what === "a share is taken back");
  counted.programHost = 0;
  await cost(() => taken?.make(placeOf(cluster, claims, 1)));
  // Ten hosts, for the claim and for the record, and one more for what its own routes and record come to.
  expect(counted.programHost).toBeLessThanOrEqual(22);
  await stop();
});
