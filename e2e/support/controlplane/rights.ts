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
