import type { Api } from "../controlplane/api.ts";
import { untilAllowed } from "../controlplane/rights.ts";
import { waitFor } from "../wait.ts";
import { ensure } from "../controlplane/service-account.ts";

const EDIT = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const READ = ["get", "list", "watch"];

/** What a team may do in its namespace: claim, route, and see what became of it. Not: write a status. */
const TENANT_RULES = [
  { apiGroups: ["platform.koli.io"], resources: ["domains"], verbs: EDIT },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: EDIT },
  { apiGroups: [""], resources: ["services", "secrets"], verbs: EDIT },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: READ },
];

/** Creates a namespace (unless it exists) in which `user` has a team's rights, and returns when these are in force. */
export async function createTenant(api: Api, user: string, namespace: string): Promise<void> {
  await ensure(api, "/api/v1/namespaces", namespace);
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  // For a moment the API server may take a namespace that was made anew for the one before, which is ending.
  const role = { metadata: { name: `tenant-${user}` }, rules: TENANT_RULES };
  await waitFor({ what: `${namespace} to take what is created in it` }, () => api.must("POST", `${rbac}/roles`, role));
  await api.must("POST", `${rbac}/rolebindings`, {
    metadata: { name: `tenant-${user}` },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: `tenant-${user}` },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
  });
  await untilAllowed(api, user, { namespace, verb: "create", group: "platform.koli.io", resource: "domains" });
}
