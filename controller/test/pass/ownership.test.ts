import { expect, test } from "vitest";
import { claim, fresh, heldBy, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";

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
