import { namespaceNames, near } from "../claims/namespaces.ts";
import { byYou } from "../claims/path-answer.ts";
import { unreadIfDenied } from "../kube/errors.ts";
import { namespaces } from "../kube/resources.ts";
import type { Check } from "./finding.ts";

/** Whether there is such a namespace: nothing is found where there is, or where the caller may not see that. */
export const namespace: Check = async ({ cluster }) => {
  const name = cluster.namespace;
  if ((await cluster.find(namespaces, undefined, name).catch(unreadIfDenied)) !== undefined) return [];
  const alike = near(name, await namespaceNames(cluster));
  const hint = alike.length === 0 ? "" : ` (did you mean ${alike.join(" or ")}?)`;
  const fix = byYou("name another one", "kubectl domain doctor -n NAMESPACE");
  return [{ check: "namespace", state: "problem", message: `there is no namespace ${name}${hint}`, fix }];
};
