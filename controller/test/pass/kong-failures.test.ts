import { expect, test } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import { sleep } from "../../src/time/sleep.ts";
import type { Source } from "../../src/world/source.ts";
import { acmeServes } from "../support/acme.ts";
import { backend, claim, fresh, ingress, namespace, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";

test("O9: with Kong away a claim stays, says why, and goes when Kong is back", async () => {
  const { cluster, kong, clock, events, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  await settled();
  kong.away = true;
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(cluster.get("Domain", "acme-org/acme")).toMatchObject({ deleting: true, status: { reason: "Releasing" } });
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions[1]).toMatchObject({ reason: "KongUnreachable" });
  expect(events.some(({ reason, regarding }) => reason === "KongUnreachable" && regarding.kind === "Domain")).toBe(
    true,
  );
  expect(cluster.get("HostRecord", "acme.org")?.holder?.name).toBe("acme");
  kong.away = false;
  await clock.pass(2000);
  expect(kong.routes()).toEqual([]);
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  await stop();
});

test("O9: the routes of a wildcard are tried ever more seldom while Kong is away, however many there are", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  const paths = Array.from({ length: 20 }, (_, i) => path(`/p${String(i)}`));
  acmeServes(cluster, "acme.org");
  cluster.put("Ingress", ingress("acme-org/any", [], { rules: [{ host: "*.acme.org", paths }] }));
  await settled();
  let tries = 0;
  kong.fault = (call) => {
    if (!call.startsWith("create")) return;
    tries += 1;
    if (tries > 2000) return;
    throw new KongError("induced: unavailable", { kind: "unavailable" });
  };
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  await clock.pass(30_000);
  expect(tries).toBeGreaterThan(20);
  expect(tries).toBeLessThan(400);
  kong.fault = () => undefined;
  await clock.pass(120_000);
  expect(kong.routes()).toHaveLength(21);
  await stop();
});

/** What acme.org is served by, with these paths. */
function serving(...paths: readonly string[]): Source {
  return ingress("acme-org/web", [], { rules: [{ host: "acme.org", paths: paths.map((text) => path(text)) }] });
}

test.each([
  ["a claim is deleted", (cluster: FakeCluster) => cluster.remove("Domain", "acme-org", "acme")],
  ["a path is taken away", (cluster: FakeCluster) => cluster.put("Ingress", serving("/new"))],
])(
  "L4: when %s while what its host lacks fails once more, what has to leave does not wait for that",
  async (_, act) => {
    const { cluster, kong, clock, settled, stop } = run();
    acmeServes(cluster, "acme.org");
    cluster.put("Ingress", serving("/old"));
    await settled();
    expect(kong.routes()).toHaveLength(1);
    let tries = 0;
    kong.fault = (call) => {
      if (call !== "create routes") return;
      tries += 1;
      throw new Error("induced");
    };
    cluster.put("Ingress", serving("/old", "/new"));
    await clock.pass(600_000);
    const before = tries;
    const fault = kong.fault;
    kong.fault = (call) => {
      if (call === "create routes" && tries === before) act(cluster);
      fault(call);
    };
    while (tries === before) await clock.pass(100);
    await clock.pass(500);
    expect(kong.routes()).toEqual([]);
    await stop();
  },
);

test("L4: a route whose creation had no answer is taken back with its claim, even if it can't be looked at", async () => {
  const { cluster, kong, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  kong.answerLost = (call) => {
    if (call !== "create routes") return false;
    kong.fault = (next) => {
      if (/^(get|create)/.test(next)) throw new KongError("induced: unavailable", { kind: "unavailable" });
    };
    return true;
  };
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  expect(kong.routes()).toHaveLength(1);
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  await stop();
});

test("L8: a route at which Kong itself fails again and again is refused in Kong's words, and tried again ever more seldom, once a minute in the end", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  acmeServes(cluster, "acme.org", "www.acme.org");
  const tries: string[] = [];
  kong.fault = (call) => {
    if (call !== "create routes") return;
    tries.push(call);
    throw new KongError("induced", {
      kind: "unavailable",
      status: 500,
      kongMessage: "An unexpected error occurred",
      outcomeUnknown: true,
    });
  };
  await settled();
  await clock.pass(1_000);
  const twoHostsThrice = 6;
  expect(tries).toHaveLength(twoHostsThrice);
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions[1]).toMatchObject({
    reason: "KongRefused",
    message: expect.stringContaining("An unexpected error occurred"),
  });
  // Touched again and again, it is not tried again and again.
  const touched = async (seconds: number): Promise<number> => {
    const before = tries.length;
    for (let i = 0; i < seconds * 2; i++) {
      cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], { annotations: { touched: String(i) } }));
      await clock.pass(500);
    }
    return tries.length - before;
  };
  expect(await touched(4)).toBe(0);
  expect(await touched(66)).toBeLessThan(2 * 5);
  await touched(60);
  expect(await touched(60)).toBeLessThanOrEqual(2);
  kong.fault = () => undefined;
  await clock.pass(120_000);
  expect(kong.routes()).toContain("acme.org / -> acme-org.web.80");
  await stop();
});

