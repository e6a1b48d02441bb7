import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { docBlock } from "../support/doc-blocks.ts";
import { dashboardQueries } from "../support/prometheus/dashboard.ts";
import { promtool, promtoolProgram } from "../support/prometheus/promtool.ts";
import { unanswered } from "../support/prometheus/unanswered.ts";
import type { Controller } from "../support/world/controller-process.ts";
import { listOf } from "../support/world/objects.ts";
import type { StoredDomain } from "../support/world/objects.ts";
import { eventually } from "./support/eventually.ts";
import { faultsOf, needsGateway } from "./support/faults.ts";
import { kongAdmin } from "./support/kong.ts";
import { leads, metric, moreLooks } from "./support/metrics.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  story = await startStory({
    controllerArgs: [
      ...["--kong-resync-period=1s", "--kong-admin-header=Kong-Admin-Token: hunter2"],
      "--debug-address=127.0.0.1:0",
    ],
  });
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), coyote.site(), promtoolProgram()]);
});

afterAll(() => story.stop());

/** Everything that a controller writes, as it is now: Kong's entities and the versions of the objects. */
async function everythingWritten(): Promise<unknown> {
  const paths = ["platform.koli.io/v1/domains", "platform.koli.io/v1/hostrecords", "networking.k8s.io/v1/ingresses"];
  const versions = await Promise.all(
    paths.map(async (path) => {
      const items = await listOf<Pick<StoredDomain, "metadata">>(story.cluster.api, `/apis/${path}`);
      return items.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
    }),
  );
  return { versions, kong: await kongAdmin(story).everything() };
}

/** Returns when the controller has looked through all of Kong twice and has nothing more to do. */
async function hasLookedTwice(controller: Controller | undefined): Promise<void> {
  await moreLooks(controller, 2);
  for (const queue of ["claim", "host", "ingress"]) {
    await eventually(async () => {
      for (const what of ["depth", "retrying"])
        expect(await metric(controller, `domain_claims_queue_${what}{queue="${queue}"}`), queue).toBe(0);
    });
  }
}

describe("L6: a second pass writes nothing", () => {
  let before: unknown;

  beforeAll(async () => {
    await acme.apply(
      primary("l6.example", { delegates: ["coyote-org", "nobody-org"] }),
      shared("*.l6.example"),
      primary("co.uk"),
    );
    await acme.apply(
      ingress("l6", ["l6.example", "*.l6.example", "unclaimed.example"], {
        paths: [{ path: "/" }, { path: "/none", service: "none" }],
      }),
    );
    await acme.decided("l6.example", { phase: "OK" });
    await coyote.apply(
      shared("shop.l6.example", { parent: "acme-org" }),
      primary("l6.example"),
      ingress("l6", ["shop.l6.example"]),
    );
    await coyote.apply(shared("dark.l6.example", { parent: "acme-org" }));
    await story.serves("shop.l6.example", "coyote-org/web");
    await story.serves("x.l6.example", "acme-org/web");
    await story.serves("dark.l6.example", nobody);
    // Every claim and Ingress has been told the last thing that there is to tell.
    await acme.condition("l6.example", "DelegatesResolved", { status: "False", reason: "NamespaceNotFound" });
    for (const host of ["l6.example", "*.l6.example"]) await acme.condition(host, "Programmed", { status: "True" });
    await acme.decided("co.uk", { phase: "Failed", reason: "PublicSuffix" });
    await coyote.condition("shop.l6.example", "Programmed", { status: "True" });
    await coyote.condition("dark.l6.example", "Programmed", { status: "False", reason: "NoRoutes" });
    await coyote.decided("l6.example", { phase: "Failed", reason: "AlreadyClaimed" });
    for (const team of [acme, coyote]) await eventually(async () => expect(await team.addresses("l6")).toBeDefined());
    await hasLookedTwice(story.runningControllers()[0]);
    before = await everythingWritten();
    if (story.embedded) await faultsOf(story).forget();
  });

  const nothingWasWritten = async (): Promise<void> => {
    expect(await everythingWritten()).toEqual(before);
    if (story.embedded) expect(await faultsOf(story).writes()).toEqual([]);
  };

  test("L6: listing Kong again writes nothing", async () => {
    await hasLookedTwice(story.runningControllers()[0]);
    await nothingWasWritten();
  });

  test("L6: a restart writes nothing, and no request goes wrong meanwhile", async () => {
    const customer = await visitor(story, "l6.example");
    await story.killController("SIGTERM");
    const [restarted] = await story.startController();
    await eventually(async () => expect(await leads(restarted)).toBe(true));
    await hasLookedTwice(restarted);
    await nothingWasWritten();
    expect(await customer.leave()).toEqual(["acme-org/web"]);
  });

  test("L6: of several controllers one leads; when it stands still another one goes on, and neither writes anything", async () => {
    const [first] = story.runningControllers();
    const [second] = await story.startController();
    expect([await leads(first), await leads(second)]).toEqual([true, false]);
    const customer = await visitor(story, "l6.example");
    onTestFinished(() => first?.signal("SIGCONT"));
    first?.signal("SIGSTOP");
    await eventually(async () => expect(await leads(second)).toBe(true));
    await hasLookedTwice(second);
    await nothingWasWritten();
    await acme.apply(primary("sleep.example"), ingress("sleep", ["sleep.example"]));
    await story.serves("sleep.example", "acme-org/web");
    await acme.condition("sleep.example", "Programmed", { status: "True" });
    await eventually(async () => expect(await acme.addresses("sleep")).toBeDefined());
    await hasLookedTwice(second);
    before = await everythingWritten();
    if (story.embedded) await faultsOf(story).forget();
    first?.signal("SIGCONT");
    await eventually(async () => expect(await leads(first)).toBe(false));
    await hasLookedTwice(second);
    await nothingWasWritten();
    expect(await customer.leave()).toEqual(["acme-org/web"]);
  });
});

