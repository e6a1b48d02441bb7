import { describe, expect, onTestFinished, test, vi } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import { sleep } from "../../src/time/sleep.ts";
import { World } from "../../src/world/world.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, path, service } from "../support/builders.ts";
import { accept, acmeAndCoyote, handOver } from "../support/handing-over.ts";
import { answersFor, renameWaits, start } from "../support/late-stage.ts";
import type { LateStage } from "../support/late-stage.ts";
import { pairFor } from "../support/pki.ts";
import { redirect, redirectTo } from "../support/redirects.ts";
import { rename, renamed, serves } from "../support/renames.ts";

// Workers that take over routes and functions at any time within five seconds of each other; the controller waits for ten.

const [acmes, coyotes] = ["acme-org.web.80", "coyote-org.web.80"];

const stageOf = ({ cluster }: LateStage, at: string): string | undefined => cluster.get("Domain", at)?.status?.stage;

/** Nothing is written any more, and nothing of what was there before is left over. */
async function atRest(stage: LateStage, services: readonly string[]): Promise<void> {
  await stage.clock.pass(60_000);
  stage.writes();
  await stage.clock.pass(120_000);
  expect(stage.writes()).toEqual([]);
  expect([...stage.kong.stored.services.values()].map(({ name }) => name.replace(/~[0-9a-f]{8}$/, "")).sort()).toEqual(services); // prettier-ignore
}

