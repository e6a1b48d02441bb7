import { expect, test } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import { claim, fresh, grant, ingress, namespace, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { takeServiceName } from "../support/foreign-service.ts";
import { pairFor } from "../support/pki.ts";
import { backends, rename, renamed, sentTo, serves } from "../support/renames.ts";

const pair = await pairFor(["old.org", "other.example"]);
const both = await pairFor(["old.org", "new.org"]);

test("N2: an old name that is claimed when its new one has been renamed already serves on, and is told where to", async () => {
  const running = run();
  const { cluster, settled, stop } = running;
  serves(running, "old.org");
  cluster.remove("Domain", "acme-org", "old");
  cluster.put("Domain", rename("new", "new.org", "old"));
  cluster.put("Domain", rename("newer", "newer.org", "new"));
  for (let i = 0; i < 5; i++) await settled();
  expect(renamed(running, "newer")).toBe("True Renamed");
  cluster.put("Domain", claim("acme-org/old", "old.org", fresh));
  for (let i = 0; i < 5; i++) await settled();
  expect(renamed(running, "new")).toBe("False NewNameRenamed");
  expect(backends(running)).toEqual(["old.org / -> acme-org.web.80"]);
  expect(sentTo(running, "new.org")).toBe("http://newer.org");
  await stop();
});

test("a rename that flaps ends as it was left last, with nothing left over in Kong or in the record", async () => {
  const running = run();
  const { cluster, kong, clock, settled, stop } = running;
  serves(running, "old.org");
  await settled();
  for (let i = 0; i < 20; i++) {
    cluster.put("Domain", rename("new", "new.org", "old", { uid: `uid-${String(i)}` }));
    if (i % 3 !== 0) await settled();
    cluster.remove("Domain", "acme-org", "new");
    await settled();
  }
  await clock.pass(10_000);
  expect(kong.routes()).toEqual(["old.org / -> acme-org.web.80"]);
  expect([kong.stored.plugins.size, kong.stored.services.size]).toEqual([0, 1]);
  expect(cluster.get("HostRecord", "old.org")?.holder?.renamedTo).toBeUndefined();
  await stop();
});

test("N2: what a host serves more than its namespace may have for one host is not lost by a rename: it waits, and says so", async () => {
  const running = run({ settings: { pathsPerHost: 3 } });
  const { cluster, clock, settled, stop } = running;
  serves(running, "old.org", ["/", "/a", "/b"]);
  cluster.put("Ingress", ingress("acme-org/own", ["new.org"], { rules: [{ host: "new.org", paths: [path("/own")] }] }));
  cluster.put("Domain", rename("new", "new.org", "old"));
  await settled();
  expect(renamed(running, "new")).toBe("False RenameRouting");
  expect(backends(running).filter((route) => route.startsWith("old.org"))).toHaveLength(3);
  cluster.remove("Ingress", "acme-org", "own");
  await clock.pass(1_000);
  expect(renamed(running, "new")).toBe("True Renamed");
  await stop();
});

test("N2: with HTTPS the old name gives way when the new one has a certificate, also where one is for both; one that names the new host itself wins", async () => {
  const running = run();
  const { cluster, kong, settled, stop } = running;
  const tls = [{ secretName: "web-tls", hosts: ["old.org"] }];
  cluster.putSecret("acme-org/web-tls", pair);
  serves(running, "old.org", ["/", "/a"], tls);
  cluster.put("Service", service("acme-org/own"));
  await settled();
  expect(kong.snis()).toEqual(["old.org -> acme-org/web-tls"]);
  cluster.put("Domain", rename("new", "new.org", "old"));
  await settled();
  expect(renamed(running, "new")).toBe("False RenameHTTPS");
  expect(cluster.get("Domain", "acme-org/new")?.status).toMatchObject({ stage: "RenameHTTPS" });
  expect(cluster.get("Domain", "acme-org/old")?.status).toMatchObject({ stage: "Live" });
  cluster.putSecret("acme-org/web-tls", both);
  await settled();
  expect(renamed(running, "new")).toBe("True Renamed");
  expect(kong.snis()).toEqual(["new.org -> acme-org/web-tls", "old.org -> acme-org/web-tls"]);
  expect([...kong.stored.plugins.values()][0]?.config.access.join()).toContain('"https://new.org"');
  const own = { ...path("/a"), backend: { service: { name: "own", port: { number: 80 } } } };
  cluster.put("Ingress", ingress("acme-org/own", ["new.org"], { rules: [{ host: "new.org", paths: [own] }] }));
  await settled();
  const [a, root] = kong.routes();
  expect([a, root]).toEqual(["new.org / -> acme-org.web.80", "new.org /a/,~/a$ -> acme-org.own.80"]);
  await stop();
});

test("N2: a renamed primary keeps what is shared below it; those who hold it are told", async () => {
  const running = run();
  const { cluster, kong, settled, stop } = running;
  serves(running, "old.org");
  cluster.put("Namespace", namespace("coyote"));
  cluster.put("Domain", claim("acme-org/old", "old.org", { ...fresh, delegates: ["coyote"] }));
  cluster.put("Domain", claim("coyote/shop", "old.org", { ...fresh, sub: "shop", parent: "acme-org" }));
  cluster.put("Service", service("coyote/web"));
  cluster.put("Ingress", ingress("coyote/web", ["shop.old.org"]));
  await settled();
  cluster.put("Domain", rename("new", "new.org", "old"));
  await settled();
  expect(renamed(running, "new")).toBe("True Renamed");
  expect(kong.routes()).toContain("shop.old.org / -> coyote.web.80");
  expect(cluster.get("HostRecord", "old.org")?.grants).toEqual([grant("coyote")]);
  const status = cluster.get("Domain", "coyote/shop")?.status;
  expect(status).toMatchObject({ phase: "OK", stage: "Live" });
  expect(status?.message).toContain("old.org was renamed to new.org: names below it go on");
  await stop();
});

test("N5: a new claim that is deleted by accident and made again has its names back, and the rename is done anew", async () => {
  const running = run({ settings: { redemptionMs: 600_000 } });
  const { cluster, kong, settled, stop } = running;
  serves(running, "old.org");
  cluster.put("Domain", rename("new", "new.org", "old"));
  await settled();
  cluster.remove("Domain", "acme-org", "new");
  await settled();
  expect(kong.routes()).toEqual(["old.org / -> acme-org.web.80"]);
  expect(cluster.get("HostRecord", "new.org")?.redemption).toMatchObject({ renamedFrom: [{ host: "old.org" }] });
  cluster.put("Domain", rename("new", "new.org", "old", { uid: "again" }));
  await settled();
  expect(renamed(running, "new")).toBe("True Renamed");
  expect(backends(running)).toEqual(["new.org / -> acme-org.web.80"]);
  await stop();
});

test("N2: an old name that redirects by itself goes on with that, and its paths are served under the new one", async () => {
  const running = run();
  const { cluster, kong, settled, stop } = running;
  serves(running, "old.org");
  const redirect = { host: "elsewhere.example", statusCode: 302, keepPath: true } as const;
  cluster.put("Domain", claim("acme-org/old", "old.org", { ...fresh, redirect }));
  cluster.put("Domain", rename("new", "new.org", "old"));
  await settled();
  expect(renamed(running, "new")).toBe("True Renamed");
  expect(backends(running)).toEqual(["new.org / -> acme-org.web.80"]);
  expect([...kong.stored.plugins.values()][0]?.config.access.join()).toContain("elsewhere.example");
  await stop();
});

test("N2: a wildcard is not renamed, and a Kong without what answers with a redirect leaves the old name as it is", async () => {
  const running = run();
  const { cluster, kong, settled, clock, stop } = running;
  kong.preFunction = false;
  serves(running, "old.org");
  cluster.put("Domain", claim("acme-org/any", "old.org", { ...fresh, sub: "*" }));
  cluster.put("Domain", rename("one", "one.org", "any"));
  cluster.put("Domain", rename("new", "new.org", "old"));
  await settled();
  expect(renamed(running, "one")).toBe("False RenameUnsupported");
  expect(renamed(running, "new")).toBe("False RenameCleanup");
  expect(backends(running)).toEqual(["new.org / -> acme-org.web.80", "old.org / -> acme-org.web.80"]);
  kong.preFunction = true;
  await clock.pass(120_000);
  expect(renamed(running, "new")).toBe("True Renamed");
  await stop();
});

test("N2: a new name that is given up is free also where the old name's own route can't be had", async () => {
  const running = run();
  const { cluster, kong, clock, settled, stop } = running;
  serves(running, "old.org");
  cluster.put("Domain", rename("new", "new.org", "old"));
  await settled();
  cluster.remove("Ingress", "acme-org", "web");
  await settled();
  expect(sentTo(running, "old.org")).toBe("http://new.org");
  takeServiceName(kong, "acme-org.web.80");
  cluster.put("Ingress", ingress("acme-org/web", ["old.org"]));
  cluster.remove("Domain", "acme-org", "new");
  await clock.pass(60_000);
  expect(cluster.get("HostRecord", "new.org")?.holder).toBeUndefined();
  expect(cluster.get("HostRecord", "old.org")?.holder?.renamedTo).toBeUndefined();
  expect(kong.routes()).toEqual([]);
  await stop();
});

test("N-d: a new name that is given up is nobody else's while the old one still redirects to it in Kong", async () => {
  const running = run();
  const { cluster, kong, clock, settled, stop } = running;
  serves(running, "old.org");
  cluster.put("Namespace", namespace("next"));
  cluster.put("Domain", rename("new", "new.org", "old"));
  await settled();
  cluster.put("Domain", claim("next/new", "new.org", { ...fresh, created: "2026-06-01T00:00:00Z" }));
  await settled();
  const holder = (): string | undefined => cluster.get("HostRecord", "new.org")?.holder?.namespace;
  const wrong: string[] = [];
  const look = (): void => {
    if (holder() === "next" && sentTo(running, "old.org") !== undefined) wrong.push("old.org leads to somebody else");
  };
  kong.onWrite = look;
  cluster.onChange = look;
  kong.fault = (call) => {
    if (call === "update routes") throw new KongError("away", { kind: "unavailable" });
  };
  cluster.remove("Domain", "acme-org", "new");
  await clock.pass(5_000);
  expect(holder()).toBe("acme-org");
  kong.fault = () => undefined;
  await clock.pass(60_000);
  expect([holder(), sentTo(running, "old.org"), wrong]).toEqual(["next", undefined, []]);
  expect(backends(running)).toEqual(["old.org / -> acme-org.web.80"]);
  await stop();
});