test("a controller that is asked to end releases its Lease, and the next one leads at once", async () => {
  // Only one that does not lead is ended first: of two, the older one slept and lost the Lease.
  await story.killController("SIGTERM");
  const [leader] = story.runningControllers();
  // If the Lease had to expire, it would take this one five minutes.
  const [next] = await story.startController(1, ["--lease-duration=300s", "--lease-renew-deadline=200s"]);
  expect([await leads(leader), await leads(next)]).toEqual([true, false]);
  const leaseHolder = ["get", "lease", "domain-claims", "-n=kong-system", "-o=jsonpath={.spec.holderIdentity}"];
  const { stdout: before } = await story.kubectl(leaseHolder);
  const ended = await story.killController("SIGTERM");
  expect(ended.ended()).toBe("exit code 0");
  expect((await story.kubectl(leaseHolder)).stdout).not.toBe(before);
  await eventually(async () => expect(await leads(next)).toBe(true));
});

test("a Kong that is away during changes is caught up with when it is back; readiness says that it is away", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const faults = faultsOf(story);
  const [controller] = story.runningControllers();
  const ready = async (): Promise<string> => (await fetch(`${controller?.healthUrl ?? ""}/readyz`)).text();
  await acme.apply(primary("before.example"), ingress("before", ["before.example"]));
  await story.serves("before.example", "acme-org/web");
  const customer = await visitor(story, "before.example");
  await faults.away();
  await eventually(async () => expect(await ready()).toContain("[-]kong failed"));
  await acme.apply(primary("during.example"), ingress("during", ["during.example"]));
  await acme.condition("during.example", "Programmed", { status: "False", reason: "KongUnreachable" });
  await story.heldBy("during.example", "acme-org/during.example");
  await acme.told("Ingress", "during", { type: "Warning", reason: "KongUnreachable" });
  await faults.back();
  await story.serves("during.example", "acme-org/web");
  await eventually(async () => expect(await ready()).toBe("ok\n"));
  expect(await customer.leave()).toEqual(["acme-org/web"]);
});

test("a controller that starts while Kong is away waits for it, gives no host to two, and goes on when it is back", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const faults = faultsOf(story);
  await story.killController("SIGTERM");
  await acme.apply(primary("early.example"), ingress("early", ["early.example"]));
  await faults.away();
  const early = Date.now();
  const starting = story.startController();
  await eventually(() => expect(Date.now()).toBeGreaterThan(early + 1000));
  await coyote.apply(primary("early.example"));
  await coyote.decided("early.example", { phase: "Failed", reason: "AlreadyClaimed" });
  expect(await story.visit("before.example")).toBe("acme-org/web");
  await faults.back();
  await starting;
  await story.serves("early.example", "acme-org/web");
  await acme.condition("before.example", "Programmed", { status: "True" });
});

test("a Kong that answers slowly, with 429, 5xx, resets and half answers is served all the same", async ({ skip }) => {
  skip(!story.embedded, needsGateway);
  const faults = faultsOf(story);
  await faults.add({ method: "POST", count: 3, effect: { kind: "reset", after: true } });
  await faults.add({ method: "POST", count: 2, effect: { kind: "half-answer" } });
  await faults.add({ method: "POST", count: 2, effect: { kind: "status", status: 503, after: true } });
  await faults.add({ method: "POST", count: 1, effect: { kind: "retry-later", seconds: 1 } });
  await faults.add({ method: "GET", path: "^/routes", count: 1, effect: { kind: "partial-list", keep: 1 } });
  const hosts = Array.from({ length: 8 }, (_, i) => `rough-${String(i)}.example`);
  await acme.apply(...hosts.map((host) => primary(host)), ingress("rough", hosts));
  for (const host of hosts) await story.serves(host, "acme-org/web");
  await faults.clear();
  await eventually(async () => {
    const routes = (await kongAdmin(story).tagged("routes", "k8s-name:rough")).flatMap(({ hosts }) => hosts ?? []);
    expect(routes.sort()).toEqual([...hosts].sort());
  });
});

