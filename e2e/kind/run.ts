import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command } from "../support/command.ts";
import { controlPlaneBinaries } from "../support/controlplane/binaries.ts";
import { assembler } from "../support/go/assembler.ts";
import { docBlock } from "../support/doc-blocks.ts";
import { requireDocker } from "../support/docker.ts";
import { freePorts } from "../support/ports.ts";
import { dyingWithUs } from "../support/process.ts";
import { onStderr, step } from "../support/progress.ts";
import { GIVEN_CLUSTER } from "../support/world/given-cluster.ts";
import type { GivenCluster } from "../support/world/given-cluster.ts";
import { PROJECT, SYSTEM_NAMESPACE } from "../support/world/project.ts";
import { chooseGateway, gatewayManifests } from "./gateway.ts";
import type { Gateway } from "./gateway.ts";
import { kindCluster } from "./kind.ts";
import type { Cluster } from "./kind.ts";
import { addressInNetwork } from "./network.ts";
import { joinNodes } from "./nodes.ts";
import { debianNodeImage } from "./node-image/node-image.ts";
import { releaseIn } from "./release.ts";
import { solverImage } from "./solver-image.ts";
import { HTTP01, suitesOf } from "./stories.ts";

// `make e2e-kind`: a cluster of kind from its first day to its last, with the controller's image and the chart (README.md).

const architecture = process.arch === "x64" ? "amd64" : "arm64";
const scratch = mkdtempSync(join(tmpdir(), "domain-claims-kind-"));
const logs = join(PROJECT, ".build/kind/logs");

/** The cluster, once it may be there. */
let made: Cluster | undefined;

/** Builds one of our images and returns its archive. */
async function image(program: "controller" | "kong-stand-in", name: string): Promise<string> {
  const output = join(scratch, program);
  const args = [join(PROJECT, "image/build.ts"), program, "--name", name, "--architecture", architecture];
  await command(process.execPath, [...args, "--base", process.env["BASE_IMAGE"] ?? "", "--output", output]);
  return join(output, `${architecture}.tar`);
}

/** Builds the image of cert-manager's solver and returns its archive. */
async function solver(): Promise<string> {
  const folder = join(scratch, "solver");
  mkdirSync(folder);
  return await solverImage(folder, architecture);
}

async function main(): Promise<void> {
  await requireDocker("a cluster of kind", "the same stories run without it: make e2e");
  const { kubectl } = await controlPlaneBinaries();
  const gateway = await chooseGateway(process.env, onStderr);
  const controller = await step(onStderr, "image of the controller", () => image("controller", "domain-claims:e2e"));
  const others: string[] = [];
  if (gateway === "stand-in") {
    const standIn = (): Promise<string> => image("kong-stand-in", "domain-claims-kong-stand-in:e2e");
    others.push(await step(onStderr, "image of the stand-in", standIn));
  }
  const groups = suitesOf(process.env["ONLY"]);
  if (groups.flat().includes(HTTP01)) others.push(await step(onStderr, "image of the HTTP-01 solver", solver));
  const { NODE_IMAGE: wanted = "", NODES = "1" } = process.env;
  const nodes = Number(NODES);
  const nodeImage = wanted === "debian" ? await debianNodeImage(await assembler()) : wanted;
  const [proxy = 0, proxyTls = 0, admin = 0] = await freePorts(3);
  const cluster = await kindCluster(`domain-claims-${String(process.pid)}`, scratch);
  const { name } = cluster;
  made = cluster;
  let passed = false;
  try {
    const ports = { proxy, proxyTls, admin };
    await step(onStderr, `cluster ${name}`, () => cluster.create({ ports, nodeImage, nodes }));
    const onCluster = (args: readonly string[], input?: string): Promise<string> =>
      command(kubectl, ["--kubeconfig", cluster.kubeconfig, ...args], input === undefined ? {} : { input });
    if (nodes > 1) await step(onStderr, "nodes join", () => joinNodes(onCluster, wanted === "debian"));
    await step(onStderr, "images into the nodes", () => loadImages(cluster, gateway, [controller, ...others]));
    await step(onStderr, "gateway", () => startGateway(onCluster, gateway, nodes));
    await step(onStderr, "helm install", () => install(cluster, onCluster, nodes));
    const file = join(scratch, "cluster.json");
    const given: GivenCluster = {
      kubeconfig: cluster.kubeconfig,
      kubectl,
      kong: {
        adminUrl: `http://127.0.0.1:${String(admin)}`,
        proxyUrl: `http://127.0.0.1:${String(proxy)}`,
        nodeUrls: [`http://127.0.0.1:${String(proxy)}`],
        nodeTls: [`127.0.0.1:${String(proxyTls)}`],
        proxyTls: `127.0.0.1:${String(proxyTls)}`,
        controlUrl: undefined,
        embedded: false,
        ours: false,
      },
      backendAddress: await addressInNetwork(),
    };
    writeFileSync(file, JSON.stringify(given));
    passed = true;
    for (const files of groups) if (passed) passed = await suites(file, files);
  } finally {
    if (!passed) {
      await cluster.exportLogs(logs).then(
        () => onStderr(`the logs of the cluster are in ${logs}`),
        (error: unknown) => onStderr(`the logs of the cluster could not be had: ${String(error)}`),
      );
    }
    if (process.env["KEEP"] === "1") onStderr(`cluster ${name} stays (KEEP=1): KUBECONFIG=${cluster.kubeconfig}`);
    else await step(onStderr, `deletion of ${name}`, cluster.delete);
  }
  if (!passed) process.exitCode = 1;
}

