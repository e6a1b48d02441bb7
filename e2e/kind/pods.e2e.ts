import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
import { ingress, primary } from "../stories/support/objects.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { visitor } from "../stories/support/visitor.ts";
import { certificateAuthority } from "../support/pki.ts";
import { releaseIn } from "./release.ts";
import type { Release } from "./release.ts";
import { admin, controllerPods, deploySite, followLog, leader } from "./support.ts";

// What only real pods can show, in the cluster that run.ts has made. The tests build on each other.

const folder = mkdtempSync(join(tmpdir(), "domain-claims-pods-"));
let story: Story;
let acme: Team;
let release: Release;

/** As manifests/kong.yaml has it: a second of `dns_valid_ttl`, four of `dns_stale_ttl`, and one to be sure. */
const forgottenMs = 6_000;

beforeAll(async () => {
  story = await startStory();
  acme = await story.team("pods-org");
  release = await releaseIn(folder, story.cluster.kubeconfig);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await story.stop();
});

test("helm test reaches the controller by the name of its Service, and it says that it is ready", async () => {
  const { stdout, stderr } = await release.helm("test");
  expect(stdout).toMatch(/^Phase: +Succeeded$/m);
  expect(stderr).toContain("[+]kong ok");
});

test("the image runs as nobody in particular, with no capability, on a file system that it can't write", async () => {
  const [pod] = await controllerPods(story);
  const look = `
    const fs = require("node:fs");
    const [, capabilities] = /CapEff:\\s*(\\S+)/.exec(fs.readFileSync("/proc/1/status", "utf8"));
    let written = "written";
    try { fs.writeFileSync("/app/x", ""); } catch (error) { written = error.code; }
    console.log(JSON.stringify([process.getuid(), capabilities, written, process.version]));`;
  const args = ["exec", pod?.metadata.name ?? "", "--namespace=kong-system", "--", "node", "--eval", look];
  expect(JSON.parse(await admin(story, args))).toEqual([65532, "0000000000000000", "EROFS", process.version]);
});

test("pods answer behind a Service with a name for its target port, and behind a headless one with a number", async () => {
  await Promise.all([
    deploySite(story, "pods-org", "web", { targetPort: "web" }),
    deploySite(story, "pods-org", "headless", { clusterIP: "None", targetPort: 8080 }),
  ]);
  await acme.apply(
    primary("pods.example"),
    ingress("pods", ["pods.example"], { paths: [{}, { path: "/headless", service: "headless" }] }),
  );
  await story.serves("pods.example", "pods-org/web");
  await story.serves("pods.example/headless", "pods-org/headless");
  // A gateway keeps its connections, so it takes many requests at once to reach both pods.
  await eventually(async () => {
    const requests = Array.from({ length: 30 }, () => story.request({ host: "pods.example" }));
    const answers = (await Promise.all(requests)).map(({ body }) => JSON.parse(body) as { readonly pod: string });
    expect(new Set(answers.map(({ pod }) => pod)).size).toBe(2);
  });
});

test("X4: a Service that is made again is reached at its new address, and who took the old one gets none of its visitors", async () => {
  const get = ["get", "service", "web", "--namespace=pods-org", "--output=jsonpath={.spec.clusterIP}"];
  const address = await admin(story, get);
  await story.serves("pods.example", "pods-org/web");
  await admin(story, ["delete", "service", "web", "--namespace=pods-org"]);
  await deploySite(story, "pods-org", "web", { targetPort: "web" });
  expect(await admin(story, get)).not.toBe(address);
  await story.team("pods-mallory");
  await deploySite(story, "pods-mallory", "web", { clusterIP: address, targetPort: "web" });
  // Nobody asks meanwhile: a worker that goes on using an address does so for the first request that comes.
  await sleep(forgottenMs);
  const requests = Array.from({ length: 30 }, () => story.visit("pods.example"));
  expect(new Set(await Promise.all(requests))).toEqual(new Set(["pods-org/web"]));
});

test("a team's own certificate is shown, and is trusted by whoever trusts who signed it", async () => {
  const authority = await certificateAuthority("authority");
  const { certificate, key } = await authority.issue({ commonName: "pods", hosts: ["pods.example"], use: "server" });
  const data = { "tls.crt": certificate, "tls.key": key };
  const secret = { metadata: { name: "pods-tls" }, type: "kubernetes.io/tls", stringData: data };
  await story.cluster.api.must("POST", "/api/v1/namespaces/pods-org/secrets", secret);
  await acme.patch("ingress", "pods", { spec: { tls: [{ secretName: "pods-tls", hosts: ["pods.example"] }] } });
  await eventually(async () => expect(await certifiedNames(story, "pods.example")).toBe("DNS:pods.example"));
  // Where the gateway has several nodes, another one may have answered first.
  await eventually(async () => {
    const { status } = await story.request({ host: "pods.example", tls: true, root: authority.certificate });
    expect(status).toBe(200);
  });
});

