import { describe, expect, test } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, path, service } from "../support/builders.ts";
import { accept, acmeAndCoyote, handOver } from "../support/handing-over.ts";
import { start } from "../support/late-stage.ts";
import type { LateStage } from "../support/late-stage.ts";
import { redirect, redirectTo } from "../support/redirects.ts";
import { rename, serves } from "../support/renames.ts";

// Which routes stay while what is to take their place is not in effect yet, and until when.

const acmes = "acme-org.web.80";

/** Kong refuses the function that would answer with the redirect. */
function refuse({ kong }: LateStage): void {
  kong.fault = (call) => {
    if (call.startsWith("create plugins")) throw new KongError("no", { kind: "refused" });
  };
}

/** acme-org redirects old.org, which it has served until then; something prevents that: by default, that it is never shown. */
async function redirecting(
  served: (stage: LateStage) => void,
  prevent = (stage: LateStage): void => stage.neverShows(),
): Promise<LateStage> {
  const stage = start();
  served(stage);
  await stage.clock.pass(30_000);
  prevent(stage);
  redirect(stage.cluster, "acme-org/old", "new.org");
  return stage;
}

/** acme-org has handed acme.org over to coyote-org, which redirects it; what answers with that is never shown. */
async function handedOver(
  before: (stage: LateStage) => void = () => undefined,
  prevent = (stage: LateStage): void => stage.neverShows(),
): Promise<LateStage> {
  const stage = start();
  acmeAndCoyote(stage.cluster);
  before(stage);
  await stage.clock.pass(30_000);
  prevent(stage);
  handOver(stage.cluster, "coyote-org");
  await stage.clock.pass(1_000);
  accept(stage.cluster, { redirect: redirectTo("coyote.example") });
  await stage.clock.pass(5_000);
  return stage;
}

describe("L4: a route whose Ingress is gone goes after a minute, though nothing can take its place", () => {
  const left = `old.org /left/,~/left$ -> ${acmes}`;
  const isAnswered = ({ kong }: LateStage) => kong.routes().filter((route) => route.startsWith("old.org "));

  /** Two Ingresses serve old.org, which begins to redirect; then one of them is deleted. */
  async function oneIsDeleted(prevent?: (stage: LateStage) => void): Promise<LateStage> {
    const stage = await redirecting((late) => {
      serves(late, "old.org", ["/", "/shop"]);
      const rules = [{ host: "old.org", paths: [path("/left")] }];
      late.cluster.put("Ingress", ingress("acme-org/left", ["old.org"], { rules }));
    }, prevent);
    stage.cluster.remove("Ingress", "acme-org", "web");
    return stage;
  }

  test.each([
    ["Kong refuses the function", refuse],
    ["the gateway never shows it", undefined],
  ])("where %s", async (_, prevent) => {
    const stage = await oneIsDeleted(prevent);
    await stage.clock.pass(50_000);
    expect(isAnswered(stage)).toHaveLength(3);
    // What Kong refuses is tried again later and later: the time is looked at with the next try.
    await stage.clock.pass(75_000);
    expect(isAnswered(stage)).toEqual([left]);
    stage.cluster.put("Ingress", ingress("acme-org/left", ["other.org"]));
    await stage.clock.pass(1_000);
    expect(isAnswered(stage).filter((route) => route.endsWith(acmes))).toEqual([]);
    await stage.stop();
  });

  test("so does that of a path which its Ingress no longer has", async () => {
    const stage = await redirecting((late) => serves(late, "old.org", ["/", "/left"]));
    stage.cluster.put("Ingress", ingress("acme-org/web", ["old.org"]));
    await stage.clock.pass(50_000);
    expect(isAnswered(stage)).toContain(left);
    await stage.clock.pass(15_000);
    expect(isAnswered(stage)).toEqual([`old.org / -> ${acmes}`]);
    await stage.stop();
  });

  test("and the next redirect has a minute of its own", async () => {
    const stage = await oneIsDeleted();
    await stage.clock.pass(70_000);
    redirect(stage.cluster, "acme-org/old", undefined);
    await stage.clock.pass(30_000);
    redirect(stage.cluster, "acme-org/old", "new.org");
    stage.cluster.remove("Ingress", "acme-org", "left");
    await stage.clock.pass(50_000);
    expect(isAnswered(stage)).toEqual([left]);
    await stage.clock.pass(15_000);
    expect(isAnswered(stage)).not.toContain(left);
    await stage.stop();
  });
});

