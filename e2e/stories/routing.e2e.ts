import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { faultsOf, needsGateway } from "./support/faults.ts";
import { kongAdmin } from "./support/kong.ts";
import { ingress, primary } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  story = await startStory({ controllerArgs: ["--catch-all-namespaces=front-org"] });
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), coyote.site()]);
});

afterAll(() => story.stop());

test("L1: a route is pushed only for a host whose holder is an OK claim in the Ingress's namespace", async () => {
  await acme.apply(ingress("l1", ["l1.example"]));
  await acme.told("Ingress", "l1", { type: "Warning", reason: "HostNotClaimed" });
  expect(await story.visit("l1.example")).toBe(nobody);
  await coyote.apply(primary("l1.example"));
  await coyote.decided("l1.example", { phase: "OK" });
  await acme.told("Ingress", "l1", {
    message: expect.stringContaining("held by the primary claim l1.example in namespace coyote-org") as string,
  });
  expect(await story.visit("l1.example")).toBe(nobody);
  await coyote.remove("domain", "l1.example");
  await acme.apply(primary("l1.example"));
  await story.serves("l1.example", "acme-org/web");
  await acme.told("Ingress", "l1", { type: "Normal", reason: "Programmed", message: "l1.example is live in Kong" });
});

test("L1: one unclaimed host never takes down its neighbours in the same Ingress", async () => {
  await acme.apply(primary("mine.example"), ingress("neighbours", ["mine.example", "theirs.example", "free.example"]));
  await coyote.apply(primary("theirs.example"));
  await coyote.decided("theirs.example", { phase: "OK" });
  await story.serves("mine.example", "acme-org/web");
  for (const host of ["theirs.example", "free.example"]) {
    await acme.told("Ingress", "neighbours", {
      reason: "HostNotClaimed",
      message: expect.stringContaining(host) as string,
    });
    expect(await story.visit(host)).toBe(nobody);
  }
});

test("L1: events say what is missing and the command that fixes it, and the command does", async () => {
  await acme.apply(ingress("advice", ["advice.example"]));
  const command = "kubectl domain claim advice.example -n acme-org";
  await acme.told("Ingress", "advice", { message: expect.stringContaining(command) as string });
  const [, , ...args] = command.split(" ");
  await acme.must("domain", ...args);
  await story.serves("advice.example", "acme-org/web");
  await coyote.apply(primary("sub.advice.example"), ingress("advice", ["sub.advice.example"]));
  const fix = "kubectl domain share advice.example --with coyote-org -n acme-org";
  await coyote.told("Ingress", "advice", { message: expect.stringContaining(fix) as string });
  await coyote.told("Domain", "sub.advice.example", {
    type: "Warning",
    reason: "ParentClaimed",
    message: expect.stringContaining(fix) as string,
  });
});

test("L2: a rule without host and a default backend are refused unless the namespace may catch all", async () => {
  const front = await story.team("front-org");
  await front.site();
  onTestFinished(() => front.kubectl(["delete", "ingress", "--all"]).then(() => undefined));
  const everything = ingress("everything", [""]);
  const fallback = ingress("fallback", [], { defaultBackend: {} });
  await acme.apply(everything, fallback);
  for (const name of ["everything", "fallback"])
    await acme.told("Ingress", name, { type: "Warning", reason: "HostRequired" });
  expect(await story.visit("anything.example")).toBe(nobody);
  await acme.apply(primary("l2.example"), ingress("l2", ["l2.example"], { paths: [{ path: "/shop" }] }));
  await coyote.apply(primary("quiet.example"));
  await coyote.decided("quiet.example", { phase: "OK" });
  await story.serves("l2.example/shop", "acme-org/web");
  await front.apply(everything);
  await story.serves("anything.example", "front-org/web");
  // Whoever holds a host, even one without any route, is not served by somebody else's catch-all.
  expect(await story.visit("l2.example/shop")).toBe("acme-org/web");
  expect(await story.visit("l2.example/elsewhere")).toBe(nobody);
  const capitalsAndDots = ["quiet.example", "QUIET.example", "quiet.example.", "quiet.example:80", "quiet.example.:80"];
  // A colon that no number follows is no port to Kong, and what it belongs to no host that is held.
  const oddPorts = ["quiet.example:", "quiet.example:x", "quiet.example:80x", "quiet.example::80", "[quiet.example]"];
  for (const host of [...capitalsAndDots, ...oddPorts]) expect(await story.visit(host), host).toBe(nobody);
  for (const host of ["127.0.0.1:80", "[::1]", "[::1]:80"]) expect(await story.visit(host), host).toBe("front-org/web");
  await front.remove("ingress", "everything");
  await story.serves("anything.example", nobody);
  await front.apply(fallback);
  await story.serves("anything.example", "front-org/web");
  await front.remove("ingress", "fallback");
  await story.serves("anything.example", nobody);
});

test("L2: konghq.com/host-aliases count as hosts: each is served if it is claimed, and only then", async () => {
  const annotations = { "konghq.com/host-aliases": "alias.example,stolen.example, not_a_host" };
  await coyote.apply(primary("stolen.example"));
  await coyote.decided("stolen.example", { phase: "OK" });
  await acme.apply(
    primary("l2a.example"),
    primary("alias.example"),
    ingress("aliases", ["l2a.example"], { annotations }),
  );
  await story.serves("l2a.example", "acme-org/web");
  await story.serves("alias.example", "acme-org/web");
  await acme.told("Ingress", "aliases", {
    reason: "HostNotClaimed",
    message: expect.stringContaining("stolen.example") as string,
  });
  await acme.told("Ingress", "aliases", { reason: "InvalidHost" });
  expect(await story.visit("stolen.example")).toBe(nobody);
});

