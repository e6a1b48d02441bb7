import { randomUUID } from "node:crypto";
import { waitFor } from "../wait.ts";
import type { Api } from "./api.ts";

/** Something that a user may want to do; `group` and `resource` as in an RBAC rule. */
export interface Action {
  readonly namespace?: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}

/** Returns when RBAC lets the user do it: the authorizer sees a new binding a moment after it was created. */
export async function untilAllowed(
  api: Api,
  user: string,
  action: Action,
  groups: readonly string[] = [],
): Promise<void> {
  const spec = { user, groups, resourceAttributes: action };
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
  await waitFor({ what: `${user} to be allowed to ${action.verb} ${action.resource}`, interval: 20 }, async () => {
    const answer = await api.must("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review);
    return (answer as { readonly status: { readonly allowed: boolean } }).status.allowed;
  });
}

/**
 * Returns when RBAC knows all that was written until now, be it that rights are gone: it does when it knows those that were
 * given afterwards. Somebody is given some, in the cluster and in a namespace, and they are taken back.
 */
export async function untilRightsAreRead(api: Api): Promise<void> {
  const name = `nobody-${randomUUID()}`;
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const groups = { Role: `${rbac}/namespaces/default/roles`, ClusterRole: `${rbac}/clusterroles` } as const;
  const action = { verb: "get", group: "nothing.invalid" };
  for (const [kind, roles] of Object.entries(groups)) {
    const rules = [{ verbs: [action.verb], apiGroups: [action.group], resources: [kind] }];
    await api.must("POST", roles, { metadata: { name }, rules });
    await api.must("POST", `${roles.slice(0, -1)}bindings`, {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name }],
    });
  }
  for (const [kind, roles] of Object.entries(groups)) {
    await untilAllowed(api, name, { ...action, namespace: "default", resource: kind });
    await api.must("DELETE", `${roles.slice(0, -1)}bindings/${name}`);
    await api.must("DELETE", `${roles}/${name}`);
  }
}
