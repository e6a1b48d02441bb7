import { describe, expect, test } from "vitest";
import { settleTime } from "../../src/apply/kong/settle-time.ts";
import type { Claim } from "../../src/world/claim.ts";
import { acmeServes } from "../support/acme.ts";
import { askedGateway, stageOf } from "../support/asked-gateway.ts";
import type { AskedGateway } from "../support/asked-gateway.ts";
import { claim, fresh, ingress, namespace, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { accept, acmeAndCoyote, handOver } from "../support/handing-over.ts";

/** Milliseconds until the gateway shows what Kong has. */
const takesMs = 5_000;

const acme = "acme-org/acme";
const awaited = "Routing: Unknown RoutesNotShown";
const late = "Routing: False RoutesNotShown";
const live = "Live: True Live";
const redirects = "Redirecting: True Redirecting";

interface Asked extends Running {
  readonly gateway: AskedGateway;
}

/** A controller that asks the gateway, whose first question, for what there was before, has been answered. */
async function asking(before: Partial<Pick<Running, "cluster" | "kong" | "clock">> = {}): Promise<Asked> {
  const clock = before.clock ?? new FakeClock();
  const gateway = askedGateway(clock, takesMs);
  const running = run({ ...before, clock, proverFor: gateway.proverFor });
  await clock.pass(takesMs);
  return { ...running, gateway };
}

/** The same, with acme.org served by acme-org and shown. */
async function serving(): Promise<Asked> {
  const running = await asking();
  acmeServes(running.cluster, "acme.org");
  await running.clock.pass(takesMs);
  expect(stageOf(running.cluster, acme)).toBe(live);
  running.writes();
  return running;
}

const pathsOf = (...paths: readonly string[]) =>
  ingress("acme-org/web", ["acme.org"], { rules: [{ host: "acme.org", paths: paths.map((text) => path(text)) }] });

/** Changes the claim that there is. */
function change({ cluster }: Running, to: Claim): void {
  cluster.put("Domain", { ...to, status: cluster.get("Domain", acme)?.status });
}

const redirecting = claim(acme, "acme.org", {
  redirect: { host: "next.org", statusCode: 308, keepPath: true },
  generation: 2,
});

/** All that the claim is told from now on, in order. */
function toldFrom({ cluster }: Running, key = acme): readonly string[] {
  const told = [stageOf(cluster, key)];
  cluster.onChange = () => {
    const now = stageOf(cluster, key);
    if (now !== told.at(-1)) told.push(now);
  };
  return told;
}

describe("X3: where the gateway can be asked, a claim is", () => {
  test("Routing until the gateway has shown that it answers for the host: one write more than without, and one proof", async () => {
    const { clock, cluster, gateway, settled, stop } = await asking();
    const [calls, asked] = [[] as string[], gateway.asked()];
    cluster.fault = (call) => calls.push(call);
    acmeServes(cluster, "acme.org");
    await settled();
    expect(stageOf(cluster, acme)).toBe(awaited);
    await clock.pass(takesMs - 1);
    expect(stageOf(cluster, acme)).toBe(awaited);
    await clock.pass(1);
    expect(stageOf(cluster, acme)).toBe(live);
    expect(cluster.get("Domain", acme)?.status?.conditions.at(-1)?.message).toMatch(
      /the gateway has shown that it answers/,
    );
    expect(calls).toEqual([
      ...["finalizers acme-org/acme", "namespace acme-org", "create acme.org", "status acme-org/acme"],
      ...["addresses acme-org/web", "status acme-org/acme"],
    ]);
    expect(gateway.asked() - asked).toBe(1);
    await stop();
  });

  test("Live for as long as it serves something, whatever becomes of its routes: nothing is asked for them", async () => {
    const running = await serving();
    const { clock, cluster, gateway, stop } = running;
    const [asked, told] = [gateway.asked(), toldFrom(running)];
    for (const paths of [["/", "/shop"], ["/shop"], ["/", "/news"]]) {
      cluster.put("Ingress", pathsOf(...paths));
      await clock.pass(takesMs);
    }
    expect(told).toEqual([live]);
    expect(gateway.asked()).toBe(asked);
    await stop();
  });

  test("Redirecting when the gateway shows its redirect, and until it shows that it serves again, since it answers meanwhile", async () => {
    const running = await serving();
    const { clock, stop } = running;
    const told = toldFrom(running);
    change(running, redirecting);
    // What answers with the redirect is shown before the route leads there.
    await clock.pass(2 * takesMs - 1);
    expect(told).toEqual([live, "Routing: Unknown Programming", awaited]);
    await clock.pass(1);
    expect(told.at(-1)).toBe(redirects);
    change(running, claim(acme, "acme.org", { generation: 3 }));
    // The gateway is being asked when that is written, for what the redirect leaves behind; then for this.
    await clock.pass(2 * takesMs - 1);
    expect(told.at(-1)).toBe(redirects);
    await clock.pass(1);
    expect(told.slice(3)).toEqual([redirects, live]);
    await stop();
  });

  test("Routing from its redirect on, where it has none to serve before", async () => {
    const running = await asking();
    const { clock, cluster, stop } = running;
    cluster.put("Namespace", namespace("acme-org"));
    const told = toldFrom(running);
    cluster.put("Domain", redirecting);
    await clock.pass(takesMs);
    expect(told.slice(1)).toEqual([awaited, redirects]);
    await stop();
  });

  test("told so where the gateway stays behind, also after a redirect that it goes on to answer with, and Live in the end", async () => {
    const running = await serving();
    const { clock, cluster, gateway, health, stop } = running;
    change(running, redirecting);
    await clock.pass(2 * takesMs);
    gateway.setShows(false);
    change(running, claim(acme, "acme.org", { generation: 3 }));
    cluster.put("Ingress", ingress("acme-org/new", ["new.org"]));
    cluster.put("Domain", claim("acme-org/new", "new.org", fresh));
    await clock.pass(3 * takesMs);
    for (const key of [acme, "acme-org/new"]) expect(stageOf(cluster, key), key).toBe(late);
    await clock.pass(60_000);
    expect(health().proof.behindMs).toBeGreaterThan(60_000);
    const written = cluster.writes.length;
    await clock.pass(60_000);
    expect(cluster.writes.slice(written)).toEqual([]);
    gateway.setShows(true);
    await clock.pass(2 * takesMs);
    expect([stageOf(cluster, acme), stageOf(cluster, "acme-org/new")]).toEqual([live, live]);
    await clock.pass(2 * takesMs);
    expect(health().proof.behindMs).toBe(0);
    await stop();
  });

  test("Routing again when its routes were gone, also where the gateway was being asked for those of before", async () => {
    const running = await serving();
    const { clock, cluster, stop } = running;
    const told = toldFrom(running);
    cluster.remove("Ingress", "acme-org", "web");
    await clock.pass(60_000);
    cluster.put("Ingress", pathsOf("/"));
    await clock.pass(takesMs - 2_000);
    cluster.remove("Ingress", "acme-org", "web");
    await clock.pass(100);
    cluster.put("Ingress", pathsOf("/"));
    // The proof under way is about the routes of before.
    await clock.pass(2_000);
    expect(told.slice(-2)).toEqual(["Held: True Unasked", awaited]);
    await clock.pass(2 * takesMs);
    expect(told).toEqual([live, "Held: True Unasked", awaited, "Held: True Unasked", awaited, live]);
    await stop();
  });

  test("Routing again when somebody else has removed its routes from Kong, until what is written again is shown", async () => {
    const running = await serving();
    const { clock, kong, stop } = running;
    const told = toldFrom(running);
    const { signal } = new AbortController();
    for (const id of [...kong.stored.routes.keys()]) await kong.remove("routes", id, { signal });
    await clock.pass(60_000 + 2 * takesMs);
    expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
    expect(told).toEqual([live, awaited, live]);
    await stop();
  });

  test("Routing where it was handed over, until the gateway shows what its new holder serves", async () => {
    const cluster = new FakeCluster();
    acmeAndCoyote(cluster);
    const running = await asking({ cluster });
    const { clock, stop } = running;
    await clock.pass(takesMs);
    handOver(cluster, "coyote-org");
    await running.settled();
    accept(cluster);
    await running.settled();
    expect(stageOf(cluster, "coyote-org/acme")).toBe(awaited);
    await clock.pass(3 * takesMs);
    expect(stageOf(cluster, "coyote-org/acme")).toBe(live);
    await stop();
  });
});

test("X3: a new leader asks for nothing that was told before, and changes no status; it asks for what was Routing", async () => {
  const first = await serving();
  const { clock, cluster, kong } = first;
  for (const name of ["one", "two", "three"]) {
    cluster.put("Ingress", ingress(`acme-org/${name}`, [`${name}.org`]));
    cluster.put("Domain", claim(`acme-org/${name}`, `${name}.org`, fresh));
  }
  await clock.pass(2 * takesMs);
  cluster.put("Ingress", ingress("acme-org/new", ["new.org"]));
  cluster.put("Domain", claim("acme-org/new", "new.org", fresh));
  await first.settled();
  first.crash();
  const written = cluster.writes.length;
  const second = await asking({ clock, cluster, kong });
  expect(stageOf(cluster, "acme-org/new")).toBe(awaited);
  await clock.pass(takesMs);
  expect(cluster.writes.slice(written)).toEqual([expect.stringMatching(/^status acme-org\/new /)]);
  expect(stageOf(cluster, "acme-org/new")).toBe(live);
  // What there was before, and the one that was new.
  expect(second.gateway.asked()).toBe(2);
  second.crash();
  const third = await asking({ clock, cluster, kong });
  await clock.pass(10 * takesMs);
  expect(third.gateway.asked()).toBe(1);
  expect(cluster.writes.slice(written + 1)).toEqual([]);
  await third.stop();
});

test("X3: where the gateway can't be asked, Live is what Kong's Admin API says, and says so", async () => {
  const clock = new FakeClock();
  const { cluster, settled, stop } = run({ clock, proverFor: () => settleTime(clock, takesMs) });
  acmeServes(cluster, "acme.org");
  await settled();
  expect(stageOf(cluster, acme)).toBe(live);
  expect(cluster.get("Domain", acme)?.status?.conditions.at(-1)?.message).toMatch(/as its Admin API says/);
  await stop();
});

test("X3: a tenant who changes its routes all the time keeps neither another's claim from being Live, nor its own", async () => {
  const { clock, cluster, gateway, stop } = await asking();
  for (const name of ["coyote-org", "evil"]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
    cluster.put("Domain", claim(`${name}/own`, `${name}.example`, fresh));
  }
  const flap = (turn: number): void => {
    const rules = [{ host: "evil.example", paths: [path(`/${String(turn)}`)] }];
    cluster.put("Ingress", ingress("evil/web", ["evil.example"], { rules }));
    // This one comes and goes as a whole.
    if (turn % 2 === 0) cluster.put("Ingress", ingress("evil/gone", ["gone.example"]));
    else cluster.remove("Ingress", "evil", "gone");
  };
  cluster.put("Domain", claim("evil/gone", "gone.example", fresh));
  const [asked, begun] = [gateway.asked(), clock.monotonic()];
  for (let turn = 0; turn < 60; turn++) {
    flap(turn);
    if (turn === 20) cluster.put("Ingress", ingress("coyote-org/web", ["coyote-org.example"]));
    await clock.pass(250);
    // The proof under way when it was written, and the next one.
    if (turn === 20 + (2 * takesMs) / 250) expect(stageOf(cluster, "coyote-org/own")).toBe(live);
  }
  expect(stageOf(cluster, "evil/own")).toBe(live);
  expect(gateway.asked() - asked).toBeLessThanOrEqual(1 + (clock.monotonic() - begun) / takesMs);
  await stop();
});

test(
  "X3: what is written while the gateway is asked is asked for together, however many hosts it is",
  { tags: "long" },
  async () => {
    const { clock, cluster, gateway, stop } = await asking();
    const asked = gateway.asked();
    cluster.put("Namespace", namespace("acme-org"));
    cluster.put("Service", service("acme-org/web"));
    const hosts = Array.from({ length: 300 }, (_, i) => `host-${String(i)}.example`);
    cluster.put("Ingress", ingress("acme-org/web", hosts));
    for (const [i, host] of hosts.entries()) cluster.put("Domain", claim(`acme-org/${String(i)}`, host, fresh));
    await clock.pass(3 * takesMs);
    const stages = new Set(cluster.all("Domain").map(({ status }) => status?.stage));
    expect([...stages]).toEqual(["Live"]);
    expect(gateway.asked() - asked).toBeLessThanOrEqual(2);
    await stop();
  },
);
