import { expect, test } from "vitest";
import type { Claim } from "../../src/world/claim.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, path } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";
import type { FakeKong } from "../support/fake-kong.ts";
import { takeServiceName } from "../support/foreign-service.ts";
import { redirect, redirectTo } from "../support/redirects.ts";

/** The primary claims of a namespace, each with where it redirects. */
function claims(cluster: FakeCluster, inNamespace: string, redirects: Readonly<Record<string, string>>): void {
  cluster.put("Namespace", namespace(inNamespace));
  for (const [host, target] of Object.entries(redirects))
    cluster.put("Domain", claim(`${inNamespace}/${host}`, host, { ...fresh, redirect: redirectTo(target) }));
}

/** Where Kong sends requests for each host, as `from -> http://to`, sorted. */
function redirects(kong: FakeKong): readonly string[] {
  return [...kong.stored.routes.values()]
    .flatMap((route) => {
      const plugin = [...kong.stored.plugins.values()].find(({ service }) => service.id === route.service.id);
      const [, location] = /Location = "([^"]+)"/.exec(plugin?.config.access.join() ?? "") ?? [];
      return location === undefined ? [] : [`${route.hosts?.join() ?? ""} -> ${location}`];
    })
    .sort();
}

function conditions(cluster: FakeCluster, at: string): Readonly<Record<string, string>> {
  const status = cluster.get("Domain", at)?.status;
  return Object.fromEntries(
    (status?.conditions ?? []).map((condition) => [condition.type, `${condition.status} ${condition.reason}`]),
  );
}