describe("N1: a host that is served and begins to redirect", () => {
  async function served(paths: readonly string[] = ["/"]): Promise<LateStage> {
    const stage = start();
    serves(stage, "old.org", paths);
    await stage.clock.pass(30_000);
    return stage;
  }

  test("is answered by its site or with the redirect at every moment, on every path, and so when it is taken back", async () => {
    const stage = await served(["/", "/shop"]);
    redirect(stage.cluster, "acme-org/old", "new.org");
    expect(await answersFor(stage, "old.org", 40_000, "/shop")).toEqual([acmes, "http://new.org"]);
    expect(stage.workers.answers("old.org")).toEqual(["http://new.org"]);
    expect(stageOf(stage, "acme-org/old")).toBe("Redirecting");
    await atRest(stage, ["redirect~old.org"]);
    redirect(stage.cluster, "acme-org/old", undefined);
    expect(await answersFor(stage, "old.org", 40_000)).toEqual([acmes, "http://new.org"]);
    await atRest(stage, [acmes]);
    await stage.stop();
  });

  test("goes on with its routes while the gateway has not shown the function, and is told so", async () => {
    const stage = await served();
    redirect(stage.cluster, "acme-org/old", "new.org");
    await stage.clock.pass(5_000);
    expect(stage.kong.routes()).toEqual([`old.org / -> ${acmes}`]);
    const status = stage.cluster.get("Domain", "acme-org/old")?.status;
    expect(status?.conditions.find(({ type }) => type === "Ready")).toMatchObject({
      ...{ status: "Unknown", reason: "Programming" },
      message: expect.stringContaining("goes on with what it has for old.org until what takes its place") as string,
    });
    await stage.stop();
  });

  test("so is what is below a wildcard, on the way there and back", async () => {
    const stage = start();
    acmeServes(stage.cluster, "*.acme.org");
    await stage.clock.pass(30_000);
    for (const to of ["new.org", undefined]) {
      redirect(stage.cluster, "acme-org/any", to);
      expect(await answersFor(stage, "shop.acme.org", 40_000)).toEqual([acmes, "http://new.org"]);
      expect(stage.workers.answers("shop.acme.org")).toEqual([to === undefined ? acmes : "http://new.org"]);
    }
    await atRest(stage, [`${acmes}.wc--any.acme.org`]);
    await stage.stop();
  });

  test("does so once more under the next controller, when the one before was killed meanwhile", async () => {
    for (const at of [100, 5_000, 9_900, 10_000, 10_100, 15_000]) {
      const { cluster, kong, clock, workers, ...first } = await served();
      redirect(cluster, "acme-org/old", "new.org");
      const before = await answersFor({ cluster, kong, clock, workers, ...first }, "old.org", at);
      await first.stop();
      const next = start({ cluster, kong, clock, workers });
      const after = await answersFor(next, "old.org", 40_000);
      expect([...new Set([...before, ...after])].sort(), String(at)).toEqual([acmes, "http://new.org"]);
      await next.stop();
    }
  });

  test("T11: keeps its certificate for as long as its routes send visitors to HTTPS, whatever asks for one no longer", async () => {
    const stage = await served();
    const annotations = { "konghq.com/protocols": "https", "konghq.com/https-redirect-status-code": "308" };
    const tls = [{ secretName: "old-tls", hosts: ["old.org"] }];
    stage.cluster.putSecret("acme-org/old-tls", await pairFor(["old.org"]));
    stage.cluster.put("Ingress", ingress("acme-org/web", ["old.org"], { annotations, tls }));
    await stage.clock.pass(60_000);
    const sendsToHttps = (): boolean =>
      [...stage.kong.stored.routes.values()].some((route) => route.https_redirect_status_code === 308);
    expect([sendsToHttps(), stage.kong.snis()]).toEqual([true, ["old.org -> acme-org/old-tls"]]);
    redirect(stage.cluster, "acme-org/old", "new.org");
    stage.cluster.remove("Ingress", "acme-org", "web");
    const seen = new Set<string>();
    stage.kong.onWrite = () => {
      if (sendsToHttps()) seen.add(stage.kong.snis().join());
    };
    await stage.clock.pass(5_000);
    expect(sendsToHttps()).toBe(true);
    await stage.clock.pass(30_000);
    expect([...seen]).toEqual(["old.org -> acme-org/old-tls"]);
    expect([sendsToHttps(), stage.kong.snis()]).toEqual([false, []]);
    await stage.stop();
  });

  test("T8: a certificate whose Secret is deleted meanwhile goes at once", async () => {
    const stage = await served();
    stage.cluster.putSecret("acme-org/old-tls", await pairFor(["old.org"]));
    const tls = [{ secretName: "old-tls", hosts: ["old.org"] }];
    stage.cluster.put("Ingress", ingress("acme-org/web", ["old.org"], { tls }));
    await stage.clock.pass(60_000);
    redirect(stage.cluster, "acme-org/old", "new.org");
    stage.cluster.remove("Ingress", "acme-org", "web");
    await stage.clock.pass(2_000);
    expect(stage.kong.snis()).toEqual(["old.org -> acme-org/old-tls"]);
    stage.cluster.remove("Secret", "acme-org", "old-tls");
    await stage.clock.pass(1_000);
    expect([stage.kong.routes(), stage.kong.snis()]).toEqual([[`old.org / -> ${acmes}`], []]);
    await stage.stop();
  });

  test("leaves Kong at once when the claim may hold it no longer, whatever was waited for", async () => {
    const stage = await served();
    redirect(stage.cluster, "acme-org/old", "new.org");
    await stage.clock.pass(1_000);
    stage.cluster.remove("Domain", "acme-org", "old");
    await stage.clock.pass(1_000);
    expect(stage.kong.routes()).toEqual([]);
    await stage.stop();
  });

  test("goes on with its site where Kong will not have the function, and is told so", async () => {
    const stage = await served();
    stage.kong.fault = (call) => {
      if (call.startsWith("create plugins")) throw new KongError("no", { kind: "refused" });
    };
    redirect(stage.cluster, "acme-org/old", "new.org");
    await stage.clock.pass(30_000);
    expect(stage.kong.routes()).toEqual([`old.org / -> ${acmes}`]);
    const status = stage.cluster.get("Domain", "acme-org/old")?.status;
    expect(status?.conditions.find(({ type }) => type === "Ready")).toMatchObject({ status: "False", reason: "KongRefused" }); // prettier-ignore
    await stage.stop();
  });
});

