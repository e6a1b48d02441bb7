import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { kongAdmin } from "./support/kong.ts";
import { domain, ingress, primary, service, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

// Mallory claims nothing of acme-org's, but routes it. Every story ends with what Kong has of mallory's namespace: the
// routes of mallory's own host, and no other.

let story: Story;
let acme: Team;
let mallory: Team;

const acmes = ["acme.example", "www.acme.example", "*.acme.example", "xn--bcher-kva.example", "quiet.example"];

beforeAll(async () => {
  story = await startStory();
  [acme, mallory] = await story.teams("acme-org", "mallory-org");
  await Promise.all([acme.site(), mallory.site()]);
  await acme.apply(
    ...["acme.example", "xn--bcher-kva.example", "quiet.example"].map((host) => primary(host)),
    ...["www.acme.example", "*.acme.example"].map((host) => shared(host)),
    ingress("acme", acmes.slice(0, 4)),
  );
  await mallory.apply(primary("mallory.example"), ingress("own", ["mallory.example"]));
  await story.serves("mallory.example", "mallory-org/web");
  for (const host of ["acme.example", "www.acme.example", "x.acme.example", "xn--bcher-kva.example"])
    await story.serves(host, "acme-org/web");
  await acme.decided("quiet.example", { phase: "OK" });
});

beforeEach(async () => {
  await mallory.kubectl(["delete", "ingress", "--all"]);
  await mallory.apply(ingress("own", ["mallory.example"]));
});

afterAll(() => story.stop());

const external = (name: string, externalName: string): Manifest =>
  service(name, { type: "ExternalName", externalName, ports: [{ port: 80, name: "http" }] });

/** The hosts that Kong routes to mallory's namespace; "" for any host. */
async function routed(): Promise<readonly string[]> {
  const routes = await kongAdmin(story).tagged("routes", "managed-by-domain-claims,k8s-namespace:mallory-org");
  return [...new Set(routes.flatMap(({ hosts }) => hosts ?? [""]))].sort();
}

/** Waits until mallory's Ingress has been decided, which its last host shows, and looks at what came of it. */
async function nothingElse(): Promise<void> {
  const marker = `marker-${String(Date.now())}`;
  await mallory.apply(
    domain(marker, { primary: "mallory.example", sub: marker }),
    ingress(marker, [`${marker}.mallory.example`]),
  );
  await story.serves(`${marker}.mallory.example`, "mallory-org/web");
  await mallory.remove("ingress", marker);
  // What should not be there would stay, since the Ingress that asked for it is still there.
  await eventually(async () => expect(await routed()).toEqual(["mallory.example"]));
  for (const url of ["acme.example/a/b", "www.acme.example", "other.acme.example", "xn--bcher-kva.example"])
    expect(await story.visit(url), url).toBe("acme-org/web");
  for (const url of ["quiet.example", "quiet.example/a/b", "nobodys.example", "x.y.acme.example"])
    expect(await story.visit(url), url).toBe(nobody);
}

test("L1: an Ingress with somebody else's hosts gets no route for them, whether they are served, quiet, or below a wildcard", async () => {
  const hosts = [...acmes, "login.acme.example", "free.example", "*.free.example"];
  await mallory.apply(
    ingress("theirs", [...hosts, "*.example"], {
      paths: [{ path: "/" }, { path: "/a/b" }, { path: "/a/b", type: "Exact" }],
    }),
  );
  for (const host of hosts) {
    const message = expect.stringContaining(
      host.startsWith("xn--") ? `${host} (bücher.example)` : `${host} is`,
    ) as string;
    await mallory.told("Ingress", "theirs", { type: "Warning", reason: "HostNotClaimed", message });
  }
  await mallory.told("Ingress", "theirs", { type: "Warning", reason: "InvalidHost" });
  await nothingElse();
});

test("L1: one that waits for its chance in the same Ingress as mallory's own host takes nothing with it", async () => {
  const customer = await visitor(story, "acme.example");
  await mallory.apply(
    primary("acme.example", { name: "wait" }),
    ingress("own", ["mallory.example", "acme.example", "quiet.example"]),
  );
  await mallory.decided("wait", { phase: "Failed", reason: "AlreadyClaimed" });
  await mallory.told("Ingress", "own", {
    reason: "HostNotClaimed",
    message: expect.stringContaining("AlreadyClaimed") as string,
  });
  await nothingElse();
  await mallory.remove("domain", "wait");
  expect(await customer.leave()).toEqual(["acme-org/web"]);
});

test("L2: konghq.com/host-aliases are hosts, in whatever spelling they come", async () => {
  const texts = ["acme.example", "ACME.example.", "*.acme.example", "www.acme.example ", "bücher.example", "bu\u0308cher.example", "ｑｕｉｅｔ.example", "quiet。example", "*", "~.*", "acme.example:80", "mallory.example@acme.example"]; // prettier-ignore
  const annotations = { "konghq.com/host-aliases": texts.join(",") };
  await mallory.apply(
    ingress("own", ["mallory.example"], { annotations }),
    ingress("aliases-alone", [], { annotations, defaultBackend: {} }),
  );
  for (const host of ["acme.example is", "*.acme.example is", "quiet.example is", "bücher.example"])
    await mallory.told("Ingress", "own", {
      reason: "HostNotClaimed",
      message: expect.stringContaining(host) as string,
    });
  await mallory.told("Ingress", "own", { reason: "InvalidHost" });
  await nothingElse();
});

test("L2: a rule without host and a default backend serve nobody, beside a host and alone, with any path", async () => {
  const paths = [{ path: "/" }, { path: "/a/b" }, { path: "/~/.*", type: "ImplementationSpecific" }] as const;
  await mallory.apply(
    ingress("no-host", [""], { paths }),
    ingress("fallback", [], { defaultBackend: {} }),
    ingress("beside", ["mallory.example", ""], { paths: [{ path: "/beside" }], defaultBackend: {} }),
    ingress("aliased", [""], { annotations: { "konghq.com/host-aliases": "acme.example" } }),
  );
  for (const name of ["no-host", "fallback", "beside", "aliased"])
    await mallory.told("Ingress", name, { type: "Warning", reason: "HostRequired" });
  await nothingElse();
});

test("L2: a wildcard Ingress host over mallory's own names needs its claim, and never covers more than one label", async () => {
  await mallory.apply(ingress("wild", ["*.mallory.example"]));
  await mallory.told("Ingress", "wild", {
    reason: "HostNotClaimed",
    message: expect.stringContaining("*.mallory.example") as string,
  });
  await nothingElse();
});

test("L3: a Service of type ExternalName leads nowhere: at once, after it was a real one, under another's name", async () => {
  await mallory.site("trojan");
  const paths = [
    { path: "/" },
    { path: "/trojan", service: "trojan" },
    { path: "/out", service: "out" },
    { path: "/number", service: "out", port: 80 },
  ];
  await mallory.apply(
    external("out", "web.acme-org.svc.cluster.local"),
    ingress("own", ["mallory.example"], { paths }),
  );
  await story.serves("mallory.example/trojan", "mallory-org/trojan");
  for (const path of ["/out", "/number"]) {
    const message = expect.stringContaining(`mallory.example${path} is not served`) as string;
    await mallory.told("Ingress", "own", { reason: "ServiceRefused", message });
  }
  await mallory.remove("service", "trojan");
  await eventually(async () => expect(await story.visit("mallory.example/trojan")).toBe("mallory-org/web"));
  await mallory.apply(external("trojan", "web.acme-org.svc"));
  await mallory.told("Ingress", "own", {
    reason: "ServiceRefused",
    message: expect.stringContaining("Service trojan is of type ExternalName") as string,
  });
  // A service leaves after its last route.
  await eventually(async () => {
    const services = await kongAdmin(story).tagged("services", "managed-by-domain-claims,k8s-namespace:mallory-org");
    expect(services.map(({ host }) => host)).toEqual(["web.mallory-org.svc.cluster.local."]);
  });
  await nothingElse();
});

test("L3: a path that looks like one of Kong's own settings stays a path of mallory's own host", async () => {
  const texts = ["/~/(?i).*", "/~^.*$", "/%2e%2e/acme", "/..;/acme", "/a//b", "/$(uri_captures)", "/*", "/%", "/%00"];
  const paths = [{ path: "/" }, ...texts.map((path) => ({ path, type: "ImplementationSpecific" }) as const)];
  const annotations = { "konghq.com/regex-priority": "99999", "konghq.com/tags": "k8s-namespace:acme-org", "konghq.com/rewrite": "//acme-org/" }; // prettier-ignore
  await mallory.apply(ingress("own", ["mallory.example"], { paths, annotations }));
  await mallory.told("Ingress", "own", { reason: "UnsupportedAnnotation" });
  await nothingElse();
});

test("X1: a path of a hundred kilobytes is told by its beginning, and thousands of hosts times paths go nowhere", async () => {
  const long = `/${"long".repeat(25_000)}`;
  await mallory.apply(ingress("own", ["mallory.example"], { paths: [{ path: long }, { path: "/short" }] }));
  await story.serves("mallory.example/short", "mallory-org/web");
  await mallory.told("Ingress", "own", {
    reason: "InvalidPath",
    message: expect.stringMatching(
      /longlong.* \(100001 bytes\) is not served: a path has at most 2048 bytes/,
    ) as string,
  });
  const aliases = Array.from({ length: 200 }, (_, i) => `x${String(i)}.mallory.example`).join();
  const many = Array.from({ length: 200 }, (_, i) => ({ path: `/bomb-${String(i)}` }));
  const annotations = { "konghq.com/host-aliases": aliases };
  await mallory.apply(ingress("bomb", ["mallory.example"], { paths: many, annotations }));
  await mallory.told("Ingress", "bomb", {
    reason: "TooManyPaths",
    message: expect.stringContaining("40200 routes") as string,
  });
  await story.serves("mallory.example/bomb-1", nobody);
  await story.serves("mallory.example/short", "mallory-org/web");
  await mallory.remove("ingress", "bomb");
  await mallory.apply(ingress("own", ["mallory.example"]));
  await story.serves("mallory.example", "mallory-org/web");
  await nothingElse();
});

test("L1, L2b: requests that disagree with themselves (two hosts, an absolute address, a port, dots) reach their host's holder or nobody", async () => {
  const allowed = ["acme-org/web", nobody];
  for (const host of [
    "acme.example:8443",
    "ACME.EXAMPLE",
    "acme.example.",
    "acme.example.:80",
    "www.ACME.example",
    "X.acme.example",
  ]) {
    const answer = await story.visit(host);
    // A host that can't be read is nobody's, too.
    if (!answer.startsWith("400")) expect(allowed, host).toContain(answer);
  }
  const forwarded = { "x-forwarded-host": "acme.example", "x-host": "acme.example", forwarded: "host=acme.example" };
  const { body } = await story.request({ host: "quiet.example", headers: forwarded });
  expect(body).toContain("no Route matched");
  await nothingElse();
});

test("L1: an Ingress that changes its host again and again is never seen on the other one's", async () => {
  const customer = await visitor(story, "quiet.example");
  for (let i = 0; i < 15; i += 1) {
    const host = i % 2 === 0 ? "quiet.example" : "mallory.example";
    await mallory.patch("ingress", "own", { spec: ingress("own", [host]).spec });
    await sleep(10);
  }
  await mallory.apply(ingress("own", ["mallory.example"]));
  await story.serves("mallory.example", "mallory-org/web");
  expect(await customer.leave()).toEqual([nobody]);
  await nothingElse();
});