describe("X6: what begins to restrict access does not wait for what is to take the place of its routes", () => {
  const restricted = { annotations: { "konghq.com/plugins": "key-auth" } };
  const [root, shop] = [`old.org / -> ${acmes}`, `old.org /shop/,~/shop$ -> ${acmes}`];
  const backed = (name: string) => ({ backend: { service: { name, port: { number: 80 } } } });

  /** An Ingress serves old.org, and another one /shop of it by a Service of its own; the redirect of old.org is never shown. */
  async function twoServe(): Promise<LateStage> {
    const stage = await redirecting((late) => {
      serves(late, "old.org");
      const rules = [{ host: "old.org", paths: [path("/shop", backed("shop"))] }];
      late.cluster.put("Service", service("acme-org/shop"));
      late.cluster.put("Ingress", ingress("acme-org/shop", [], { rules }));
    });
    await stage.clock.pass(5_000);
    expect(stage.kong.routes()).toEqual([root, shop.replace("web", "shop")]);
    return stage;
  }

  test.each<readonly [string, (stage: LateStage) => void]>([
    ["its Ingress", ({ cluster }) => cluster.put("Ingress", ingress("acme-org/web", ["old.org"], restricted))],
    [
      "the Ingress that takes the place of its own",
      ({ cluster }) => {
        cluster.remove("Ingress", "acme-org", "web");
        cluster.put("Ingress", ingress("acme-org/next", ["old.org"], restricted));
      },
    ],
    [
      "the Service behind it",
      ({ cluster }) => cluster.put("Service", service("acme-org/web", { restrictions: ["konghq.com/plugins"] })),
    ],
  ])("a route goes at once when %s does, and its neighbour stays", async (_, restrict) => {
    const stage = await twoServe();
    restrict(stage);
    await stage.clock.pass(1_000);
    expect(stage.kong.routes()).toEqual([shop.replace("web", "shop")]);
    await stage.stop();
  });

  test("so does one of a path that moves to an Ingress which restricts access", async () => {
    const stage = await redirecting((late) => serves(late, "old.org", ["/", "/admin"]));
    await stage.clock.pass(5_000);
    const rules = [{ host: "old.org", paths: [path("/admin")] }];
    stage.cluster.put("Ingress", ingress("acme-org/admin", [], { rules, ...restricted }));
    stage.cluster.put("Ingress", ingress("acme-org/web", ["old.org"]));
    await stage.clock.pass(1_000);
    expect(stage.kong.routes()).toEqual([root]);
    await stage.stop();
  });

  test("so does one whose Service does, though a younger Ingress has its path, too", async () => {
    const stage = await twoServe();
    const rules = [{ host: "old.org", paths: [path("/", backed("shop"))] }];
    stage.cluster.put("Ingress", ingress("acme-org/younger", [], { rules, created: "2026-06-01T00:00:00Z" }));
    await stage.clock.pass(1_000);
    stage.cluster.put("Service", service("acme-org/web", { restrictions: ["konghq.com/plugins"] }));
    await stage.clock.pass(1_000);
    expect(stage.kong.routes()).toEqual([shop.replace("web", "shop")]);
    await stage.stop();
  });

  test("so does one whose path is to lead to a Service that does", async () => {
    const stage = await twoServe();
    stage.cluster.put("Service", service("acme-org/guarded", { restrictions: ["konghq.com/plugins"] }));
    const rules = [{ host: "old.org", paths: [path("/", backed("guarded"))] }];
    stage.cluster.put("Ingress", ingress("acme-org/web", [], { rules }));
    await stage.clock.pass(1_000);
    expect(stage.kong.routes()).toEqual([shop.replace("web", "shop")]);
    await stage.stop();
  });

  test.each<readonly [string, Parameters<typeof service>[1]]>([
    ["does", { restrictions: ["konghq.com/plugins"] }],
    ["leads out of the cluster by now (rule L3)", { type: "ExternalName" }],
  ])("so does one whose Service %s, though its path is to lead to another one", async (_, becomes) => {
    const stage = await twoServe();
    const rules = [{ host: "old.org", paths: [path("/", backed("shop"))] }];
    stage.cluster.put("Ingress", ingress("acme-org/web", [], { rules }));
    await stage.clock.pass(5_000);
    expect(stage.kong.routes()).toContain(root);
    stage.cluster.put("Service", service("acme-org/web", becomes));
    await stage.clock.pass(1_000);
    expect(stage.kong.routes()).toEqual([shop.replace("web", "shop")]);
    await stage.stop();
  });

  test("so does one whose Service does, after a controller was killed and though its removal fails at first", async () => {
    const before = await twoServe();
    await before.stop();
    const stage = start(before);
    stage.neverShows();
    const rules = [{ host: "old.org", paths: [path("/", backed("shop"))] }];
    stage.cluster.put("Ingress", ingress("acme-org/web", [], { rules }));
    await stage.clock.pass(5_000);
    let tries = 0;
    stage.kong.fault = (call) => {
      if (call.startsWith("remove routes") && ++tries <= 3) throw new KongError("no", { kind: "unavailable" });
    };
    stage.cluster.put("Service", service("acme-org/web", { restrictions: ["konghq.com/plugins"] }));
    await stage.clock.pass(15_000);
    expect(tries).toBe(4);
    expect(stage.kong.routes()).toEqual([shop.replace("web", "shop")]);
    await stage.stop();
  });

  test("L3: so does one whose Service leads out of the cluster by now", async () => {
    const stage = await twoServe();
    stage.cluster.put("Service", service("acme-org/shop", { type: "ExternalName" }));
    await stage.clock.pass(1_000);
    expect(stage.kong.routes()).toEqual([root]);
    await stage.stop();
  });

  test("so does a wildcard's route, which is to be led to another Service", async () => {
    const stage = start();
    acmeServes(stage.cluster, "*.acme.org");
    stage.cluster.put("Service", service("acme-org/next"));
    await stage.clock.pass(30_000);
    stage.neverShows();
    const rules = [{ host: "*.acme.org", paths: [path("/", backed("next"))] }];
    stage.cluster.put("Ingress", ingress("acme-org/web", [], { rules }));
    await stage.clock.pass(5_000);
    expect(stage.kong.routes()).toHaveLength(1);
    stage.cluster.put("Ingress", ingress("acme-org/web", [], { rules, ...restricted }));
    await stage.clock.pass(1_000);
    expect(stage.kong.routes()).toEqual([]);
    await stage.stop();
  });

  test("N4: so does that of whoever handed the host over", async () => {
    const stage = await handedOver();
    stage.cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], restricted));
    await stage.clock.pass(1_000);
    expect(stage.kong.routes().filter((route) => route.endsWith(acmes))).toEqual([]);
    await stage.stop();
  });
});

