import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { kongAdmin } from "../stories/support/kong.ts";
import { ingress, primary } from "../stories/support/objects.ts";
import { nobody, startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { command } from "../support/command.ts";
import { docBlock } from "../support/doc-blocks.ts";
import { helmBinary } from "../support/helm/helm.ts";
import type { HelmOutput } from "../support/helm/helm.ts";
import { releaseIn } from "./release.ts";
import type { Release } from "./release.ts";
import { admin, controllerPods } from "./support.ts";

// How a release goes: `helm uninstall` with the Job that it waits for. The last test removes all, so this suite is the last one.

const folder = mkdtempSync(join(tmpdir(), "domain-claims-uninstall-"));
const values = join(folder, "values.yaml");
let story: Story;
let acme: Team;
let release: Release;

beforeAll(async () => {
  story = await startStory();
  acme = await story.team("uninstall-org");
  await acme.site();
  release = await releaseIn(folder, story.cluster.kubeconfig);
  writeFileSync(values, (await release.helm("get values", "--output=yaml")).stdout);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await story.stop();
});

/** Takes all pods of Kong away, and returns when they have ended: until then they take what is written. */
async function stopKong(): Promise<void> {
  await admin(story, ["scale", "deployment/kong-kong", "--namespace=kong", "--replicas=0"]);
  const pods = ["pods", "--namespace=kong", "--selector=app.kubernetes.io/name=kong"];
  await admin(story, ["wait", "--for=delete", ...pods, "--timeout=120s"]);
}

/** Has Kong run in one pod, and returns when it does. */
async function startKong(): Promise<void> {
  await admin(story, ["scale", "deployment/kong-kong", "--namespace=kong", "--replicas=1"]);
  await admin(story, ["rollout", "status", "deployment/kong-kong", "--namespace=kong", "--timeout=120s"]);
}

test("while Kong is away helm uninstall fails with the name of the claim that hangs, and --no-hooks helps", async () => {
  const hosts = ["stays.example", "hangs.example"];
  await acme.apply(...hosts.map((host) => primary(host)), ingress("web", hosts));
  for (const host of hosts) await story.serves(host, "uninstall-org/web");
  await release.upgrade("uninstall.timeoutSeconds=5");
  await stopKong();
  await acme.remove("domain", "hangs.example");
  const failed: unknown = await release.helm("uninstall").catch((error: unknown) => error);
  const { stdout, stderr } = failed as HelmOutput;
  expect(stderr).toContain("job domain-claims-uninstall failed");
  expect(stdout + stderr).toContain(
    "error: 1 claim has still to be released: uninstall-org/hangs.example. Only a running",
  );
  expect(await controllerPods(story)).toHaveLength(2);
  await release.helm("uninstall", "--no-hooks");
  await eventually(async () => expect(await controllerPods(story)).toEqual([]));
  expect(await acme.claim("hangs.example")).toBeDefined();
});

test("a release that is installed again goes on from there: the claim that hung is released, the other one is served", async () => {
  await startKong();
  await release.install(values);
  await acme.gone("hangs.example");
  await story.serves("stays.example", "uninstall-org/web");
  await story.serves("hangs.example", nobody);
});

test("with uninstall.deleteClaims helm uninstall has every claim leave Kong before the controller goes", async () => {
  await release.upgrade("uninstall.deleteClaims=true");
  const { stdout, stderr } = await release.helm("uninstall");
  expect(stdout + stderr).toContain("1 claim has still to be released: uninstall-org/stays.example");
  expect(stdout + stderr).toContain("no claim waits for the controller: it can go");
  expect(await kongAdmin(story).everything()).toEqual([]);
  expect(await admin(story, ["get", "domains", "--all-namespaces", "--output=name"])).toBe("");
  expect((await story.record("stays.example"))?.metadata.name).toBe("stays.example");
  // The Job's rights go with it.
  const left = ["get", "jobs,clusterroles,clusterrolebindings", "--all-namespaces", "--output=name"];
  expect(await admin(story, left)).not.toContain("domain-claims");
});

test("removed by the commands of docs/uninstall.md, nothing of it is left, and nothing hangs", async () => {
  await release.install(values);
  await acme.apply(primary("last.example"), ingress("last", ["last.example"]));
  await story.serves("last.example", "uninstall-org/web");
  const bin = join(folder, "bin");
  mkdirSync(bin);
  symlinkSync(story.cluster.kubectl, join(bin, "kubectl"));
  symlinkSync(await helmBinary(), join(bin, "helm"));
  const env = {
    PATH: [bin, process.env["PATH"]].join(delimiter),
    KUBECONFIG: story.cluster.kubeconfig,
    HOME: folder,
  };
  const script = docBlock("uninstall.md", "sh", "kubectl delete crd domains.platform.koli.io hostrecords");
  await command("bash", ["--norc", "-euo", "pipefail", "-c", script], { env });
  expect(await story.visit("last.example")).toBe(nobody);
  expect(await kongAdmin(story).everything()).toEqual([]);
  expect(await admin(story, ["get", "crd", "--output=name"])).not.toContain("platform.koli.io");
  await eventually(async () => expect(await controllerPods(story)).toEqual([]));
});
