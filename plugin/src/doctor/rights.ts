import { domains, hostRecords, ingresses } from "../kube/resources.ts";
import type { Resource } from "../kube/resources.ts";
import { byAdministrator } from "./finding.ts";
import type { Check } from "./finding.ts";

/** What people need a right for. */
const needs: readonly (readonly [resource: Resource, verb: string, namespaced: boolean, for_: string])[] = [
  [domains, "list", true, "list, explain"],
  [domains, "create", true, "claim"],
  [domains, "patch", true, "share, unshare, release"],
  [domains, "delete", true, "release"],
  [hostRecords, "get", false, "whois, explain"],
  [hostRecords, "list", false, "tree"],
  [ingresses, "list", true, "explain"],
];

/** What the caller may do in the namespace. */
export const rights: Check = async ({ cluster }) => {
  const { namespace } = cluster;
  const answers = await Promise.all(
    needs.map(async ([resource, verb, namespaced, commands]) => {
      const allowed = await cluster.server.may(verb, resource, namespaced ? namespace : undefined);
      return { allowed, commands, what: `${verb} ${resource.plural}` };
    }),
  );
  const denied = answers.filter(({ allowed }) => allowed === false);
  const unsaid = answers.some(({ allowed }) => allowed === undefined);
  if (denied.length === 0 && unsaid)
    return [{ check: "rights", state: "unknown", message: "the API server does not say what you may do" }];
  if (denied.length === 0)
    return [
      {
        check: "rights",
        state: "ok",
        message: `you may claim, share and release in ${namespace}, and read the register`,
      },
    ];
  const what = denied.map((one) => `${one.what} (${one.commands})`).join(", ");
  const claims = denied.some(({ what: right }) => right === "create domains");
  const fix = byAdministrator(
    "bind the ClusterRole edit or admin to you in the namespace",
    `kubectl create rolebinding domains --clusterrole=edit --user=NAME -n ${namespace}`,
  );
  return [
    { check: "rights", state: claims ? "problem" : "warning", message: `in ${namespace} you may not ${what}`, fix },
  ];
};