test("L4: unclaimed again, the routes leave Kong at once, whatever else is failing", async ({ skip }) => {
  skip(!story.embedded, needsGateway);
  await acme.apply(primary("l4.example"), ingress("l4", ["l4.example"]));
  await story.serves("l4.example", "acme-org/web");
  const faults = faultsOf(story);
  await faults.add({ method: "POST", count: 1000, effect: { kind: "status", status: 500 } });
  await faults.add({ method: "PATCH", count: 1000, effect: { kind: "silence" } });
  const busy = await story.team("busy-org");
  await busy.site();
  const many = Array.from({ length: 20 }, (_, i) => `many-${String(i)}.example`);
  await busy.apply(...many.map((host) => primary(host)), ingress("many", many));
  // What Kong itself fails at again and again is refused in the end.
  const reason = expect.stringMatching(/^Kong(Unreachable|Refused)$/);
  await busy.condition("many-0.example", "Programmed", { status: "False", reason });
  await acme.remove("domain", "l4.example");
  await story.serves("l4.example", nobody);
  await acme.gone("l4.example");
  expect(await story.visit("many-0.example")).toBe(nobody);
  await faults.clear();
  for (const host of many) await story.serves(host, "busy-org/web");
});

test("L8: one bad object fails alone: its status tells the story, and everybody else's change goes on", async () => {
  const paths = [{ path: "/~/(", type: "ImplementationSpecific" }, { path: "/good" }] as const;
  await acme.apply(
    primary("bad.example"),
    primary("good.example"),
    ingress("bad", ["bad.example"], { paths }),
    ingress("good", ["good.example"]),
  );
  await acme.condition("bad.example", "Programmed", { status: "False", reason: "KongRefused" });
  await acme.told("Ingress", "bad", { type: "Warning", reason: "KongRefused" });
  await story.serves("good.example", "acme-org/web");
  await story.serves("bad.example/good", "acme-org/web");
  await coyote.apply(primary("fine.example"), ingress("fine", ["fine.example"]));
  await story.serves("fine.example", "coyote-org/web");
  await acme.apply(ingress("bad", ["bad.example"], { paths: [{ path: "/~/(a|b)$", type: "ImplementationSpecific" }] }));
  await story.serves("bad.example/a", "acme-org/web");
  await acme.condition("bad.example", "Programmed", { status: "True" });
});

test("L9: an accepted Ingress gets the gateway's address; one with no live host gets none, and loses it", async () => {
  await acme.apply(primary("l9.example"), ingress("l9", ["l9.example"]), ingress("l9-none", ["nobodys.example"]));
  const address = new URL(story.proxyUrl).hostname;
  const entry = /^[\d.:]+$/.test(address) ? { ip: address } : { hostname: address };
  await eventually(async () => expect(await acme.addresses("l9")).toEqual([entry]));
  expect(await acme.must("get", "ingress", "l9")).toContain(address);
  await acme.told("Ingress", "l9-none", { reason: "HostNotClaimed" });
  expect(await acme.addresses("l9-none")).toBeUndefined();
  await acme.remove("domain", "l9.example");
  await eventually(async () => expect(await acme.addresses("l9")).toBeUndefined());
});

test("L5: everything of ours in Kong carries our tag, and leads back to its Kubernetes object", async () => {
  await acme.apply(primary("l5tag.example"), ingress("l5tag", ["l5tag.example"]));
  await story.serves("l5tag.example", "acme-org/web");
  const [route] = await kongAdmin(story).routesOf("l5tag.example");
  expect(route?.tags).toEqual([
    "k8s-host:l5tag.example",
    "k8s-kind:Ingress",
    "k8s-name:l5tag",
    "k8s-namespace:acme-org",
    "managed-by-domain-claims",
  ]);
});

test("L1: a change of an Ingress moves its traffic without a moment of anybody else's answer", async () => {
  await acme.site("blue");
  await acme.site("green");
  await acme.apply(primary("move.example"), ingress("move", ["move.example"], { paths: [{ service: "blue" }] }));
  await story.serves("move.example", "acme-org/blue");
  const customer = await visitor(story, "move.example");
  await acme.apply(ingress("move", ["move.example"], { paths: [{ service: "green" }] }));
  await story.serves("move.example", "acme-org/green");
  expect(await customer.leave()).toEqual(["acme-org/blue", "acme-org/green"]);
});

test("L9: the address may be that of the gateway's Service, and follows it", async () => {
  const { api } = story.cluster;
  const services = "/api/v1/namespaces/kong-system/services";
  await api.must("POST", services, {
    metadata: { name: "gateway" },
    spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
  });
  const published = async (...ingress: readonly object[]): Promise<void> => {
    const current = (await api.must("GET", `${services}/gateway`)) as object;
    await api.must("PUT", `${services}/gateway/status`, { ...current, status: { loadBalancer: { ingress } } });
  };
  await published({ ip: "192.0.2.10" });
  await story.killController();
  await story.startController(1, ["--leader-election=false", "--publish-service=kong-system/gateway"]);
  await acme.apply(primary("l9s.example"), ingress("l9s", ["l9s.example"]));
  await eventually(async () => expect(await acme.addresses("l9s")).toEqual([{ ip: "192.0.2.10" }]));
  await published({ hostname: "gateway.example" });
  await eventually(async () => expect(await acme.addresses("l9s")).toEqual([{ hostname: "gateway.example" }]));
  await api.must("DELETE", `${services}/gateway`);
  await eventually(async () => expect(await acme.addresses("l9s")).toBeUndefined());
  await story.serves("l9s.example", "acme-org/web");
});