test("/livez, /readyz and /metrics answer; the log tells what was done, and no secret", async () => {
  const [controller] = story.runningControllers();
  // Of a namespace in which many are decided within a second, not each has a line: this one's is quiet.
  await coyote.apply(primary("logged.example"));
  await coyote.decided("logged.example", { phase: "OK" });
  const get = async (path: string): Promise<string> => (await fetch(`${controller?.healthUrl ?? ""}${path}`)).text();
  expect(await get("/livez")).toBe("ok\n");
  await eventually(async () => {
    const typed = curlOf(docBlock("operate.md", "sh", "readyz?verbose"), "localhost:8080", controller?.healthUrl);
    const checks = (await story.script(typed)).split("\n").map((line) => line.replace(/:.*/, ""));
    const kinds = ["Domain", "HostRecord", "Ingress", "IngressClass", "Service", "Namespace"];
    expect(checks).toEqual(
      expect.arrayContaining([...kinds.map((kind) => `[+]watch/${kind} ok`), "[+]kong ok", "[+]leader ok"]),
    );
  });
  const metrics = await get("/metrics");
  for (const name of [
    "status",
    "hosts_held",
    "routes_live",
    "leader",
    "kong_request_duration_seconds",
    "suffix_list_timestamp_seconds",
  ]) {
    expect(metrics).toMatch(new RegExp(`^# TYPE domain_claims_${name} (gauge|counter|histogram)$`, "m"));
  }
  expect(await promtool(["check", "metrics"], metrics)).toEqual([]);
  // What failed, and what is not served, has numbers only where there was some of it: that depends on how busy the machine is.
  const mayBeAbsent = /outcome!?=|domain_claims_hosts_unserved/;
  const absent = await unanswered(dashboardQueries(), metrics);
  expect(absent.filter((expr) => !mayBeAbsent.test(expr))).toEqual([]);
  // A line is there a moment after what it tells, and then perhaps not yet all of it.
  await eventually(() => {
    const entries = (controller?.log() ?? "")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries).toContainEqual(
      expect.objectContaining({
        msg: "claim decided",
        namespace: "coyote-org",
        claim: "logged.example",
        reason: "Held",
      }),
    );
  });
  expect(controller?.log()).not.toContain("hunter2");
});

test("the leader's debug page tells of a host; its log level can be set while it runs", async () => {
  const [leader] = story.runningControllers();
  const entries = (): readonly string[] => (leader?.log() ?? "").split("\n").filter(Boolean);
  // The last line may not be there as a whole yet.
  const opened = entries().find((line) => line.includes('"msg":"debug pages are served to this machine"')) ?? "";
  const { port } = JSON.parse(opened) as { readonly port: number };
  const debug = `http://127.0.0.1:${String(port)}`;
  await acme.apply(primary("shown.example"), ingress("shown", ["shown.example"]));
  await story.serves("shown.example", "acme-org/web");
  const page = curlOf(docBlock("operate.md", "sh", "debug/hosts"), "localhost:8081", debug);
  await eventually(async () => {
    const shown = await story.script(page.replace("shop.acme.org", "shown.example"));
    expect(JSON.parse(shown)).toMatchObject({
      host: "shown.example",
      record: { holder: { namespace: "acme-org" } },
      claims: { total: 1 },
      decision: { serving: "acme-org", step: "keep" },
      kong: { known: true, routes: { total: 1 }, services: { total: 1 } },
    });
    expect(shown).not.toContain("hunter2");
  });
  const [more = "", less = ""] = curlOf(docBlock("operate.md", "sh", "debug/log-level"), "localhost:8081", debug).split(
    "\n",
  );
  expect(await story.script(more)).toBe("debug\n");
  await acme.apply(ingress("shown", ["shown.example"], { paths: [{ path: "/more" }] }));
  await eventually(() => expect(entries().some((line) => /"level":"debug".*shown\.example/.test(line))).toBe(true));
  expect(await story.script(less)).toBe("info\n");
});

/** The calls of a block, to where the controller is here: a pod's ports can't be forwarded, since there is no kubelet. */
function curlOf(block: string, address: string, here = ""): string {
  const calls = block.split("\n").filter((line) => line.startsWith("curl "));
  return calls.map((line) => line.replace("curl", "curl -sS").replace(`http://${address}`, here)).join("\n");
}
