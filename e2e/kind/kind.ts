import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { command } from "../support/command.ts";
import { programFile } from "../support/go/build.ts";
import type { CachedProgram } from "../support/go/build.ts";
import { COMPILER_FLAGS, linkerFlag } from "../support/go/go.ts";

const PROGRAM: CachedProgram = {
  what: "kind",
  name: "kind",
  sources: fileURLToPath(new URL("../tools/kind/", import.meta.url)),
  files: ["go.mod", "go.sum"],
  main: "sigs.k8s.io/kind",
  flags: [...COMPILER_FLAGS, linkerFlag([])],
  links: [],
  otherwise: "",
};

/** Ports of 127.0.0.1 that lead to the gateway in the cluster: see manifests/ports.yaml. */
export interface Ports {
  readonly proxy: number;
  readonly proxyTls: number;
  readonly admin: number;
}

/** A cluster of one node, which kind makes. */
export interface Cluster {
  readonly name: string;
  /** The file of the cluster admin's kubeconfig. */
  readonly kubeconfig: string;
  /** Makes it and returns when its node is ready; `nodeImage` is kind's own where it is "". Throws what kind said. */
  readonly create: (options: { readonly ports: Ports; readonly nodeImage: string }) => Promise<void>;
  /** Puts an image into the node, from an archive or from Docker. */
  readonly load: (image: { readonly archive: string } | { readonly name: string }) => Promise<void>;
  /** Writes the logs of the node, its pods and its programs into a folder. */
  readonly exportLogs: (folder: string) => Promise<void>;
  /** Deletes what there is of it, be it nothing. */
  readonly delete: () => Promise<void>;
}

/** A cluster that is not there yet; its kubeconfig will be in `folder`. */
export async function kindCluster(name: string, folder: string): Promise<Cluster> {
  const binary = await programFile(PROGRAM);
  const kubeconfig = join(folder, "kubeconfig");
  const kind = async (...args: readonly string[]): Promise<void> => {
    await command(binary, [...args, "--name", name]);
  };
  return {
    name,
    kubeconfig,
    create: async ({ ports, nodeImage }) => {
      const image = nodeImage === "" ? [] : ["--image", nodeImage];
      const settings = ["--name", name, "--kubeconfig", kubeconfig, "--wait=180s", "--config=-", ...image];
      await command(binary, ["create", "cluster", ...settings], { input: JSON.stringify(configuration(ports)) });
    },
    load: (one) =>
      "archive" in one ? kind("load", "image-archive", one.archive) : kind("load", "docker-image", one.name),
    exportLogs: (to) => kind("export", "logs", to),
    delete: () => kind("delete", "cluster", "--kubeconfig", kubeconfig),
  };
}

/** https://kind.sigs.k8s.io/docs/user/configuration */
function configuration({ proxy, proxyTls, admin }: Ports): object {
  const mapped = [
    { containerPort: 30080, hostPort: proxy },
    { containerPort: 30443, hostPort: proxyTls },
    { containerPort: 30001, hostPort: admin },
  ];
  const extraPortMappings = mapped.map((mapping) => ({ ...mapping, listenAddress: "127.0.0.1" }));
  return {
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    nodes: [{ role: "control-plane", extraPortMappings }],
  };
}