test("O9: that Kong fails at everything is no refusal: it is away", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  kong.fault = (call) => {
    if (!/^(create|ready)/.test(call)) return;
    throw new KongError("induced", { kind: "unavailable", status: 500, kongMessage: "failed to connect" });
  };
  await settled();
  await clock.pass(30_000);
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions[1]).toMatchObject({ reason: "KongUnreachable" });
  kong.fault = () => undefined;
  await clock.pass(5_000);
  expect(kong.routes()).toHaveLength(1);
  await stop();
});

test("L4: that Kong took no route for a while keeps nobody's out for long once it does", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  acmeServes(cluster, "acme.org", "www.acme.org");
  kong.fault = (call) => {
    if (call !== "create routes") return;
    throw new KongError("induced", { kind: "unavailable", status: 500, kongMessage: "read-only transaction" });
  };
  await settled();
  await clock.pass(4_000);
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions[1]).toMatchObject({ reason: "KongRefused" });
  kong.fault = () => undefined;
  await clock.pass(15_000);
  expect(kong.routes()).toHaveLength(2);
  await stop();
});

test("L5: a write whose answer was lost is looked at before anything is concluded, and taken back if need be", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  kong.answerLost = (call) => call === "create routes";
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(kong.routes()).toEqual([]);
  kong.answerLost = () => false;
  await clock.pass(5000);
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  await stop();
});

/** acme.org was served by the Service web, and is to be led to another one; the write of that has no answer. */
async function ledElsewhereUnanswered(): Promise<Running> {
  const running = run();
  const { cluster, kong, settled } = running;
  acmeServes(cluster, "acme.org");
  cluster.put("Service", service("acme-org/other"));
  await settled();
  kong.fault = (call) => {
    if (call === "update routes")
      throw new KongError("induced: no answer", { kind: "unavailable", outcomeUnknown: true });
  };
  cluster.put(
    "Ingress",
    ingress("acme-org/web", [], {
      rules: [{ host: "acme.org", paths: [path("/", { backend: backend("other", 80) })] }],
    }),
  );
  await settled();
  return running;
}

test("a service that a route of ours may still lead to, since a write had no answer, goes when that is known", async () => {
  const { cluster, kong, clock, settled, stop } = await ledElsewhereUnanswered();
  cluster.remove("Ingress", "acme-org", "web");
  await settled();
  kong.fault = () => undefined;
  await clock.pass(30_000);
  expect(kong.routes()).toEqual([]);
  expect([...kong.stored.services.values()].map(({ name }) => name)).toEqual([]);
  await stop();
});

test("a service goes that a route has left, also where it was looked at while the route's second write was on its way", async () => {
  const { kong, clock, stop } = await ledElsewhereUnanswered();
  kong.fault = () => undefined;
  kong.way = (call) =>
    call === "update routes" ? sleep(clock, 10_000, new AbortController().signal) : Promise.resolve();
  await clock.pass(5_000);
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
  await clock.pass(30_000);
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.other.80"]);
  expect([...kong.stored.services.values()].map(({ name }) => name)).toEqual(["acme-org.other.80"]);
  await stop();
});

test("a service goes that was written for a route which Kong never took", async () => {
  const { cluster, kong, settled, stop } = run();
  kong.fault = (call) => {
    if (call === "create routes") throw new KongError("induced: refused", { kind: "refused" });
  };
  acmeServes(cluster, "acme.org");
  await settled();
  expect([...kong.stored.services.values()].map(({ name }) => name)).toEqual(["acme-org.web.80"]);
  cluster.remove("Ingress", "acme-org", "web");
  await settled();
  expect([...kong.stored.services.values()].map(({ name }) => name)).toEqual([]);
  await stop();
});
