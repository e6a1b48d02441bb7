import { join } from "node:path";
import { untilRightsAreRead } from "../controlplane/rights.ts";
import { ensure } from "../controlplane/service-account.ts";
import type { ServiceAccountAccess } from "../controlplane/access.ts";
import type { ControlPlane } from "../controlplane/control-plane.ts";
import { runKubectl } from "./kubectl.ts";
import { PROJECT, SERVICE_ACCOUNT, SYSTEM_NAMESPACE } from "./project.ts";

/** The folder with our CustomResourceDefinitions. */
export const CRDS = join(PROJECT, "crds");

/** The roles of the controller, whatever it does, and of everybody, as the chart ships them. */
const rights = ["rbac.yaml", "rbac-orders.yaml", "rbac-approvals.yaml"].map((name) =>
  join(PROJECT, "charts/domain-claims/files", name),
);

/**
 * Makes a cluster ready for our controller as an administrator would: the system namespace, the rights, the
 * IngressClass `kong`. Returns how the controller's service account reaches it.
 */
export async function setUpCluster(cluster: ControlPlane): Promise<ServiceAccountAccess> {
  await ensure(cluster.api, "/api/v1/namespaces", SYSTEM_NAMESPACE);
  await cluster.api.must("POST", "/apis/networking.k8s.io/v1/ingressclasses", {
    metadata: { name: "kong" },
    spec: { controller: "platform.koli.io/kong" },
  });
  const apply = ["apply", "--server-side", ...rights.flatMap((file) => ["-f", file]), "-n", SYSTEM_NAMESPACE];
  const { code, stderr } = await runKubectl(cluster.kubectl, apply, { kubeconfig: cluster.kubeconfig });
  if (code !== 0) throw new Error(`the rights cannot be applied:\n${stderr}`);
  await untilRightsAreRead(cluster.api);
  return cluster.serviceAccount(SYSTEM_NAMESPACE, SERVICE_ACCOUNT);
}