describe("X6: what is to be served over HTTPS alone does not wait, either: its routes stay, over HTTPS alone", () => {
  const secured = { annotations: { "konghq.com/protocols": "https", "konghq.com/https-redirect-status-code": "308" } };

  /** `path protocols status over HTTP` of each route that serves. */
  const access = ({ kong }: LateStage): readonly string[] =>
    [...kong.stored.routes.values()]
      .map((route) => [route.paths[0], route.protocols.join(), route.https_redirect_status_code].join(" "))
      .sort();

  /** Two Ingresses serve old.org, which begins to redirect. */
  async function twoServe(): Promise<LateStage> {
    const stage = await redirecting((late) => {
      serves(late, "old.org");
      const rules = [{ host: "old.org", paths: [path("/shop")] }];
      late.cluster.put("Ingress", ingress("acme-org/shop", [], { rules }));
    });
    await stage.clock.pass(5_000);
    return stage;
  }

  test.each<readonly [string, (stage: LateStage) => void]>([
    ["its Ingress", ({ cluster }) => cluster.put("Ingress", ingress("acme-org/web", ["old.org"], secured))],
    [
      "the Ingress that takes the place of its own",
      ({ cluster }) => {
        cluster.remove("Ingress", "acme-org", "web");
        cluster.put("Ingress", ingress("acme-org/next", ["old.org"], secured));
      },
    ],
  ])("a route, when %s says so, and its neighbour is open still", async (_, secure) => {
    const stage = await twoServe();
    expect(access(stage)).toEqual(["/ http,https 426", "/shop/ http,https 426"]);
    secure(stage);
    await stage.clock.pass(1_000);
    expect(access(stage)).toEqual(["/ https 426", "/shop/ http,https 426"]);
    stage.writes();
    await stage.clock.pass(20_000);
    expect(stage.writes()).toEqual([]);
    await stage.stop();
  });

  test("so a wildcard's", async () => {
    const stage = start();
    acmeServes(stage.cluster, "*.acme.org");
    await stage.clock.pass(30_000);
    stage.neverShows();
    redirect(stage.cluster, "acme-org/any", "new.org");
    await stage.clock.pass(5_000);
    stage.cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"], secured));
    await stage.clock.pass(1_000);
    expect(access(stage)).toEqual([expect.stringMatching(/^~\S+ https 426$/)]);
    await stage.stop();
  });

  test("one that Kong does not narrow goes", async () => {
    const stage = await twoServe();
    stage.kong.fault = (call) => {
      if (call.startsWith("update routes")) throw new KongError("no", { kind: "refused" });
    };
    stage.cluster.put("Ingress", ingress("acme-org/web", ["old.org"], secured));
    await stage.clock.pass(1_000);
    expect(access(stage)).toEqual(["/shop/ http,https 426"]);
    await stage.stop();
  });

  test("N4: so do those of whoever handed the host over", async () => {
    const stage = await handedOver();
    stage.cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], secured));
    await stage.clock.pass(1_000);
    expect(access(stage)).toEqual(["/ https 426"]);
    await stage.stop();
  });
});