test("N1: a redirect that leads in a circle is told in an event, and so is its end", async () => {
  const { cluster, events, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  await settled();
  const said = (from: number): readonly string[] =>
    events
      .slice(from)
      .flatMap(({ type, reason, regarding }) => (regarding.kind === "Domain" ? [`${type} ${reason}`] : []));
  const before = events.length;
  redirect(cluster, "acme-org/acme", "acme.org");
  await settled();
  expect(said(before)).toEqual(["Warning RedirectCircle"]);
  const circle = events.length;
  redirect(cluster, "acme-org/acme", "new.org");
  await settled();
  expect(said(circle)).toEqual(["Normal Redirecting"]);
  await stop();
});

test("N1: a claim's redirect takes the place of its Ingress in one write, is told, and gives the place back", async () => {
  const { cluster, kong, events, settled, writes, stop } = run();
  acmeServes(cluster, "acme.org");
  await settled();
  writes();
  redirect(cluster, "acme-org/acme", "new.org");
  await settled();
  expect(redirects(kong)).toEqual(["acme.org -> http://new.org"]);
  expect(writes().filter((write) => write.includes("routes"))).toEqual([
    expect.stringMatching(/^update routes acme\.org \/ \{(?=.*service)/),
  ]);
  const status = cluster.get("Domain", "acme-org/acme")?.status;
  expect(status).toMatchObject({
    stage: "Redirecting",
    sources: [{ name: "web", live: 0, refused: 1, refusals: [{ reason: "HostRedirected" }] }],
  });
  expect(conditions(cluster, "acme-org/acme")).toMatchObject({
    Programmed: "True Redirecting",
    Ready: "True Redirecting",
  });
  expect(cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([]);
  expect(events.map(({ reason }) => reason)).toContain("HostRedirected");

  redirect(cluster, "acme-org/acme", undefined);
  await settled();
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
  expect([...kong.stored.plugins.values()]).toEqual([]);
  expect([...kong.stored.services.values()]).toHaveLength(1);
  expect(cluster.get("Domain", "acme-org/acme")?.status).toMatchObject({ stage: "Live" });
  expect(events.at(-1)?.reason).toMatch(/^(Programmed|Resolved)$/);
  await stop();
});

test("N1: a redirect that nobody asks for any more goes, also where what would take its place can't be had", async () => {
  const { cluster, kong, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  redirect(cluster, "acme-org/acme", "new.org");
  await settled();
  expect(redirects(kong)).toEqual(["acme.org -> http://new.org"]);
  takeServiceName(kong, "acme-org.web.80");
  redirect(cluster, "acme-org/acme", undefined);
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(conditions(cluster, "acme-org/acme")).toMatchObject({ Programmed: "False ForeignEntity" });
  await stop();
});

test("N1: a host that is redirected answers challenges of a certificate authority itself, or it had no https to redirect from", async () => {
  const { cluster, kong, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  redirect(cluster, "acme-org/acme", "new.org");
  await settled();
  const challenge = { ...path("/.well-known/acme-challenge/token"), pathType: "Exact" };
  cluster.put(
    "Ingress",
    ingress("acme-org/cm-acme-http-solver", [], { rules: [{ host: "acme.org", paths: [challenge] }] }),
  );
  await settled();
  expect(redirects(kong)).toEqual(["acme.org -> http://new.org"]);
  expect(kong.routes().filter((route) => route.includes("web"))).toEqual([
    "acme.org ~/\\.well-known/acme-challenge/token$ -> acme-org.web.80",
  ]);
  expect(cluster.get("Domain", "acme-org/acme")?.status).toMatchObject({
    stage: "Redirecting",
    sources: [
      { name: "web", live: 0, refused: 1, refusals: [{ reason: "HostRedirected" }] },
      { name: "cm-acme-http-solver", live: 1, refused: 0 },
    ],
  });
  cluster.remove("Ingress", "acme-org", "cm-acme-http-solver");
  await settled();
  expect(kong.routes()).toHaveLength(1);
  await stop();
});

test("N1: one redirect that changes has those that lead through it written anew, and no others", async () => {
  const { cluster, kong, settled, writes, stop } = run();
  claims(cluster, "acme-org", { "a.org": "b.org", "b.org": "c.org", "c.org": "d.org", "x.org": "y.org" });
  claims(cluster, "other", { "o.org": "c.org" });
  await settled();
  expect(redirects(kong)).toEqual([
    "a.org -> http://d.org",
    "b.org -> http://d.org",
    "c.org -> http://d.org",
    "o.org -> http://c.org",
    "x.org -> http://y.org",
  ]);
  writes();
  redirect(cluster, "acme-org/c.org", "e.org");
  await settled();
  expect(redirects(kong).slice(0, 3)).toEqual(["a.org -> http://e.org", "b.org -> http://e.org", "c.org -> http://e.org"]); // prettier-ignore
  const toKong = writes().filter((write) => !write.startsWith("status") && !write.startsWith("apply"));
  expect(toKong.filter((write) => write.includes("plugins"))).toHaveLength(3);
  expect(toKong.filter((write) => write.includes("routes"))).toEqual([]);
  await stop();
});

test("N1: a redirect is decided again when its target is taken, and when it is given up", async () => {
  const { cluster, kong, settled, stop } = run();
  claims(cluster, "acme-org", { "a.org": "b.org" });
  await settled();
  claims(cluster, "acme-org", { "b.org": "c.org" });
  await settled();
  expect(redirects(kong)).toEqual(["a.org -> http://c.org", "b.org -> http://c.org"]);
  cluster.remove("Domain", "acme-org", "b.org");
  await settled();
  expect(redirects(kong)).toEqual(["a.org -> http://b.org"]);
  await stop();
});

test("N1: of two namespaces that make a circle at once one is refused, told so, and served by nobody until it is broken", async () => {
  const { cluster, kong, settled, stop } = run();
  claims(cluster, "acme-org", { "acme.org": "other.org" });
  claims(cluster, "other", { "other.org": "acme.org" });
  await settled();
  expect(redirects(kong)).toEqual(["acme.org -> http://other.org"]);
  expect(kong.routes()).toHaveLength(1);
  expect(conditions(cluster, "other/other.org")).toMatchObject({
    Accepted: "True Held",
    Programmed: "False RedirectCircle",
    Ready: "False RedirectCircle",
  });
  redirect(cluster, "acme-org/acme.org", undefined);
  await settled();
  expect(redirects(kong)).toEqual(["other.org -> http://acme.org"]);
  await stop();
});

test("O2: a redirect stays when somebody claims the host that it leads to, and leads back", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  claims(cluster, "acme-org", { "z.acme.org": "partner.com" });
  await settled();
  await clock.pass(2000);
  const seen = new Set<string>();
  kong.onWrite = () => void seen.add(redirects(kong).join());
  claims(cluster, "mallory", { "partner.com": "z.acme.org" });
  await settled();
  expect(redirects(kong)).toEqual(["z.acme.org -> http://partner.com"]);
  expect([...seen].every((one) => one === "z.acme.org -> http://partner.com")).toBe(true);
  expect(conditions(cluster, "mallory/partner.com")).toMatchObject({ Ready: "False RedirectCircle" });
  await stop();
});

test("N1: a redirect that is turned round in one go ends the other way round", async () => {
  const { cluster, kong, settled, stop } = run();
  claims(cluster, "acme-org", { "a.org": "b.org" });
  cluster.put("Domain", claim("acme-org/b.org", "b.org", fresh));
  await settled();
  redirect(cluster, "acme-org/b.org", "a.org");
  redirect(cluster, "acme-org/a.org", undefined);
  await settled();
  expect(redirects(kong)).toEqual(["b.org -> http://a.org"]);
  await stop();
});

test("X6: at no moment does a redirect's route stand in Kong without its plugin, or lead anywhere else", async () => {
  const { cluster, kong, settled, stop } = run();
  kong.onWrite = () => {
    for (const route of kong.stored.routes.values()) {
      const service = kong.stored.services.get(route.service.id);
      const plugins = [...kong.stored.plugins.values()].filter((plugin) => plugin.service.id === route.service.id);
      if (service?.name.startsWith("redirect~") !== true) continue;
      expect({ host: service.host, plugins: plugins.length }).toEqual({ host: "nowhere.invalid.", plugins: 1 });
    }
  };
  acmeServes(cluster, "acme.org", "*.acme.org");
  for (const target of ["new.org", "newer.org", undefined, "new.org"]) {
    for (const at of ["acme-org/acme", "acme-org/any"]) {
      await settled();
      if (cluster.get("Domain", at) !== undefined) redirect(cluster, at, target);
    }
  }
  await settled();
  expect(redirects(kong)).toEqual(["*.acme.org -> http://new.org", "acme.org -> http://new.org"]);
  await stop();
});

test("L2b: a wildcard is redirected only when the names below it that others hold are guarded", async () => {
  const { cluster, kong, settled, stop } = run();
  for (const name of ["acme-org", "shop-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["shop-org"] }));
  cluster.put("Domain", claim("shop-org/shop", "acme.org", { ...fresh, sub: "shop", parent: "acme-org" }));
  await settled();
  const order: string[] = [];
  kong.onWrite = () => void order.push(...kong.routes().filter((route) => !order.includes(route)));
  const any: Partial<Claim> = { ...fresh, sub: "*", redirect: redirectTo("acme.org") };
  cluster.put("Domain", claim("acme-org/any", "acme.org", any));
  await settled();
  expect(order.map((route) => route.replace(/ .*/, ""))).toEqual(["shop.acme.org", "*.acme.org"]);
  await stop();
});

test("L6: a second pass and a restart write nothing", async () => {
  const first = run();
  const { cluster, kong } = first;
  claims(cluster, "acme-org", { "a.org": "b.org", "b.org": "c.org", "l.org": "l.org" });
  cluster.put("Ingress", ingress("acme-org/web", ["a.org", "l.org"]));
  await first.settled();
  first.writes();
  await first.clock.pass(120_000);
  expect(first.writes()).toEqual([]);
  await first.stop();
  const second = run({ cluster, kong });
  await second.settled();
  expect(second.writes()).toEqual([]);
  await second.stop();
});

test("without the plugin nothing is redirected, and the claim says who can change that", async () => {
  const { cluster, kong, settled, stop } = run();
  kong.preFunction = false;
  claims(cluster, "acme-org", { "a.org": "b.org" });
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(conditions(cluster, "acme-org/a.org")).toMatchObject({ Ready: "False RedirectUnsupported" });
  await stop();
});

test(
  "X1: a chain of a thousand costs a claim no more than so many steps, and the last of them are one hop each",
  { tags: "long" },
  async () => {
    const { cluster, kong, settled, stop } = run({ claimLimits: { claimsPerNamespace: 2000 } });
    cluster.put("Namespace", namespace("acme-org"));
    const count = 1000;
    const hosts = Array.from({ length: count + 1 }, (_, i) => `h${String(i)}.org`);
    for (const [i, host] of hosts.slice(0, -1).entries())
      cluster.put(
        "Domain",
        claim(`acme-org/h${String(i)}`, host, { ...fresh, redirect: redirectTo(hosts[i + 1] ?? "") }),
      );
    for (let i = 0; i < 400; i++) await settled();
    expect(new Set(redirects(kong).map((line) => line.replace(/^.* /, "")))).toEqual(
      new Set([`http://h${String(count)}.org`]),
    );
    expect(redirects(kong)).toHaveLength(100);
    expect(conditions(cluster, "acme-org/h0")).toMatchObject({ Ready: "False RedirectTooLong" });
    expect(kong.stored.routes.size).toBe(100);
    await stop();
  },
);

test("a redirect that flaps ends as it was left last, with nothing left over", async () => {
  const { cluster, kong, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  await settled();
  for (let i = 0; i < 21; i++) {
    redirect(cluster, "acme-org/acme", i % 2 === 0 ? `n${String(i)}.org` : undefined);
    if (i % 3 === 0) await settled();
  }
  await settled();
  expect(redirects(kong)).toEqual(["acme.org -> http://n20.org"]);
  expect([kong.stored.services.size, kong.stored.plugins.size, kong.stored.routes.size]).toEqual([1, 1, 1]);
  await stop();
});

test("a host that changes hands is not answered by what its last holder's redirect said", async () => {
  const { cluster, kong, settled, stop } = run();
  claims(cluster, "acme-org", { "acme.org": "evil.org" });
  await settled();
  claims(cluster, "other", { "acme.org": "good.org" });
  await settled();
  const answers: string[] = [];
  kong.onWrite = () => {
    const holder = cluster.get("HostRecord", "acme.org")?.holder?.namespace ?? "nobody";
    answers.push(...redirects(kong).map((line) => `${holder}: ${line}`));
  };
  cluster.remove("Domain", "acme-org", "acme.org");
  await settled();
  expect(redirects(kong)).toEqual(["acme.org -> http://good.org"]);
  expect(new Set(answers)).toEqual(new Set(["other: acme.org -> http://good.org"]));
  await stop();
});
