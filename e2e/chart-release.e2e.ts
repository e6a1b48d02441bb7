import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { startControlPlane } from "./support/controlplane/control-plane.ts";
import type { ControlPlane } from "./support/controlplane/control-plane.ts";
import type { Place } from "./support/controlplane/place.ts";
import { docBlock } from "./support/doc-blocks.ts";
import { helmBinary } from "./support/helm/helm.ts";
import { manifestsIn, podsOf } from "./support/helm/manifests.ts";
import type { Manifest } from "./support/helm/manifests.ts";
import { playJobs } from "./support/helm/played-jobs.ts";
import type { PlayedJobs } from "./support/helm/played-jobs.ts";
import type { RunningProcess } from "./support/process.ts";
import { startBackend } from "./support/world/backend.ts";
import { startController } from "./support/world/controller-process.ts";
import type { Controller } from "./support/world/controller-process.ts";
import { startGateway } from "./support/world/gateway-process.ts";
import type { KongAddresses } from "./support/world/given-kong.ts";
import { domain, group, ingress, paths } from "./support/world/objects.ts";
import { PROJECT } from "./support/world/project.ts";
import { proxyRequest } from "./support/world/proxy-request.ts";
import { runScript } from "./support/world/script.ts";

// A release from its first day to its last, by the commands of docs/ as they are written there, in a folder that looks like
// a checkout. There is no kubelet: the controller runs as a process, with the Deployment's arguments and the rights of its
// ServiceAccount.

const dataDir = mkdtempSync(join(tmpdir(), "domain-claims-"));
const checkout = join(dataDir, "checkout");
const started: RunningProcess[] = [];
const place: Place = { dataDir, logDir: join(dataDir, "logs"), detached: false, onStart: (one) => started.push(one) };

let cluster: ControlPlane;
let kong: KongAddresses;
let port: number;
let jobs: PlayedJobs;

beforeAll(async () => {
  const [startedCluster, startedKong] = await Promise.all([startControlPlane(), startGateway(place)]);
  [cluster, kong] = [startedCluster, startedKong];
  // The chart's links to crds/ stay as they are, and so lead to the copy.
  for (const folder of ["charts", "crds"])
    cpSync(join(PROJECT, folder), join(checkout, folder), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(checkout, "domain-claims.yaml"), docBlock("install.md", "yaml", "publish-service"));
  const bin = join(dataDir, "bin");
  mkdirSync(bin);
  symlinkSync(cluster.kubectl, join(bin, "kubectl"));
  symlinkSync(await helmBinary(), join(bin, "helm"));
  await sh("kubectl create namespace kong-system; kubectl create namespace acme-org; kubectl create namespace kong");
  const backend = await startBackend(cluster.api, { namespace: "acme-org", service: "web" });
  port = backend.port;
  jobs = playJobs(cluster, "kong-system", { PATH: process.env["PATH"], HOME: join(dataDir, "home") });
  return async () => {
    await jobs.stop();
    await backend.close();
    await Promise.all(started.map((one) => one.stop()));
    await cluster.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
});

/** Runs a shell script in the checkout, as cluster admin; throws what it said where it fails. */
async function sh(script: string): Promise<string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(HELM_|KUBE|KONG_)/.test(name));
  const env = {
    ...Object.fromEntries(kept),
    HOME: join(dataDir, "home"),
    PATH: [join(dataDir, "bin"), process.env["PATH"]].join(delimiter),
    KUBECONFIG: cluster.kubeconfig,
    KONG_ADMIN_URL: kong.adminUrl,
  };
  return await runScript(script, { cwd: checkout, env });
}

