import { expect, test } from "vitest";
import type { ClaimRedirect } from "../../src/world/claim.ts";
import { nowhere, preFunction } from "../../src/plan/kong/cover.ts";
import { leadingNowhere } from "../../src/plan/kong/service.ts";
import { acmeServes } from "../support/acme.ts";
import { run } from "../support/controller.ts";
import { Answers } from "./answers.ts";
import { foreignEntities } from "./foreign.ts";
import type { Stage } from "./stage.ts";

const signal = new AbortController().signal;

/** acme.org is served and everything at rest, and what of the world the invariant looks at. */
async function served() {
  const running = run();
  acmeServes(running.cluster, "acme.org");
  await running.settled();
  await running.stop();
  const { clock, cluster, kong } = running;
  const foreign = foreignEntities("somebody-elses", "elsewhere.example");
  const answers = new Answers({
    clock,
    cluster,
    kong,
    lagMs: 5_000,
    foreign,
    handedOver: [],
    redemptionMs: 0,
  } as unknown as Stage);
  answers.atRest();
  const [route] = kong.stored.routes.keys();
  return { answers, clock, cluster, kong, remove: () => kong.remove("routes", route ?? "", { signal }) };
}

test("N-a: a host that is to be answered all the time, by its site or by a redirect, is missed when its last route is removed", async () => {
  const redirect: ClaimRedirect = { host: "new.org", statusCode: 308, keepPath: true };
  for (const now of [undefined, redirect]) {
    const { answers, cluster, remove } = await served();
    const known = cluster.get("Domain", "acme-org/acme");
    if (known !== undefined) cluster.put("Domain", { ...known, redirect: now });
    expect(answers.look(false)).toEqual([]);
    await remove();
    expect(answers.look(false)).toEqual(["N-a: acme.org was to be answered all the time, and has no route any more"]);
    expect(answers.look(false)).toEqual([]);
  }
});

test("N-a: a redirect that no watch has shown excuses that the site it is to be in place of has gone", async () => {
  for (const lags of [true, false]) {
    const { answers, cluster, remove } = await served();
    if (lags) cluster.hold("Domain");
    const known = cluster.get("Domain", "acme-org/acme");
    const redirect: ClaimRedirect = { host: "new.org", statusCode: 308, keepPath: true };
    if (known !== undefined) cluster.put("Domain", { ...known, redirect });
    cluster.remove("Ingress", "acme-org", "web");
    await remove();
    expect(answers.look(false)).toHaveLength(lags ? 0 : 1);
  }
});

test("N-a: what was not to be answered for a moment, what others remove, and what two leaders do is excused", async () => {
  const gone = await served();
  gone.cluster.remove("Ingress", "acme-org", "web");
  expect(gone.answers.look(false)).toEqual([]);
  acmeServes(gone.cluster, "acme.org");
  await gone.remove();
  expect(gone.answers.look(false)).toEqual([]);

  const drifted = await served();
  const [route] = drifted.kong.stored.routes.values();
  if (route === undefined) throw new Error("there is no route");
  drifted.kong.stored.routes.clear();
  drifted.kong.put("routes", { ...route, name: "guard~acme.org" });
  expect(drifted.answers.look(false)).toEqual([]);
  await drifted.kong.remove("routes", route.id, { signal });
  expect(drifted.answers.look(false)).toEqual([]);

  const guarded = await served();
  const [serving] = guarded.kong.stored.routes.values();
  if (serving === undefined) throw new Error("there is no route");
  guarded.kong.put("routes", { ...serving, id: "guard", name: "guard~acme.org" });
  await guarded.kong.remove("routes", "guard", { signal });
  expect(guarded.answers.look(false)).toEqual([]);
  guarded.kong.stored.routes.clear();
  expect(guarded.answers.look(false)).toEqual([]);

  const both = await served();
  expect(both.answers.look(true)).toEqual([]);
  await both.remove();
  expect(both.answers.look(false)).toEqual([]);
});

test("N-a: a host is missed, too, whose route is led to a function that the gateway may not have yet", async () => {
  for (const waits of [false, true]) {
    const { answers, clock, kong } = await served();
    const [route] = kong.stored.routes.values();
    if (route === undefined) throw new Error("there is no route");
    expect(answers.look(false)).toEqual([]);
    const service = { id: "2d2b0e6e-3a3c-5b6c-9d57-5a4b5a1f0c11" };
    kong.put("plugins", preFunction("tag", { ...leadingNowhere, ...service, name: "f", host: nowhere, tags: [] }, ""));
    expect(answers.look(false)).toEqual([]);
    if (waits) await clock.pass(5_000);
    await kong.update("routes", route.id, { service }, { signal });
    const early = ["N-a: acme.org was led to a function that some worker may not have"];
    expect(answers.look(false)).toEqual(waits ? [] : early);
  }
});
