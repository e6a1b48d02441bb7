import { expect, test } from "vitest";
import { claim, fresh, heldBy, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import type { Claim } from "../../src/world/claim.ts";

test("O2: the oldest waiting claim takes a host that becomes free", async () => {
  const { cluster, settled, stop } = run();
  for (const name of ["a", "b", "c"]) cluster.put("Namespace", namespace(name));
  cluster.put("Domain", claim("a/x", "acme.org", fresh));
  await settled();
  cluster.put("Domain", claim("b/x", "acme.org", { ...fresh, created: "2026-04-04T12:00:02Z" }));
  cluster.put("Domain", claim("c/x", "acme.org", { ...fresh, created: "2026-04-04T12:00:01Z" }));
  await settled();
  expect(cluster.get("Domain", "c/x")?.status).toMatchObject({
    phase: "Failed",
    reason: "AlreadyClaimed",
    holder: "a/x",
  });
  cluster.remove("Domain", "a", "x");
  await settled();
  expect(cluster.get("Domain", "c/x")?.status).toMatchObject({ phase: "OK" });
  expect(cluster.get("Domain", "b/x")?.status).toMatchObject({ reason: "AlreadyClaimed", holder: "c/x" });
  await stop();
});

test("O2a: a holder that a stale cache does not know keeps its host", async () => {
  const { cluster, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  await settled();
  cluster.hold("Domain");
  const acme = claim("acme-org/acme", "acme.org");
  cluster.put("Domain", acme);
  cluster.put("HostRecord", heldBy(acme));
  await settled();
  expect(cluster.get("HostRecord", "acme.org")?.holder?.uid).toBe(acme.uid);
  cluster.release();
  await settled();
  expect(cluster.get("Domain", "acme-org/acme")?.status).toMatchObject({ phase: "OK" });
  await stop();
});

test("O3: a name is not taken while a change above it is under way that the watch has not shown yet", async () => {
  const { cluster, settled, stop } = run();
  for (const name of ["acme-org", "evil"]) cluster.put("Namespace", namespace(name));
  cluster.hold("HostRecord");
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  expect(cluster.get("HostRecord", "acme.org")?.holder?.namespace).toBe("acme-org");
  cluster.put("Domain", claim("evil/www", "www.acme.org", fresh));
  await settled();
  expect(cluster.get("HostRecord", "www.acme.org")).toBeUndefined();
  cluster.release();
  await settled();
  expect(cluster.get("HostRecord", "www.acme.org")).toBeUndefined();
  expect(cluster.get("Domain", "evil/www")?.status).toMatchObject({ phase: "Failed", reason: "ParentClaimed" });
  await stop();
});

/** Who waits for acme.org, which acme-org holds, and who lies in wait below. */
const heir = claim("marvin-org/acme", "acme.org", { ...fresh, created: "2026-04-04T12:00:02Z" });
const squatter = claim("evil/www", "www.acme.org", { ...fresh, created: "2026-04-04T12:00:01Z" });

async function betweenHolders(...claims: readonly Claim[]): Promise<Running> {
  const running = run();
  const { cluster, settled } = running;
  for (const name of ["acme-org", "marvin-org", "evil"]) cluster.put("Namespace", namespace(name));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  for (const one of claims) cluster.put("Domain", one);
  await settled();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  return running;
}

test("O3: a name goes to who waits for it before anything below is carved out of it", async () => {
  const { cluster, settled, stop } = await betweenHolders(squatter, heir);
  expect(cluster.get("HostRecord", "acme.org")?.holder?.namespace).toBe("marvin-org");
  expect(cluster.get("HostRecord", "www.acme.org")).toBeUndefined();
  expect(cluster.get("Domain", "evil/www")?.status).toMatchObject({ phase: "Failed", reason: "ParentClaimed" });
  cluster.remove("Domain", "marvin-org", "acme");
  await settled();
  expect(cluster.get("HostRecord", "www.acme.org")?.holder?.namespace).toBe("evil");
  await stop();
});

test("O3: who can't have the name above holds nobody up", async () => {
  const { cluster, stop } = await betweenHolders(squatter, { ...heir, transferTo: "acme-org" });
  expect(cluster.get("Domain", "evil/www")?.status).toMatchObject({ phase: "OK" });
  await stop();
});

test("O3, X8: who waits below a name that is being released is told for which name", async () => {
  const { cluster, clock, kong, settled, stop } = run();
  for (const name of ["acme-org", "marvin-org", "evil"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  await settled();
  for (const one of [squatter, heir]) cluster.put("Domain", one);
  await settled();
  kong.away = true;
  cluster.remove("Domain", "acme-org", "acme");
  await clock.pass(2_000);
  expect(cluster.get("Domain", "evil/www")?.status).toMatchObject({
    phase: "Pending",
    reason: "Deciding",
    message: expect.stringContaining("when acme.org above it, for which another claim waits, has been taken"),
  });
  kong.away = false;
  await clock.pass(60_000);
  expect(cluster.get("Domain", "marvin-org/acme")?.status).toMatchObject({ phase: "OK" });
  expect(cluster.get("Domain", "evil/www")?.status).toMatchObject({ phase: "Failed", reason: "ParentClaimed" });
  await stop();
});

test("O5: a revocation takes the delegate's routes, and its claim waits for the next grant", async () => {
  const { cluster, kong, settled, stop } = run();
  for (const name of ["acme-org", "marvin-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("marvin-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["marvin-org"] }));
  cluster.put("Domain", claim("marvin-org/m", "acme.org", { ...fresh, sub: "marvin", parent: "acme-org" }));
  cluster.put("Ingress", ingress("marvin-org/web", ["marvin.acme.org"]));
  await settled();
  expect(kong.routes()).toEqual(["marvin.acme.org / -> marvin-org.web.80"]);
  const acme = cluster.get("Domain", "acme-org/acme");
  if (acme === undefined) throw new Error("no claim");
  cluster.put("Domain", { ...acme, delegates: [], generation: 2 });
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(cluster.get("Domain", "marvin-org/m")?.status).toMatchObject({ phase: "Failed", reason: "NotDelegated" });
  expect(cluster.get("HostRecord", "marvin.acme.org")).toMatchObject({
    holder: undefined,
    history: [{ reason: "NotDelegated" }],
  });
  cluster.put("Domain", { ...acme, delegates: ["marvin-org"], generation: 3 });
  await settled();
  expect(kong.routes()).toEqual(["marvin.acme.org / -> marvin-org.web.80"]);
  await stop();
});

test("O5: while it is not known whether a release took effect, nothing comes back on the strength of the old record", async () => {
  const { clock, cluster, kong, settled, stop } = run();
  for (const name of ["acme-org", "marvin-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("marvin-org/web"));
  const acme = claim("acme-org/acme", "acme.org", { delegates: ["*"] });
  cluster.put("Domain", acme);
  cluster.put("Domain", claim("marvin-org/m", "acme.org", { ...fresh, sub: "marvin", parent: "acme-org" }));
  cluster.put("Ingress", ingress("marvin-org/web", ["marvin.acme.org"]));
  await settled();
  expect(kong.routes()).toHaveLength(1);
  cluster.hold("HostRecord");
  cluster.answerLost = (call) => call === "update marvin.acme.org";
  cluster.fault = (call) => {
    if (call === "record marvin.acme.org") throw new Error("induced: no answer");
  };
  cluster.put("Domain", { ...acme, delegates: [], generation: 2 });
  await settled();
  expect(cluster.get("HostRecord", "marvin.acme.org")?.holder).toBeUndefined();
  cluster.put("Domain", { ...acme, delegates: ["*"], generation: 3 });
  await settled();
  expect(kong.routes()).toEqual([]);
  cluster.answerLost = () => false;
  cluster.fault = () => undefined;
  await clock.pass(60_000);
  expect(kong.routes()).toEqual(["marvin.acme.org / -> marvin-org.web.80"]);
  await stop();
});