/** Starts what the Deployment would run. */
async function runDeployed(): Promise<Controller> {
  const path = "/apis/apps/v1/namespaces/kong-system/deployments/domain-claims";
  const pods = podsOf([{ ...((await cluster.api.must("GET", path)) as Manifest), kind: "Deployment" }]);
  const { kubeconfig } = await cluster.serviceAccount("kong-system", pods.serviceAccountName);
  const [{ args, env }] = pods.containers;
  const given = env.flatMap(({ name, value, valueFrom }) =>
    valueFrom === undefined ? [[name, value ?? ""]] : name === "POD_NAMESPACE" ? [[name, "kong-system"]] : [],
  ) as readonly (readonly [string, string])[];
  expect(args).toContain("--kong-admin-url=http://kong-kong-admin.kong.svc:8001");
  return startController(place, {
    kubeconfig,
    kongAdminUrl: kong.adminUrl,
    publishAddress: "127.0.0.1",
    // Where the parts of this world are.
    args: args.filter((arg) => !/^--(kong-admin-url|health-address)=/.test(arg)),
    env: { PATH: process.env["PATH"], HOME: join(dataDir, "home"), ...Object.fromEntries(given) },
  });
}

/** Runs what `helm test` would, but asks this URL; throws what it printed where it fails. */
async function helmTest(url: string): Promise<string> {
  const [pod] = manifestsIn(await sh("helm get hooks domain-claims --namespace kong-system"));
  const { containers } = pod?.["spec"] as {
    readonly containers: readonly [Record<"command" | "args", readonly string[]>];
  };
  const [{ command, args }] = containers;
  expect(args.at(-1)).toBe("http://domain-claims-metrics.kong-system.svc:8080/readyz?verbose");
  const [program, ...line] = [...command, ...args.slice(0, -1), url];
  expect(program).toBe("node");
  try {
    return (await promisify(execFile)(process.execPath, line)).stdout;
  } catch (cause) {
    throw new Error((cause as { readonly stdout: string }).stdout, { cause });
  }
}

async function claimAndRoute(host: string): Promise<void> {
  await cluster.api.must("POST", paths.domains("acme-org"), domain(host, { primary: host }));
  await cluster.api.must("POST", paths.ingresses("acme-org"), ingress(host, [host], "kong", port));
}

async function answer(host: string): Promise<number> {
  return (await proxyRequest(kong, { host })).status;
}

async function phaseOf(host: string): Promise<unknown> {
  const { body } = await cluster.api.call("GET", `${paths.domains("acme-org")}/${host}`);
  return (body as { readonly status?: { readonly phase?: string } }).status?.phase;
}

/** The objects of ours in Kong. */
async function inKong(collection: string, query = ""): Promise<readonly { readonly id: string }[]> {
  const response = await fetch(`${kong.adminUrl}/${collection}${query}`);
  return ((await response.json()) as { readonly data: readonly { readonly id: string }[] }).data;
}

/** Whether the kind shows the column that only a later version has. */
async function hasLaterColumn(): Promise<boolean> {
  return (await sh("kubectl get domains --namespace acme-org")).includes("LATER");
}

const install = (): Promise<string> => sh(docBlock("install.md", "sh", "helm install"));

