import type { RunningProcess } from "../process.ts";
import type { Api } from "./api.ts";
import type { ClusterCredentials } from "./credentials.ts";
import { launch } from "./place.ts";
import type { Place } from "./place.ts";

/** What a cluster without nodes needs: namespaces end, owned objects go, service accounts come, quotas count. */
const CONTROLLERS = [
  "namespace-controller",
  "garbage-collector-controller",
  "serviceaccount-controller",
  "serviceaccount-token-controller",
  "root-ca-certificate-publisher-controller",
  "resourcequota-controller",
  "clusterrole-aggregation-controller",
  "endpointslice-controller",
  "validatingadmissionpolicy-status-controller",
];

/** Starts kube-controller-manager and waits for the first thing that it does: the service account of `default`. */
export async function startControllerManager(
  command: string,
  place: Place,
  kubeconfig: string,
  { files }: ClusterCredentials,
  api: Api,
): Promise<RunningProcess> {
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${CONTROLLERS.join(",")}`,
    "--use-service-account-credentials=true",
    `--service-account-private-key-file=${files.tokenKey}`,
    `--root-ca-file=${files.ca}`,
    "--leader-elect=false",
    "--secure-port=0",
    "--profiling=false",
  ];
  const path = "/api/v1/namespaces/default/serviceaccounts/default";
  return launch(place, { name: "kube-controller-manager", command, args }, async () => {
    return (await api.call("GET", path)).status === 200;
  });
}
