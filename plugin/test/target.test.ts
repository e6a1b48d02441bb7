import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { expect, test } from "vitest";

import { chooseTarget } from "../src/kube/target.ts";
import type { Surroundings } from "../src/kube/target.ts";
import { kubectlView, mergedView } from "../src/kube/view.ts";
import { kubectl } from "./support/kubectl.ts";

const files: Readonly<Record<string, string>> = {
  "/var/run/secrets/kubernetes.io/serviceaccount/token": "sa-token\n",
  "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt": "CA",
  "/var/run/secrets/kubernetes.io/serviceaccount/namespace": "pods-own",
};
const pod: Surroundings = {
  env: { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" },
  readFile: (path) => files[path],
};
const nowhere: Surroundings = { env: {}, readFile: () => undefined };

test("without any kubeconfig a pod reaches its own cluster as its service account", () => {
  expect(chooseTarget({}, {}, pod)).toMatchObject({
    server: "https://[fd00::1]:443",
    namespace: "pods-own",
    ca: "CA",
    credential: { token: "sa-token" },
  });
  const named = { ...pod, env: { ...pod.env, POD_NAMESPACE: "from-env" } };
  expect(chooseTarget({}, {}, named).namespace).toBe("from-env");
  expect(chooseTarget({}, { namespace: "flag", token: "other" }, pod)).toMatchObject({
    namespace: "flag",
    credential: { token: "other" },
  });
});

test("a kubeconfig with a cluster, or --server, wins over the pod's own", () => {
  const view = {
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c" } }],
    clusters: [{ name: "c", cluster: { server: "https://elsewhere" } }],
  };
  expect(chooseTarget(view, {}, pod).server).toBe("https://elsewhere");
  expect(chooseTarget({}, { server: "https://flag/" }, pod).server).toBe("https://flag");
});

test("without anything it is kubectl's localhost:8080, or KUBERNETES_MASTER", () => {
  expect(chooseTarget({}, {}, nowhere)).toMatchObject({ server: "http://localhost:8080", namespace: "default" });
  const master = { ...nowhere, env: { KUBERNETES_MASTER: "https://master" } };
  expect(chooseTarget({}, {}, master).server).toBe("https://master");
});

test("a server without a scheme is spoken to in plain http, and gets no credentials", () => {
  const view = {
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: "host:1" } }],
    users: [{ name: "u", user: { token: "secret" } }],
  };
  expect(chooseTarget(view, {}, nowhere)).toMatchObject({ server: "http://host:1", credential: {} });
});

test.each([
  [{ context: "gone" }, 'context "gone" does not exist'],
  [{ cluster: "gone" }, 'cluster "gone" does not exist'],
  [{ user: "gone" }, 'auth info "gone" does not exist'],
  [{ certificateAuthority: "/gone" }, "unable to read the certificate authority /gone"],
  [{ asUid: "1" }, "needs that user's name: give --as"],
])("%j is refused with a sentence", (overrides, message) => {
  expect(() => chooseTarget({}, overrides, nowhere)).toThrow(message);
});

test("relative paths lead from the folder of the file that has the entry", async () => {
  const home = mkdtempSync(join(tmpdir(), "paths-"));
  const paths = ["a", "b"].map((folder) => {
    mkdirSync(join(home, folder));
    return join(home, folder, "config");
  });
  const user = (name: string, file: string) => ({
    name,
    user: { tokenFile: file, exec: { apiVersion: "v1", command: "./get", interactiveMode: "Never" } },
  });
  const cluster = { name: "c", cluster: { server: "https://c", "certificate-authority": "ca.pem" } };
  writeFileSync(paths[0] ?? "", JSON.stringify({ users: [user("one", "t1")] }));
  writeFileSync(
    paths[1] ?? "",
    JSON.stringify({ users: [user("one", "other"), user("two", "/abs")], clusters: [cluster] }),
  );
  const env = { PATH: process.env["PATH"], HOME: home, KUBECONFIG: [...paths, join(home, "gone")].join(delimiter) };
  const view = await mergedView(undefined, env);
  rmSync(home, { recursive: true });
  expect(view.clusters?.[0]?.cluster?.["certificate-authority"]).toBe(join(home, "b", "ca.pem"));
  const users = Object.fromEntries((view.users ?? []).map(({ name, user: found }) => [name, found]));
  expect(users["one"]).toMatchObject({ tokenFile: join(home, "a", "t1"), exec: { command: join(home, "a", "get") } });
  expect(users["two"]).toMatchObject({ tokenFile: "/abs", exec: { command: join(home, "b", "get") } });
});

test("kubectl's own refusal is passed on, and a missing kubectl is said", async () => {
  const env = { PATH: process.env["PATH"], HOME: import.meta.dirname, KUBECTL: kubectl };
  await expect(kubectlView(import.meta.filename, env)).rejects.toThrow(import.meta.filename);
  await expect(kubectlView(undefined, { KUBECTL: join(import.meta.dirname, "no", "kubectl") })).rejects.toThrow(
    "put kubectl on the PATH",
  );
});