test("a release: installed, used, upgraded, rolled back, removed in order", async () => {
  const notes = await install();
  expect(notes).toContain("is installed in the namespace kong-system");
  expect(notes.match(/WARNING: .*/g)).toEqual([expect.stringContaining("asked by plain HTTP")]);

  await sh(docBlock("install.md", "sh", "NetworkPolicy"));

  const controller = await runDeployed();
  expect(await helmTest(`${controller.healthUrl}/readyz?verbose`)).toContain("[+]kong ok");
  await expect(helmTest(`${controller.healthUrl}/elsewhere`)).rejects.toThrow("here are /livez");
  await claimAndRoute("acme.example");
  await expect.poll(() => answer("acme.example")).toBe(200);
  await expect.poll(() => phaseOf("acme.example")).toBe("OK");
  const { spec } = (await cluster.api.must(
    "GET",
    "/apis/coordination.k8s.io/v1/namespaces/kong-system/leases/domain-claims",
  )) as {
    readonly spec: { readonly holderIdentity: string };
  };
  expect(spec.holderIdentity).not.toBe("");

  expect(await hasLaterColumn()).toBe(false);
  laterVersion();
  await sh(docBlock("upgrade.md", "sh", "helm upgrade domain-claims charts/domain-claims --namespace"));
  await expect.poll(hasLaterColumn).toBe(true);
  expect(await sh("kubectl get deployment domain-claims -n kong-system -o jsonpath='{..image}'")).toMatch(/:9\.9\.9$/);
  await sh(docBlock("upgrade.md", "sh", "helm rollback"));
  await expect.poll(hasLaterColumn).toBe(false);
  expect(await phaseOf("acme.example")).toBe("OK");
  expect(await answer("acme.example")).toBe(200);

  await sh(docBlock("uninstall.md", "sh", "kubectl delete crd"));
  expect(jobs.printed.at(-1)).toBe("no claim waits for the controller: it can go\n");
  expect(await answer("acme.example")).toBe(404);
  await expect.poll(() => nothingIsLeft().then(() => "nothing")).toBe("nothing");
  await cleared(controller);
});

test("a release whose kinds go along takes every claim out of Kong first", async () => {
  await install();
  const controller = await runDeployed();
  await keptAfterKilledUninstall();
  await claimAndRoute("acme.example");
  await expect.poll(() => answer("acme.example")).toBe(200);
  await expect.poll(() => phaseOf("acme.example")).toBe("OK");
  await sh(docBlock("uninstall.md", "sh", "crds.keep=false"));
  expect(jobs.printed.at(-1)).toContain("1 claim has still to be released: acme-org/acme.example\n");
  expect(await answer("acme.example")).toBe(404);
  await expect.poll(() => nothingIsLeft().then(() => "nothing")).toBe("nothing");
  await cleared(controller);
});

/** Kills a `helm uninstall` that takes every claim along when it has made its rights, and keeps the release by docs/uninstall.md. */
async function keptAfterKilledUninstall(): Promise<void> {
  // It is not done before it is killed.
  jobs.hold(true);
  await sh(`
    helm upgrade domain-claims charts/domain-claims -n kong-system --reuse-values --set uninstall.deleteClaims=true
    helm uninstall domain-claims --namespace kong-system &
    until kubectl get clusterrole domain-claims-uninstall; do sleep 0.1; done
    kill -KILL $!
  `);
  const made = "kubectl get clusterroles,clusterrolebindings,jobs --all-namespaces --output name";
  expect(await sh(made)).toContain("domain-claims-uninstall");
  await sh(docBlock("uninstall.md", "sh", "job,clusterrolebinding"));
  jobs.hold(false);
  expect(await sh(made)).not.toContain("domain-claims-uninstall");
  await sh("helm rollback domain-claims 1 --namespace kong-system");
}

/** Expects neither a release, nor a kind, nor a right, nor anything in Kong. */
async function nothingIsLeft(): Promise<void> {
  expect(await inKong("routes")).toEqual([]);
  expect((await cluster.api.call("GET", `${group}/domains`)).status).toBe(404);
  expect(await sh("helm list --all-namespaces --short")).toBe("");
  expect(await sh("kubectl get clusterroles,clusterrolebindings,jobs -A --output name")).not.toContain("domain-claims");
}

/** Makes room for the next release. */
async function cleared(controller: Controller): Promise<void> {
  await controller.stop();
  await sh("kubectl delete ingress --all --namespace acme-org");
  // Nobody has to wait here until it expires.
  await sh("kubectl delete lease domain-claims --namespace kong-system");
}