describe("X6: a wildcard whose Ingress changes where it leads", () => {
  const leading = (...routes: readonly (readonly [at: string, service: string])[]) => {
    const paths = routes.map(([at, name]) => path(at, { backend: { service: { name, port: { number: 80 } } } }));
    return ingress("acme-org/web", [], { rules: [{ host: "*.acme.org", paths }] });
  };

  async function served(): Promise<LateStage> {
    const stage = start();
    acmeServes(stage.cluster, "*.acme.org");
    stage.cluster.put("Service", service("acme-org/next"));
    await stage.clock.pass(30_000);
    return stage;
  }

  test("is answered by the Service of before or the next one at every moment, and nothing of before is left", async () => {
    const stage = await served();
    stage.cluster.put("Ingress", leading(["/", "next"]));
    expect(await answersFor(stage, "shop.acme.org", 40_000)).toEqual(["acme-org.next.80", acmes]);
    expect(stage.workers.answers("shop.acme.org")).toEqual(["acme-org.next.80"]);
    await atRest(stage, ["acme-org.next.80.wc--any.acme.org"]);
    await stage.stop();
  });

  test("gets another path with a Service of its own, which nobody sees before it works", async () => {
    const stage = await served();
    stage.cluster.put("Ingress", leading(["/", "web"], ["/new", "next"]));
    expect(await answersFor(stage, "shop.acme.org", 40_000, "/new/")).toEqual(["acme-org.next.80", acmes]);
    expect(await answersFor(stage, "shop.acme.org", 1_000)).toEqual([acmes]);
    await stage.stop();
  });

  test(
    "a new one, whatever number of Services it leads to, comes alive as a whole, and nobody else answers meanwhile",
    { tags: "long" },
    async () => {
      const stage = start();
      const names = Array.from({ length: 40 }, (_, i) => `s${String(i)}`);
      for (const name of names) stage.cluster.put("Service", service(`acme-org/${name}`));
      const isLate = (route: string): boolean => route.includes("/s39");
      acmeServes(stage.cluster, "*.acme.org");
      stage.cluster.put("Ingress", leading(...names.map((name) => [`/${name}`, name] as const)));
      await stage.clock.pass(250);
      expect(stage.kong.routes().filter(isLate)).toHaveLength(1);
      expect(stage.kong.routes()).toHaveLength(40);
      expect(await answersFor(stage, "shop.acme.org", 20_000, "/s39")).toEqual(["404", "acme-org.s39.80", "error"]);
      await stage.stop();
    },
  );

  test("a new one of which a part fails at first comes alive in two steps, and nobody else's name is served in either", async () => {
    const stage = start();
    acmeServes(stage.cluster, "*.acme.org");
    stage.cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["coyote-org"] }));
    stage.cluster.put("Namespace", namespace("coyote-org"));
    stage.cluster.put("Domain", claim("coyote-org/own", "acme.org", { ...fresh, sub: "own", parent: "acme-org" }));
    stage.cluster.put("Service", service("acme-org/next"));
    stage.cluster.put("Ingress", leading(["/old", "web"], ["/new", "next"]));
    let functions = 0;
    stage.kong.fault = (call) => {
      if (call === "create plugins" && ++functions === 2) throw new KongError("no", { kind: "unavailable" });
    };
    const seen: Readonly<Record<string, Set<string>>> = { own: new Set(), shop: new Set() };
    const steps = new Set<number>();
    for (let passed = 0; passed < 60_000; passed += 250) {
      steps.add(stage.kong.routes().filter((route) => route.startsWith("*.acme.org")).length);
      for (const [name, answers] of Object.entries(seen)) {
        for (const path of ["/old/", "/new/"])
          for (const answer of stage.workers.answers(`${name}.acme.org`, path)) answers.add(answer);
      }
      await stage.clock.pass(250);
    }
    expect([...steps]).toEqual([0, 1, 2]);
    expect([...(seen["shop"] ?? [])].sort()).toEqual(["404", "acme-org.next.80", acmes, "error"]);
    expect([...(seen["own"] ?? [])].sort()).toEqual(["404", "error"]);
    expect(stage.cluster.get("Domain", "coyote-org/own")?.status?.phase).toBe("OK");
    await stage.stop();
  });

  test("keeps what its routes lead to until the gateway has shown that the last of them is gone, however they came and went", async () => {
    const stage = start();
    acmeServes(stage.cluster, "*.acme.org");
    await stage.clock.pass(60_000);
    const seen: string[] = [];
    stage.cluster.remove("Ingress", "acme-org", "web");
    seen.push(...(await answersFor(stage, "shop.acme.org", 1_000)));
    stage.cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
    seen.push(...(await answersFor(stage, "shop.acme.org", 7_000)));
    stage.cluster.remove("Ingress", "acme-org", "web");
    seen.push(...(await answersFor(stage, "shop.acme.org", 30_000)));
    expect([...new Set(seen)].sort()).toEqual(["404", acmes]);
    await atRest(stage, []);
    await stage.stop();
  });

  test("X2: is planned a few times, however many Services it leads to, and not once for each route that is written", async () => {
    const stage = await served();
    const names = Array.from({ length: 200 }, (_, i) => `s${String(i)}`);
    for (const name of names) stage.cluster.put("Service", service(`acme-org/${name}`));
    const rows = names.map((name, i) => [`/p${String(i)}`, name] as const);
    const found = vi.spyOn(World.prototype, "service");
    onTestFinished(() => found.mockRestore());
    stage.cluster.put("Ingress", leading(...rows));
    await stage.clock.pass(40_000);
    stage.cluster.put("Ingress", leading(...rows.map(([at], i) => [at, names[(i + 1) % names.length] ?? ""] as const)));
    await stage.clock.pass(40_000);
    expect(stage.kong.routes()).toContain("*.acme.org ~/p0(?:/|$) -> acme-org.s1.80.wc--any.acme.org");
    expect(found.mock.calls.length).toBeLessThan(20 * names.length);
    await stage.stop();
  });

  test("and changes back while what has to leave waits for its turn: what it leads to anew is shown first", async () => {
    const stage = await served();
    const { cluster, clock, kong } = stage;
    cluster.put("Service", service("acme-org/gone"));
    const rows = Array.from({ length: 40 }, (_, i) => [`/p${String(i)}`, i < 8 ? "web" : "gone"] as const);
    /** Hosts that take all places of their namespace, twice, for a hundred seconds each time. */
    const crowd = (name: string): void => {
      const hosts = Array.from({ length: 32 }, (_, i) => `${name}${String(i)}.org`);
      for (const host of hosts) cluster.put("Domain", claim(`acme-org/${host}`, host, fresh));
      cluster.put("Ingress", ingress(`acme-org/${name}`, hosts));
    };
    cluster.put("Ingress", leading(...rows));
    await clock.pass(60_000);
    kong.way = (call) =>
      call === "create routes" ? sleep(clock, 100_000, new AbortController().signal) : Promise.resolve();
    cluster.put("Ingress", leading(...rows.slice(0, 8).map(([at]) => [at, "next"] as const)));
    await clock.pass(9_900);
    crowd("first");
    await clock.pass(140_000);
    crowd("second");
    await clock.pass(85_000);
    const functions = (): string => [...kong.stored.services.values()].map(({ name }) => name).join();
    expect([kong.routes().filter((route) => route.startsWith("*.acme.org")).length, functions()]).toEqual([
      32,
      expect.not.stringContaining("acme-org.web.80.wc--any"),
    ]);
    cluster.put("Ingress", leading(...rows));
    const seen = new Set<string>();
    for (let passed = 0; passed < 300_000; passed += 1_000) {
      for (const answer of stage.workers.answers("shop.acme.org", "/p0")) seen.add(answer);
      await clock.pass(1_000);
    }
    expect([...seen].sort()).toEqual(["acme-org.next.80", acmes]);
    await stage.stop();
  });

  test("and a controller that is started has nothing to wait for, and writes nothing", async () => {
    const stage = await served();
    await stage.stop();
    const next = start(stage);
    await next.clock.pass(60_000);
    expect(next.writes()).toEqual([]);
    await next.stop();
  });
});

