import { join } from "node:path";
import type { Api } from "./api.ts";
import type { CertificateAuthority } from "../pki.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import type { Credentials } from "./kubeconfig.ts";
import { writeServiceAccountToken } from "./service-account.ts";

/** How a user reaches the cluster: the file of a kubeconfig. */
export interface UserAccess {
  readonly kubeconfig: string;
}

/** How a service account reaches it: as a user does, with a token in a file. */
export interface ServiceAccountAccess extends UserAccess {
  readonly tokenFile: string;
}

/** Makes people and programs known to a cluster. */
export interface ClusterAccess {
  readonly certificateUser: (name: string, groups?: readonly string[], namespace?: string) => Promise<UserAccess>;
  readonly serviceAccount: (namespace: string, name: string) => Promise<ServiceAccountAccess>;
}

/** Access to the cluster at `url`; the kubeconfigs are written to `folder`, one for each name and namespace. */
export function clusterAccess(cluster: {
  readonly url: string;
  readonly api: Api;
  /** Signs what its clients show, and is what they trust. */
  readonly authority: Pick<CertificateAuthority, "certificate" | "issue">;
  readonly folder: string;
}): ClusterAccess {
  const { authority } = cluster;
  const fileOf = (name: string, extension: string): string => join(cluster.folder, `${name}.${extension}`);
  const write = (file: string, user: string, credentials: Credentials, namespace?: string): string =>
    writeKubeconfig(file, { url: cluster.url, ca: authority.certificate, user, credentials, namespace });
  return {
    certificateUser: async (name, groups = [], namespace) => {
      const pair = await authority.issue({ commonName: name, organizations: groups, use: "client" });
      // A user's name may contain what a file's name may not.
      const user = encodeURIComponent(name);
      const file = fileOf(namespace === undefined ? user : `${user}@${namespace}`, "yaml");
      return { kubeconfig: write(file, name, { kind: "certificate", ...pair }, namespace) };
    },
    serviceAccount: async (namespace, name) => {
      const account = `${namespace}.${name}`;
      const tokenFile = await writeServiceAccountToken(cluster.api, namespace, name, fileOf(account, "token"));
      const user = `system:serviceaccount:${namespace}:${name}`;
      const by = { kind: "tokenFile", file: tokenFile } as const;
      return { kubeconfig: write(fileOf(account, "yaml"), user, by, namespace), tokenFile };
    },
  };
}