async function loadImages(cluster: Cluster, gateway: Gateway, archives: readonly string[]): Promise<void> {
  for (const archive of archives) await cluster.load({ archive });
  if (gateway === "stand-in") return;
  for (const name of [gateway.kong, gateway.postgres]) await cluster.load({ name });
}

/** kubectl as cluster admin. Rejects with what it said where it fails. */
type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** Starts it, with a pod for each node: the others once the first has made the database. The stand-in has none, and is one. */
async function startGateway(kubectl: Kubectl, gateway: Gateway, nodes: number): Promise<void> {
  const ready = ["rollout", "status", "--namespace", "kong", "deployment/kong-kong", "--timeout=180s"];
  await kubectl(["create", "namespace", "kong"]);
  await kubectl(["apply", "--filename", "-"], gatewayManifests(gateway));
  await kubectl(ready);
  if (nodes === 1 || gateway === "stand-in") return;
  await kubectl(["scale", "deployment/kong-kong", "--namespace=kong", `--replicas=${String(nodes)}`]);
  await kubectl(ready);
}

/** Installs the chart as docs/install.md says, in a namespace where only restricted pods may run. */
async function install(cluster: Cluster, kubectl: Kubectl, nodes: number): Promise<void> {
  const namespace = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: SYSTEM_NAMESPACE, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  };
  await kubectl(["apply", "--filename", "-"], JSON.stringify(namespace));
  const ours = {
    image: { repository: "domain-claims", tag: "e2e", pullPolicy: "Never" },
    settings: {
      // A Service before several nodes is no proof.
      ...(nodes === 1 && { "proxy-url": "http://kong-kong-proxy.kong.svc" }),
      "publish-service": null,
      "publish-status-address": "127.0.0.1",
      redemption: "0",
    },
  };
  const files = {
    "documented.yaml": docBlock("install.md", "yaml", "publish-service"),
    "ours.yaml": JSON.stringify(ours),
  };
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(scratch, name);
    writeFileSync(path, text);
    return path;
  });
  await (await releaseIn(scratch, cluster.kubeconfig)).install(...paths);
}

/** Runs suites in the cluster, one after the other; whether all passed. */
function suites(cluster: string, files: readonly string[]): Promise<boolean> {
  const vitest = join(PROJECT, "node_modules/vitest/vitest.mjs");
  const [program, ...args] = dyingWithUs(process.execPath, [vitest, "run", "--project", "kind", ...files]);
  const env = { ...process.env, [GIVEN_CLUSTER]: cluster };
  const child = spawn(program, args, { cwd: PROJECT, env, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("exit", (code) => resolve(code === 0));
  });
}

// Whoever interrupts it has the cluster deleted all the same; what runs for us ends with us.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    onStderr(`${signal}: cleaning up`);
    void (made?.delete() ?? Promise.resolve()).finally(() => process.exit(130));
  });
}
process.once("exit", () => {
  if (process.env["KEEP"] !== "1") rmSync(scratch, { recursive: true, force: true });
});
main().catch((error: unknown) => {
  onStderr(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