describe("N2: back to the old name of a rename", () => {
  test("by a redirect of the new one: both names are answered by the site or with a redirect at every moment", async () => {
    const stage = start();
    serves(stage, "old.org");
    await stage.clock.pass(20_000);
    stage.cluster.put("Domain", rename("new", "new.org", "old"));
    await stage.clock.pass(60_000);
    expect(renamed(stage, "new")).toBe("True Renamed");
    redirect(stage.cluster, "acme-org/new", "old.org");
    const seen: Readonly<Record<string, Set<string>>> = { "old.org": new Set(), "new.org": new Set() };
    for (let passed = 0; passed < 60_000; passed += 250) {
      for (const [host, answers] of Object.entries(seen))
        for (const answer of stage.workers.answers(host)) answers.add(answer);
      await stage.clock.pass(250);
    }
    expect([...(seen["old.org"] ?? [])].sort()).toEqual([acmes, "http://new.org"]);
    expect([...(seen["new.org"] ?? [])].sort()).toEqual([acmes, "http://old.org"]);
    expect(stage.kong.routes()).toEqual([expect.stringMatching(/^new\.org \/ -> redirect~/), `old.org / -> ${acmes}`]);
    await stage.stop();
  });
});

test("L7, N2: what was shown and somebody removed from Kong is shown once more before a route leads there", async () => {
  const stage = await renameWaits();
  const { kong } = stage;
  const functions = () => [...kong.stored.services.values()].filter(({ name }) => name.startsWith("redirect~"));
  for (const { id } of functions()) await kong.remove("services", id, { signal: new AbortController().signal });
  for (let passed = 0; passed < 120_000 && functions().length === 0; passed += 250) await stage.clock.pass(250);
  stage.cluster.put("Ingress", ingress("acme-org/web", ["old.org"]));
  expect(await answersFor(stage, "old.org", 60_000)).toEqual([acmes, "http://new.org"]);
  expect(renamed(stage, "new")).toBe("True Renamed");
  await stage.stop();
});