test("a controller that went first leaves nobody stuck, by docs/uninstall.md", async () => {
  await sh(docBlock("upgrade.md", "sh", "crds/domain.yaml"));
  await expect(install()).rejects.toThrow(/"domains.platform.koli.io".*exists and cannot be imported/);
  await sh(docBlock("upgrade.md", "sh", "--take-ownership"));
  const controller = await runDeployed();
  await claimAndRoute("marvin.example");
  await expect.poll(() => answer("marvin.example")).toBe(200);
  await expect.poll(() => phaseOf("marvin.example")).toBe("OK");
  await controller.stop();
  const foreign = JSON.stringify({ name: "foreign", host: "127.0.0.1" });
  const headers = { "content-type": "application/json" };
  const made = await fetch(`${kong.adminUrl}/services`, { method: "POST", headers, body: foreign });
  expect(made.status).toBe(201);

  const kept = { ...domain("kept.example", { primary: "kept.example" }) };
  const finalizers = ["acme.example/archive", "kolihub.io/kong", "acme.example/other"];
  await cluster.api.must("POST", paths.domains("acme-org"), {
    ...kept,
    metadata: { name: "kept.example", finalizers },
  });
  await sh("kubectl delete domain kept.example --namespace acme-org --wait=false");
  await sh(
    "helm upgrade domain-claims charts/domain-claims -n kong-system --reuse-values --set uninstall.timeoutSeconds=1",
  );
  const [, uninstall = ""] = docBlock("uninstall.md", "sh", "kubectl delete crd").split("\n");
  await expect(sh(uninstall)).rejects.toThrow("job domain-claims-uninstall failed");
  expect(jobs.printed.at(-1)).toContain(
    "error: 1 claim has still to be released: acme-org/kept.example. Only a running",
  );
  expect(await sh("helm list --namespace kong-system --uninstalling --short")).toBe("domain-claims\n");
  // To be kept all the same.
  await sh("helm rollback domain-claims 2 --namespace kong-system");
  expect(await sh("helm list --namespace kong-system --short")).toBe("domain-claims\n");
  await sh(docBlock("uninstall.md", "sh", "--no-hooks"));
  expect(await phaseOf("marvin.example")).toBe("OK");
  expect(await answer("marvin.example")).toBe(200);

  await sh("kubectl delete crd domains.platform.koli.io --wait=false");
  await expect
    .poll(() => sh("kubectl get domain marvin.example -n acme-org -o jsonpath='{.metadata.deletionTimestamp}'"))
    .toMatch(/Z$/);
  await sh(docBlock("uninstall.md", "sh", "go-template"));
  expect(await sh("kubectl get domains -n acme-org -o jsonpath='{.items[*].metadata.name} {..finalizers}'")).toBe(
    'kept.example ["acme.example/archive","acme.example/other"]',
  );
  await sh(`kubectl patch domain kept.example -n acme-org --type merge --patch '{"metadata":{"finalizers":null}}'`);
  await sh("kubectl wait --for=delete crd/domains.platform.koli.io --timeout=280s");

  await sh(docBlock("uninstall.md", "sh", "KONG_ADMIN_URL"));
  for (const collection of ["plugins", "routes", "services"])
    expect(await inKong(collection, "?tags=managed-by-domain-claims")).toEqual([]);
  expect(await inKong("services")).toEqual([expect.objectContaining({ name: "foreign" })]);
  expect(await answer("marvin.example")).toBe(404);
});

/** Makes the chart of the checkout one of a later version: the kind has a column more. */
function laterVersion(): void {
  const chart = join(checkout, "charts/domain-claims");
  const replace = (file: string, what: string, by: string): void => {
    const text = readFileSync(join(chart, file), "utf8");
    expect(text).toContain(what);
    writeFileSync(
      join(chart, file),
      text.replace(what, () => by),
    );
  };
  const column = "      additionalPrinterColumns:\n";
  replace(
    "files/crds/domain.yaml",
    column,
    `${column}        - { name: Later, type: string, jsonPath: .status.phase }\n`,
  );
  replace("Chart.yaml", "appVersion: 0.1.0", "appVersion: 9.9.9");
}
