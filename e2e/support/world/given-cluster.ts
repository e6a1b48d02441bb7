import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { load } from "js-yaml";
import { clusterAccess } from "../controlplane/access.ts";
import { apiClient } from "../controlplane/api.ts";
import type { Api } from "../controlplane/api.ts";
import type { Place } from "../controlplane/place.ts";
import { signingCluster } from "../controlplane/signing-cluster.ts";
import { waitFor } from "../wait.ts";
import type { KongAddresses } from "./given-kong.ts";
import type { Parts } from "./parts.ts";
import { SERVICE_ACCOUNT, SYSTEM_NAMESPACE } from "./project.ts";
import { toolFolder } from "./tool-folder.ts";

/** A cluster with a Kong and a controller, in which stories are played instead of in one of their own. */
export interface GivenCluster {
  /** The file of the cluster admin's kubeconfig, who is known by a client certificate. */
  readonly kubeconfig: string;
  /** The kubectl to use. */
  readonly kubectl: string;
  readonly kong: KongAddresses;
  /** This machine as the cluster's pods reach it. */
  readonly backendAddress: string;
}

/** The variable with the file that describes the cluster (JSON). */
export const GIVEN_CLUSTER = "DOMAIN_CLAIMS_E2E_CLUSTER";

/** The cluster that the caller's environment names, or undefined where one is to be started. */
export function givenCluster(env: NodeJS.ProcessEnv): GivenCluster | undefined {
  const { [GIVEN_CLUSTER]: file = "" } = env;
  return file === "" ? undefined : (JSON.parse(readFileSync(file, "utf8")) as GivenCluster);
}

/** The parts of a world in a given cluster. */
export async function givenParts(given: GivenCluster, { dataDir, logDir }: Place): Promise<Parts> {
  const { url, ca, admin } = administrator(given.kubeconfig);
  const api = apiClient(url, ca, admin);
  const access = clusterAccess({ url, api, authority: signingCluster(api, ca), folder: join(dataDir, "kubeconfig") });
  const { kubeconfig, kubectl, kong, backendAddress } = given;
  return {
    cluster: {
      kubeconfig,
      url,
      caFile: join(dataDir, "ca.crt"),
      kubectl,
      binDir: dirname(kubectl),
      dataDir,
      logDir,
      pids: {},
      api,
      user: access.certificateUser,
      serviceAccount: access.serviceAccount,
      stop: () => api.close(),
    },
    kong,
    controllerAccess: await access.serviceAccount(SYSTEM_NAMESPACE, SERVICE_ACCOUNT),
    path: toolFolder(join(dataDir, "bin"), kubectl),
    backendAddress,
    hasController: true,
  };
}

/** Deletes the namespaces, and of the system namespace the claims and Ingresses; returns when they are gone. */
export async function leave(api: Api, namespaces: readonly string[]): Promise<void> {
  const emptied = ["platform.koli.io/v1/namespaces/NS/domains", "networking.k8s.io/v1/namespaces/NS/ingresses"];
  const paths = namespaces.flatMap((namespace) =>
    namespace === SYSTEM_NAMESPACE
      ? emptied.map((path) => `/apis/${path.replace("NS", namespace)}`)
      : [`/api/v1/namespaces/${namespace}`],
  );
  for (const path of paths) await api.must("DELETE", path);
  await waitFor({ what: `${namespaces.join(", ")} to be gone`, timeout: 120_000, interval: 500 }, async () => {
    const answers = await Promise.all(paths.map((path) => api.call("GET", path)));
    return answers.every(({ status, body }) => status === 404 || (body as { items?: unknown[] }).items?.length === 0);
  });
}

/** How the user of a kubeconfig with one cluster reaches it. */
function administrator(file: string): {
  readonly url: string;
  readonly ca: string;
  readonly admin: { readonly certificate: string; readonly key: string };
} {
  const { clusters, users } = load(readFileSync(file, "utf8")) as {
    readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }];
    readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }];
  };
  const decoded = (value = ""): string => Buffer.from(value, "base64").toString();
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  return {
    url: cluster["server"] ?? "",
    ca: decoded(cluster["certificate-authority-data"]),
    admin: { certificate: decoded(user["client-certificate-data"]), key: decoded(user["client-key-data"]) },
  };
}