describe("N4: what is handed over and answers by a function", () => {
  test("a host that its receiver redirects is answered by the giver's site or with the redirect", async () => {
    const stage = start();
    const { cluster, clock } = stage;
    acmeAndCoyote(cluster);
    const paths = [path("/"), path("/only-acme")];
    cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], { rules: [{ host: "acme.org", paths }] }));
    await clock.pass(30_000);
    handOver(cluster, "coyote-org");
    await clock.pass(1_000);
    accept(cluster, { redirect: redirectTo("coyote.example") });
    expect(await answersFor(stage, "acme.org", 60_000, "/only-acme")).toEqual([acmes, "http://coyote.example"]);
    expect(stage.workers.answers("acme.org", "/only-acme")).toEqual(["http://coyote.example"]);
    await atRest(stage, ["redirect~acme.org"]);
    await stage.stop();
  });

  test("a host that its giver redirects, and its receiver elsewhere, is answered with the one or the other", async () => {
    const stage = start();
    acmeAndCoyote(stage.cluster);
    redirect(stage.cluster, "acme-org/acme", "acme.example");
    await stage.clock.pass(30_000);
    handOver(stage.cluster, "coyote-org");
    await stage.clock.pass(1_000);
    accept(stage.cluster, { redirect: redirectTo("coyote.example") });
    expect(await answersFor(stage, "acme.org", 60_000)).toEqual(["http://acme.example", "http://coyote.example"]);
    expect(stage.workers.answers("acme.org")).toEqual(["http://coyote.example"]);
    await stage.stop();
  });

  test("a host that goes from one claim to another of its namespace, each with a redirect, too", async () => {
    const stage = start();
    const { cluster, clock } = stage;
    acmeAndCoyote(cluster);
    redirect(stage.cluster, "acme-org/acme", "acme.example");
    await clock.pass(30_000);
    handOver(cluster, "acme-org");
    await clock.pass(1_000);
    cluster.put(
      "Domain",
      claim("acme-org/next", "acme.org", { ...fresh, acceptFrom: "acme-org", redirect: redirectTo("next.example") }),
    );
    expect(await answersFor(stage, "acme.org", 60_000)).toEqual(["http://acme.example", "http://next.example"]);
    expect(stage.workers.answers("acme.org")).toEqual(["http://next.example"]);
    await stage.stop();
  });

  test("an old name whose rename waits, too, where its receiver redirects it to the same new name", async () => {
    const stage = await renameWaits();
    stage.cluster.put("Namespace", namespace("coyote-org"));
    handOver(stage.cluster, "coyote-org", "acme-org/old");
    await stage.clock.pass(1_000);
    stage.cluster.put(
      "Domain",
      claim("coyote-org/old", "old.org", { ...fresh, acceptFrom: "acme-org", redirect: redirectTo("new.org") }),
    );
    expect(await answersFor(stage, "old.org", 60_000)).toEqual([acmes, "http://new.org"]);
    expect(stage.workers.answers("old.org")).toEqual(["http://new.org"]);
    await stage.stop();
  });

  /** acme-org serves what is below its primary, hands that over, and then the wildcard, for which coyote-org has an Ingress. */
  async function wildcardIsHandedOver(below: (stage: LateStage) => void = () => undefined): Promise<LateStage> {
    const stage = start();
    const { cluster, clock } = stage;
    acmeAndCoyote(cluster);
    cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
    cluster.put("Ingress", ingress("acme-org/any", ["*.acme.org"]));
    cluster.put("Ingress", ingress("coyote-org/any", ["*.acme.org"]));
    below(stage);
    await clock.pass(30_000);
    handOver(cluster, "coyote-org");
    handOver(cluster, "coyote-org", "acme-org/any");
    await clock.pass(1_000);
    accept(cluster, { delegates: ["acme-org"] });
    await clock.pass(30_000);
    const any = { ...fresh, sub: "*", parent: "coyote-org", acceptFrom: "acme-org" };
    cluster.put("Domain", claim("coyote-org/any", "acme.org", any));
    return stage;
  }

  test("a wildcard is answered by the giver's site or the receiver's", async () => {
    const stage = await wildcardIsHandedOver();
    expect(await answersFor(stage, "shop.acme.org", 60_000)).toEqual([acmes, coyotes]);
    expect(stage.workers.answers("shop.acme.org")).toEqual([coyotes]);
    await atRest(stage, [coyotes, `${coyotes}.wc--any.acme.org`]);
    await stage.stop();
  });

  test("a wildcard with names of the giver below it is, too, and those are guarded before it changes", async () => {
    const stage = await wildcardIsHandedOver(({ cluster }) => {
      cluster.put("Domain", claim("acme-org/kept", "acme.org", { ...fresh, sub: "kept" }));
    });
    const [seen, kept] = [new Set<string>(), new Set<string>()];
    for (let passed = 0; passed < 60_000; passed += 250) {
      for (const answer of stage.workers.answers("shop.acme.org")) seen.add(answer);
      for (const answer of stage.workers.answers("kept.acme.org")) kept.add(answer);
      await stage.clock.pass(250);
    }
    expect([...seen].sort()).toEqual([acmes, coyotes]);
    expect(kept).not.toContain(coyotes);
    await stage.stop();
  });

  test("a namespace that is made anew under the giver's name meanwhile is not sent what was the giver's", async () => {
    const stage = await wildcardIsHandedOver();
    await stage.clock.pass(2_000);
    expect(stage.kong.routes().some((route) => route.startsWith("*.acme.org") && route.includes("acme-org"))).toBe(
      true,
    );
    stage.cluster.put("Namespace", namespace("acme-org", "somebody-else"));
    stage.cluster.put("Service", service("acme-org/web"));
    await stage.clock.pass(1_000);
    expect(stage.kong.routes().filter((route) => route.startsWith("*.acme.org ") && route.includes("acme-org"))).toEqual([]); // prettier-ignore
    await stage.stop();
  });
});