describe("N4: the routes of whoever handed a host over go after ten minutes, though nothing is shown to take their place", () => {
  test.each<readonly [string, (stage: LateStage) => void, RegExp]>([
    ["those of its Ingress, which asks for the host still", () => undefined, /^acme\.org \/ -> acme-org\.web\.80$/],
    [
      "its redirect",
      ({ cluster }) => redirect(cluster, "acme-org/acme", "acme.example"),
      /^acme\.org \/ -> redirect~acme\.org~/,
    ],
  ])("%s", async (_, before, route) => {
    const stage = await handedOver(before);
    const { clock, kong, cluster } = stage;
    const [given = ""] = kong.routes();
    expect(kong.routes()).toEqual([expect.stringMatching(route)]);
    const ready = cluster.get("Domain", "coyote-org/acme")?.status?.conditions.find(({ type }) => type === "Ready");
    expect(ready?.message).toContain("but for ten minutes at most with what acme-org had there");
    await clock.pass(580_000);
    expect(kong.routes()).toEqual([given]);
    await clock.pass(20_000);
    expect(kong.routes()).toEqual([expect.stringMatching(/^acme\.org \/ -> redirect~acme\.org~/)]);
    expect(kong.routes()).not.toEqual([given]);
    expect(cluster.get("Domain", "coyote-org/acme")?.status?.stage).toBe("Redirecting");
    await stage.stop();
  });

  test("where Kong refuses what is to take their place, it has nothing for the host then, and the holder is told", async () => {
    const stage = await handedOver(() => undefined, refuse);
    await stage.clock.pass(495_000);
    expect(stage.kong.routes()).toEqual([`acme.org / -> ${acmes}`]);
    // What Kong refuses is tried again once a minute: the time is looked at with the next try.
    await stage.clock.pass(160_000);
    expect(stage.kong.routes()).toEqual([]);
    const ready = stage.cluster
      .get("Domain", "coyote-org/acme")
      ?.status?.conditions.find(({ type }) => type === "Ready");
    expect(ready).toMatchObject({ status: "False", reason: "KongRefused" });
    await stage.stop();
  });

  test("those of the holder itself stay for as long as its Ingress asks for the host", async () => {
    const stage = await redirecting((late) => serves(late, "old.org"));
    await stage.clock.pass(1_200_000);
    expect(stage.kong.routes()).toEqual([`old.org / -> ${acmes}`]);
    await stage.stop();
  });
});

describe("N2 and N4: so it is where the giver's Ingress names what the host was called before", () => {
  /** acme-org has renamed old.org, which its Ingress names, to new.org, and handed that over. */
  async function renamedAndHandedOver(): Promise<LateStage> {
    const stage = start();
    serves(stage, "old.org");
    stage.cluster.put("Namespace", namespace("coyote-org"));
    await stage.clock.pass(30_000);
    stage.cluster.put("Domain", rename("new", "new.org", "old"));
    await stage.clock.pass(120_000);
    stage.neverShows();
    handOver(stage.cluster, "coyote-org", "acme-org/new");
    await stage.clock.pass(1_000);
    const more = { ...fresh, acceptFrom: "acme-org", redirect: redirectTo("coyote.example") };
    stage.cluster.put("Domain", claim("coyote-org/new", "new.org", more));
    await stage.clock.pass(5_000);
    expect(stage.kong.routes()).toContain(`new.org / -> ${acmes}`);
    return stage;
  }

  test("it is served for ten minutes", async () => {
    const stage = await renamedAndHandedOver();
    await stage.clock.pass(500_000);
    expect(stage.kong.routes()).toContain(`new.org / -> ${acmes}`);
    await stage.clock.pass(100_000);
    expect(stage.kong.routes()).not.toContain(`new.org / -> ${acmes}`);
    await stage.stop();
  });

  test("it is served no longer once that Ingress restricts access", async () => {
    const stage = await renamedAndHandedOver();
    const restricted = { annotations: { "konghq.com/plugins": "key-auth" } };
    stage.cluster.put("Ingress", ingress("acme-org/web", ["old.org"], restricted));
    await stage.clock.pass(1_000);
    expect(stage.kong.routes()).not.toContain(`new.org / -> ${acmes}`);
    await stage.stop();
  });
});