/** Expects the controller's two pods on two nodes, where there are so many. */
async function expectSpread(): Promise<void> {
  const nodes = (await admin(story, ["get", "nodes", "--output=name"])).trim().split("\n");
  const taken = (await controllerPods(story)).map(({ spec }) => spec.nodeName);
  expect(new Set(taken).size).toBe(Math.min(2, nodes.length));
}

test("an upgrade loses no request, claims are taken all the while, the lead goes over at once, and pods stay on nodes of their own", async () => {
  await expectSpread();
  const before = (await controllerPods(story)).map(({ metadata }) => metadata.uid);
  const customer = await visitor(story, "pods.example");
  let [over, leaderless, longest] = [false, Date.now(), 0];
  const watching = (async () => {
    while (!over) {
      const leading = await leader(story);
      const pods = await controllerPods(story);
      if (pods.some(({ metadata }) => metadata.name === leading)) leaderless = Date.now();
      longest = Math.max(longest, Date.now() - leaderless);
      await sleep(200);
    }
  })();
  const upgraded = release.upgrade("settings.kong-resync-period=5s");
  const hosts = Array.from({ length: 5 }, (_, index) => `upgrade-${String(index)}.example`);
  for (const host of hosts) {
    await acme.apply(primary(host), ingress(host, [host]));
    await story.serves(host, "pods-org/web");
  }
  await upgraded;
  await eventually(async () => {
    const after = (await controllerPods(story)).map(({ metadata }) => metadata.uid);
    expect(after).toHaveLength(2);
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
  });
  await expectSpread();
  over = true;
  await watching;
  expect(await customer.leave()).toEqual(["pods-org/web"]);
  // A Lease that nobody gives up is free after 15 seconds.
  expect(longest).toBeLessThan(10_000);
});

test("a leader that is evicted gives the Lease up and ends by itself, long before it would be killed", async () => {
  await eventually(async () => expect(await leader(story)).not.toBe(""));
  const evicted = await leader(story);
  const log = await followLog(story, evicted);
  const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: evicted, namespace: "kong-system" } };
  const path = `/api/v1/namespaces/kong-system/pods/${evicted}`;
  const begun = Date.now();
  await story.cluster.api.must("POST", `${path}/eviction`, eviction);
  await eventually(async () => expect(["", evicted]).not.toContain(await leader(story)));
  expect(Date.now() - begun).toBeLessThan(10_000);
  await eventually(async () => expect((await story.cluster.api.call("GET", path)).status).toBe(404));
  expect(Date.now() - begun).toBeLessThan(20_000);
  expect((await log.whole).trimEnd().split("\n").at(-1)).toContain('"msg":"stopped"');
  await eventually(async () => {
    const pods = await controllerPods(story);
    expect(pods.map(({ status }) => status.containerStatuses?.[0]?.ready)).toEqual([true, true]);
  }, 60_000);
});

test("without Kong the pods are not ready and none is restarted; when it is back, all is served again", async () => {
  const ready = async (): Promise<unknown> =>
    (await controllerPods(story)).map(({ status }) => status.containerStatuses?.[0]?.ready);
  const scale = (replicas: number): Promise<string> =>
    admin(story, ["scale", "deployment/kong-kong", "--namespace=kong", `--replicas=${String(replicas)}`]);
  await scale(0);
  await eventually(async () => expect(await ready()).toEqual([false, false]), 60_000);
  await acme.apply(primary("meanwhile.example"), ingress("meanwhile", ["meanwhile.example"]));
  await acme.condition("meanwhile.example", "Programmed", { status: "False", reason: "KongUnreachable" });
  await scale(1);
  await eventually(async () => expect(await ready()).toEqual([true, true]), 90_000);
  for (const host of ["pods.example", "meanwhile.example"])
    await eventually(async () => expect(await story.visit(host)).toBe("pods-org/web"), 90_000);
  for (const { status } of await controllerPods(story)) expect(status.containerStatuses?.[0]?.restartCount).toBe(0);
});
