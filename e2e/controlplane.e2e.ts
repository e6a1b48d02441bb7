import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startControlPlane } from "./support/controlplane/control-plane.ts";
import type { ControlPlane } from "./support/controlplane/control-plane.ts";
import { keptControlPlane } from "./support/controlplane/kept.ts";
import { untilAllowed } from "./support/controlplane/rights.ts";
import { processRuns } from "./support/proc.ts";
import { onStderr } from "./support/progress.ts";
import { runKubectl } from "./support/world/kubectl.ts";
import type { KubectlRun, Output } from "./support/world/kubectl.ts";

const WIDGETS = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties: {size: {type: integer, maximum: 10}}
              x-kubernetes-validations:
                - {rule: "self.size == oldSelf.size", message: a widget never changes its size}
`;

let cluster: ControlPlane;
let crds: string;

beforeAll(async () => {
  crds = mkdtempSync(join(tmpdir(), "domain-claims-crds-"));
  writeFileSync(join(crds, "widgets.yaml"), WIDGETS);
  // A file that a folder of definitions may hold beside them.
  writeFileSync(join(crds, "package.json"), "{}");
  cluster = await startControlPlane({ crds, progress: onStderr });
});

afterAll(async () => {
  await cluster.stop();
  rmSync(crds, { recursive: true, force: true });
});

function kubectl(args: readonly string[], run: Partial<KubectlRun> = {}): Promise<Output> {
  const env = { ...process.env, HOME: cluster.dataDir };
  return runKubectl(cluster.kubectl, args, { kubeconfig: cluster.kubeconfig, env, ...run });
}

function widget(name: string, more: object = {}): string {
  return JSON.stringify({
    apiVersion: "example.org/v1",
    kind: "Widget",
    metadata: { name, ...more },
    spec: { size: 3 },
  });
}

function configMap(name: string, more: object = {}): string {
  return JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...more } });
}

async function namespaceWithEditor(namespace: string, user: string): Promise<string> {
  await kubectl(["create", "namespace", namespace]);
  await kubectl(["create", "rolebinding", user, "--clusterrole=edit", `--user=${user}`], { namespace });
  await untilAllowed(cluster.api, user, { namespace, verb: "create", group: "", resource: "configmaps" });
  return (await cluster.user(user, [], namespace)).kubeconfig;
}

test("kubectl and the API server are of one version, and both tell it", async () => {
  const { stdout } = await kubectl(["version", "-o", "json"]);
  const { clientVersion, serverVersion } = JSON.parse(stdout) as Record<string, { readonly gitVersion: string }>;
  expect(serverVersion?.gitVersion).toMatch(/^v1\.\d+\.\d+/);
  expect(clientVersion?.gitVersion).toBe(serverVersion?.gitVersion);
});

test("a tenant reads and writes in the own namespace, and not in another's", async () => {
  const kubeconfig = await namespaceWithEditor("acme", "wile");
  await namespaceWithEditor("looney", "bugs");
  expect(await kubectl(["create", "configmap", "own"], { kubeconfig })).toMatchObject({ code: 0 });
  const other = await kubectl(["get", "configmaps"], { kubeconfig, namespace: "looney" });
  expect(other.code).toBe(1);
  expect(other.stderr).toContain('User "wile" cannot list resource "configmaps"');
  const cluster = await kubectl(["get", "namespaces"], { kubeconfig });
  expect(cluster.stderr).toContain("at the cluster scope");
});

test("a user's groups count", async () => {
  const { kubeconfig } = await cluster.user("auditor", ["readers", "others"]);
  await kubectl(["create", "clusterrolebinding", "readers", "--clusterrole=view", "--group=readers"]);
  await untilAllowed(cluster.api, "auditor", { verb: "list", group: "", resource: "pods" }, ["readers"]);
  expect(await kubectl(["get", "pods", "-A"], { kubeconfig })).toMatchObject({ code: 0 });
});

test("a definition given at the start is served, with its schema and its transition rules", async () => {
  expect(await kubectl(["create", "-f", "-"], { input: widget("first") })).toMatchObject({ code: 0 });
  const tooBig = await kubectl(["patch", "widget", "first", "--type=merge", "-p", '{"spec":{"size":11}}']);
  expect(tooBig.stderr).toContain("should be less than or equal to 10");
  const changed = await kubectl(["patch", "widget", "first", "--type=merge", "-p", '{"spec":{"size":4}}']);
  expect(changed.stderr).toContain("a widget never changes its size");
});

test("what a custom object owns goes with it, from the first moment on", async () => {
  // That garbage is collected at all begins a while after the controller manager, which is waited for with a kind that it has known before.
  expect(await collected(configMap, "150s")).toMatchObject({ code: 0 });
  // Who does not know of the kind from the first moment on looks for new ones every 30 seconds.
  expect(await collected(widget, "25s")).toMatchObject({ code: 0 });
});

/** Makes an object that owns another one, deletes it, and waits for so long for the other one's end. */
async function collected(object: typeof widget, timeout: string): Promise<Output> {
  const { apiVersion, kind } = JSON.parse(object("owner")) as { readonly apiVersion: string; readonly kind: string };
  await kubectl(["create", "-f", "-"], { input: object("owner") });
  const { stdout: uid } = await kubectl(["get", kind, "owner", "-o", "jsonpath={.metadata.uid}"]);
  const ownerReferences = [{ apiVersion, kind, name: "owner", uid }];
  await kubectl(["create", "-f", "-"], { input: object("owned", { ownerReferences }) });
  await kubectl(["delete", kind, "owner"]);
  return await kubectl(["wait", "--for=delete", `${kind}/owned`, `--timeout=${timeout}`]);
}

test("a namespace that is deleted goes, with what is in it", async () => {
  await kubectl(["create", "namespace", "shortlived"]);
  await kubectl(["create", "-f", "-"], { input: widget("inside"), namespace: "shortlived" });
  expect(await kubectl(["delete", "namespace", "shortlived", "--timeout=150s"])).toMatchObject({ code: 0 });
  expect((await kubectl(["get", "namespace", "shortlived"])).stderr).toContain("not found");
});

test("a service account is who its token says, and has the rights it was given", async () => {
  const { kubeconfig, tokenFile } = await cluster.serviceAccount("robots", "sweeper");
  expect(readFileSync(tokenFile, "utf8").split(".")).toHaveLength(3);
  const who = await kubectl(["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"], { kubeconfig });
  expect(who.stdout).toBe("system:serviceaccount:robots:sweeper");
  const refused = await kubectl(["get", "configmaps"], { kubeconfig });
  expect(refused.stderr).toContain('cannot list resource "configmaps" in API group "" in the namespace "robots"');
});

test("a second control plane runs beside the first, and stopping it leaves no process and no file", async () => {
  const second = await startControlPlane();
  const pids = Object.values(second.pids);
  expect(Object.keys(second.pids).sort()).toEqual(["etcd", "kube-apiserver", "kube-controller-manager"]);
  expect(pids.every(processRuns)).toBe(true);
  expect(second.url).not.toBe(cluster.url);
  await second.stop();
  expect(pids.some(processRuns)).toBe(false);
  expect(existsSync(second.dataDir)).toBe(false);
});

test("one that is kept is the next one's, without anything that was made or changed there", async () => {
  const [roles, bindings] = ["clusterroles", "clusterrolebindings"].map(
    (of) => `/apis/rbac.authorization.k8s.io/v1/${of}`,
  );
  const [action, name] = [{ verb: "get", group: "", resource: "nodes" }, "gardener"];
  const isAllowed = async ({ api }: ControlPlane): Promise<unknown> => {
    const spec = { user: name, resourceAttributes: action };
    const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    return ((await api.must("POST", path, { spec })) as { readonly status: object }).status;
  };
  const first = await keptControlPlane({ crds });
  const namespace = (await first.api.must("GET", "/api/v1/namespaces/default")) as { readonly metadata: object };
  await first.api.must("PUT", "/api/v1/namespaces/default", {
    ...namespace,
    metadata: { ...namespace.metadata, labels: { by: name } },
  });
  for (const garden of ["a", "b"]) {
    await first.api.must("POST", "/api/v1/namespaces", { metadata: { name: garden } });
    await first.api.must(
      "POST",
      `/apis/example.org/v1/namespaces/${garden}/widgets`,
      JSON.parse(widget("tree")) as object,
    );
  }
  await first.api.must("POST", roles ?? "", {
    metadata: { name },
    rules: [{ verbs: ["get"], apiGroups: [""], resources: ["nodes"] }],
  });
  await first.api.must("POST", bindings ?? "", {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name }],
  });
  await untilAllowed(first.api, name, action);
  // As kube-apiserver writes it after five minutes; without it, it panics after another five.
  const compactions = { key: Buffer.from("compact_rev_key").toString("base64") };
  const etcd = async (path: string, body: object): Promise<unknown> =>
    (await fetch(`${first.etcdUrl}/v3/kv/${path}`, { method: "POST", body: JSON.stringify(body) })).json();
  await etcd("put", { ...compactions, value: Buffer.from("1").toString("base64") });
  await first.stop();

  const second = await keptControlPlane({ crds });
  expect(second.pids).toEqual(first.pids);
  expect(await etcd("range", compactions)).toMatchObject({ count: "1" });
  expect(await second.api.must("GET", "/api/v1/namespaces/default")).toMatchObject({
    metadata: { labels: { "kubernetes.io/metadata.name": "default" } },
  });
  expect((await second.api.must("GET", "/apis/example.org/v1/widgets")) as object).toMatchObject({ items: [] });
  expect((await second.api.call("GET", "/api/v1/namespaces/a")).status).toBe(404);
  expect(await isAllowed(second)).toMatchObject({ allowed: false });

  // Of other kinds a cluster remembers more than its etcd does.
  const definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.org";
  await second.api.must("DELETE", definition);
  await second.stop();
  expect(Object.values(second.pids).some(processRuns)).toBe(false);
  const third = await keptControlPlane({ crds });
  expect(third.pids).not.toEqual(second.pids);
  expect((await third.api.call("GET", definition)).status).toBe(200);
  await third.stop();

  // One that ended while nobody used it is nobody's next one.
  process.kill(Number(third.pids["kube-apiserver"]), "SIGKILL");
  const fourth = await keptControlPlane({ crds });
  expect(fourth.pids).not.toEqual(third.pids);
  expect((await fourth.api.call("GET", definition)).status).toBe(200);

  // One that ends while somebody uses it says how, to whoever asks it and at its end.
  process.kill(Number(fourth.pids["kube-apiserver"]), "SIGKILL");
  await expect
    .poll(() => fourth.api.must("GET", "/version").catch(String))
    .toContain("kube-apiserver has ended (SIGKILL; ");
  await expect(fourth.stop()).rejects.toThrow("kube-apiserver has ended (SIGKILL; ");
  expect(Object.values(fourth.pids).some(processRuns)).toBe(false);
});

test("nothing survives a starter that is killed", async () => {
  const module = join(import.meta.dirname, "support/controlplane/control-plane.ts");
  const script = `const { startControlPlane } = await import(${JSON.stringify(module)});
    const { pids, dataDir } = await startControlPlane();
    process.stdout.write(JSON.stringify({ pids, dataDir }), () => process.kill(process.pid, "SIGKILL"));`;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  const { stdout } = await run.catch((error: unknown) => error as { readonly stdout: string });
  const { pids, dataDir } = JSON.parse(stdout) as { pids: Record<string, number>; dataDir: string };
  rmSync(dataDir, { recursive: true, force: true });
  expect(Object.keys(pids)).toHaveLength(3);
  await expect.poll(() => Object.values(pids).filter(processRuns)).toEqual([]);
});
