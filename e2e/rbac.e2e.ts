import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { keptControlPlane } from "./support/controlplane/kept.ts";
import type { ControlPlane } from "./support/controlplane/control-plane.ts";
import { untilRightsAreRead } from "./support/controlplane/rights.ts";
import { runKubectl } from "./support/world/kubectl.ts";

const crds = fileURLToPath(new URL("../crds/", import.meta.url));
const files = fileURLToPath(new URL("../charts/domain-claims/files/", import.meta.url));
const rights = ["rbac.yaml", "rbac-orders.yaml", "rbac-approvals.yaml"].flatMap((name) => ["-f", `${files}${name}`]);
const rbacApi = "/apis/rbac.authorization.k8s.io/v1";

let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await keptControlPlane({ crds });
  for (const name of ["kong-system", "acme-org"])
    await cluster.api.must("POST", "/api/v1/namespaces", { metadata: { name } });
  const applied = await runKubectl(cluster.kubectl, ["apply", ...rights], { kubeconfig: cluster.kubeconfig });
  expect(applied).toMatchObject({ code: 0 });
  await untilRightsAreRead(cluster.api);
  return cluster.stop;
});

/** Asks the API server whether it would let the user do it; `what` is group/resource, /subresource and :name optional. */
const allowed = async (
  user: string,
  groups: readonly string[],
  verb: string,
  what: string,
  namespace?: string,
): Promise<boolean> => {
  const [, group, resource, subresource, name] = /^([^/]*)\/([^/:]*)(?:\/([^:]*))?(?::(.*))?$/.exec(what) ?? [];
  const resourceAttributes = { verb, group, resource, subresource, name, namespace };
  const review = { spec: { user, groups, resourceAttributes } };
  const answer = await cluster.api.must("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review);
  return (answer as { readonly status: { readonly allowed: boolean } }).status.allowed;
};

const controller = ["get", "list", "watch", "create", "update", "patch", "delete", "approve"];
test.each([
  ["platform.koli.io/domains", "acme-org", ["get", "list", "watch", "patch"]],
  ["platform.koli.io/domains/status", "acme-org", ["patch"]],
  ["platform.koli.io/hostrecords", undefined, ["get", "list", "watch", "create", "update", "delete"]],
  ["/namespaces", undefined, ["get", "list", "watch"]],
  ["/services", "acme-org", ["list", "watch"]],
  ["platform.koli.io/domaincertificates", "acme-org", ["list", "watch", "create", "update", "delete"]],
  ["/secrets", "acme-org", ["get", "list", "watch", "delete"]],
  ["cert-manager.io/certificates", "acme-org", ["get", "list", "watch", "create", "patch", "delete"]],
  ["cert-manager.io/issuers", "acme-org", ["list", "watch"]],
  ["cert-manager.io/clusterissuers", undefined, ["list", "watch"]],
  ["cert-manager.io/certificaterequests", "acme-org", ["get", "list", "watch"]],
  ["cert-manager.io/certificaterequests/status", "acme-org", ["patch"]],
  ["cert-manager.io/signers:clusterissuers.cert-manager.io/letsencrypt", undefined, ["approve"]],
  ["cert-manager.io/signers:clusterissuers.cert-manager.io/other", undefined, []],
  ["acme.cert-manager.io/orders", "acme-org", ["list"]],
  ["acme.cert-manager.io/challenges", "acme-org", ["list"]],
  ["/configmaps", "kong-system", []],
  ["networking.k8s.io/ingresses", "acme-org", ["list", "watch"]],
  ["networking.k8s.io/ingresses/status", "acme-org", ["patch"]],
  ["networking.k8s.io/ingressclasses", undefined, ["list", "watch"]],
  ["events.k8s.io/events", "acme-org", ["create", "patch"]],
  ["coordination.k8s.io/leases:domain-claims", "kong-system", ["get", "create", "update"]],
  ["coordination.k8s.io/leases:other", "kong-system", ["create"]],
  ["coordination.k8s.io/leases:domain-claims", "acme-org", []],
  ["rbac.authorization.k8s.io/clusterroles", undefined, []],
])("on %s in %s the controller may %j and nothing else", async (what, namespace, expected) => {
  const user = "system:serviceaccount:kong-system:domain-claims";
  const answers = await Promise.all(
    controller.map(async (verb) => ({
      verb,
      may: await allowed(user, ["system:authenticated"], verb, what, namespace),
    })),
  );
  expect(
    answers
      .filter(({ may }) => may)
      .map(({ verb }) => verb)
      .sort(),
  ).toEqual([...expected].sort());
});

test.each([
  ["edit", ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]],
  ["admin", ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]],
  ["view", ["get", "list", "watch"]],
])("a tenant with the role %s may %j the Domains of the namespace, and write no status", async (role, expected) => {
  const user = `${role}-of-acme`;
  const may = (verb: string, what: string, namespace?: string): Promise<boolean> =>
    allowed(user, ["system:authenticated"], verb, what, namespace);
  await cluster.api.must("POST", `${rbacApi}/namespaces/acme-org/rolebindings`, {
    metadata: { name: user },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
  });
  const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
  // What is aggregated into a role comes there role by role.
  await expect
    .poll(async () => {
      const granted = await Promise.all(verbs.map((verb) => may(verb, "platform.koli.io/domains", "acme-org")));
      return verbs.filter((_, index) => granted[index]);
    })
    .toEqual(expected);
  await expect.poll(() => may("get", "platform.koli.io/domaincertificates", "acme-org")).toBe(true);
  for (const verb of ["update", "patch"]) {
    expect(await may(verb, "platform.koli.io/domaincertificates", "acme-org")).toBe(false);
    expect(await may(verb, "platform.koli.io/domains/status", "acme-org")).toBe(false);
    expect(await may(verb, "platform.koli.io/domains", "coyote-org")).toBe(false);
  }
});

test("everybody may read the register, and nobody but the controller may write it", async () => {
  const tenant = (verb: string): Promise<boolean> =>
    allowed("somebody", ["system:authenticated"], verb, "platform.koli.io/hostrecords");
  expect(await Promise.all(["get", "list", "watch"].map(tenant))).toEqual([true, true, true]);
  expect(await Promise.all(["create", "update", "patch", "delete"].map(tenant))).toEqual([false, false, false, false]);
  expect(await allowed("stranger", ["system:unauthenticated"], "get", "platform.koli.io/hostrecords")).toBe(false);
});
