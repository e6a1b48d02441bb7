import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { OddKubeconfig, parseKubeconfig } from "../src/kube/kubeconfig-file.ts";
import type { View } from "../src/kube/kubeconfig.ts";
import { kubectlView, mergedView } from "../src/kube/view.ts";
import { kubectl } from "./support/kubectl.ts";

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "kubeconfig-"));
});

afterAll(() => {
  rmSync(home, { recursive: true });
});

const yaml = `
# written by hand
apiVersion: v1
kind: Config
preferences: {}
current-context: &here "work"
contexts:
- name: *here
  context: {cluster: prod, user: marvin, namespace: marvin-org, extensions: [{name: context_info, extension: {v: 1.10}}]}
- name: empty
  context:
clusters:
- name: prod
  cluster:
    server: https://api.example:6443
    certificate-authority: ../ca.pem
    certificate-authority-data: Q0E=
    insecure-skip-tls-verify: yes
    unknown-field: [1, 2]
    tls-server-name:
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: { audience: "a", list: [true, null, x] }
- name: bare
  cluster: {}
users:
- name: marvin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: ./bin/login
      args:
      - --cluster
      - >-
        one
        two
      env: [{name: A, value: b}]
      provideClusterInfo: true
      installHint: |
        get it
        there
- name: other
  user: { as: boss, as-groups: [a, b], as-uid: u-1, as-user-extra: { k: [v, w] }, username: m, password: 'p: #w', tokenFile: t }
- name: third
  user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Never }, auth-provider: { name: gcp } }
- name: pair
  user: { client-certificate: c.pem, client-key-data: S0VZ, token: abc }
`;

const json = JSON.stringify({
  kind: "Config",
  "current-context": "other",
  clusters: [{ name: "prod", cluster: { server: "https://elsewhere" } }],
  users: [{ name: "fifth", user: { tokenFile: "deep/token", exec: null } }],
  contexts: null,
});

test("plain files are read as kubectl reads them, without kubectl", { tags: "long" }, async () => {
  const paths = ["a", "b"].map((folder) => join(home, folder, "config"));
  for (const folder of ["a", "b"]) mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(paths[0] ?? "", yaml);
  writeFileSync(paths[1] ?? "", json);
  writeFileSync(join(home, "nothing"), "");
  const env = { PATH: process.env["PATH"], HOME: home };
  const orders = [
    paths,
    [...paths].reverse(),
    [join(home, "gone"), ...paths, ...paths],
    [join(home, "nothing"), "", paths[1] ?? ""],
    [join(home, "gone")],
  ];
  for (const order of orders) {
    const listed = { ...env, KUBECONFIG: order.join(delimiter) };
    expect(await withoutKubectl(undefined, listed), order.join()).toEqual(await theirs(undefined, listed));
  }
  for (const path of paths) expect(await withoutKubectl(path, env)).toEqual(await theirs(path, env));
  mkdirSync(join(home, ".kube"));
  writeFileSync(join(home, ".kube", "config"), yaml);
  expect(await withoutKubectl(undefined, env)).toEqual(await theirs(undefined, env));
});

test.each([
  ["a number for a name", "current-context: 1"],
  ["a number that Go alone takes for one", "current-context: 1e3"],
  ["a boolean of YAML 1.1", "current-context: yes"],
  ["a date", "current-context: 2026-01-01"],
  ["a string for a boolean", 'clusters: [{name: a, cluster: {insecure-skip-tls-verify: "true"}}]'],
  ["a name that comes twice", "users: [{name: a, user: {}}, {name: a, user: {token: x}}]"],
  ["a key that comes twice", "current-context: a\ncurrent-context: b"],
  ["another kind", "kind: Pod"],
  ["another version", "apiVersion: v2"],
  ["two documents", "kind: Config\n---\nkind: Config"],
  ["a list", "[]"],
  ["a mapping for a list", "users: {a: b}"],
  ["a list for a mapping", "users: [{name: a, user: []}]"],
  ["base64 that is none", "users: [{name: a, user: {client-key-data: '%%%%'}}]"],
  ["a set", "users: [{name: a, user: !!set {token}}]"],
  ["a comment alone", "# nothing"],
  [
    "a number for a credential plugin",
    "clusters: [{name: a, cluster: {extensions: [{name: client.authentication.k8s.io/exec, extension: {n: [1.50]}}]}}]",
  ],
])("%s is left to kubectl", async (_what, text) => {
  await expect(parseKubeconfig(text)).rejects.toThrow(OddKubeconfig);
});

test("kubectl speaks for itself where a file is odd", async () => {
  const odd = join(home, "odd");
  writeFileSync(odd, "current-context: yes");
  const env = { PATH: process.env["PATH"], HOME: home, KUBECTL: kubectl };
  await expect(mergedView(odd, env)).rejects.toThrow(`error loading config file "${odd}"`);
  await expect(withoutKubectl(odd, env)).rejects.toThrow("put kubectl on the PATH");
});

/** Our own reading, which fails where it would ask kubectl. */
async function withoutKubectl(kubeconfig: string | undefined, env: Record<string, string | undefined>): Promise<View> {
  return await mergedView(kubeconfig, { ...env, KUBECTL: join(home, "no-kubectl") });
}

/** kubectl's view without what never counts: a context's extensions, and the settings of a legacy auth-provider. */
async function theirs(kubeconfig: string | undefined, env: Record<string, string | undefined>): Promise<unknown> {
  const view = await kubectlView(kubeconfig, { ...env, KUBECTL: kubectl });
  const text = JSON.stringify(view, (key, value: unknown) => (key === "config" ? undefined : value));
  const { contexts, clusters, users, "current-context": current } = JSON.parse(text) as View;
  return {
    "current-context": current,
    contexts: (contexts ?? []).map(({ name, context }) => {
      const { cluster, user, namespace } = context ?? {};
      return { name, context: { cluster, user, ...(namespace === undefined ? {} : { namespace }) } };
    }),
    clusters: clusters ?? [],
    users: users ?? [],
  };
}
