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

/** What a cluster is made of. */
export interface ClusterOptions {
  readonly ports: Ports;
  /** "" is kind's own. */
  readonly nodeImage: string;
  /** The first is the control plane, the others are workers. */
  readonly nodes: number;
}

/** A cluster that kind makes. */
export interface Cluster {
  readonly name: string;
  /** The file of the cluster admin's kubeconfig. */
  readonly kubeconfig: string;
  /** Makes it and returns when its nodes are ready. Throws what kind said. */
  readonly create: (options: ClusterOptions) => Promise<void>;
  /** Puts an image into each node, from an archive or from Docker. */
  readonly load: (image: { readonly archive: string } | { readonly name: string }) => Promise<void>;
  /** Writes the logs of the nodes, their pods and their programs into a folder. */
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
    create: async (options) => {
      const { nodeImage } = options;
      const image = nodeImage === "" ? [] : ["--image", nodeImage];
      const settings = ["--name", name, "--kubeconfig", kubeconfig, "--wait=180s", "--config=-", ...image];
      await command(binary, ["create", "cluster", ...settings], { input: JSON.stringify(configuration(options)) });
    },
    load: (one) =>
      "archive" in one ? kind("load", "image-archive", one.archive) : kind("load", "docker-image", one.name),
    exportLogs: (to) => kind("export", "logs", to),
    delete: () => kind("delete", "cluster", "--kubeconfig", kubeconfig),
  };
}

/** https://kind.sigs.k8s.io/docs/user/configuration */
function configuration({ ports: { proxy, proxyTls, admin }, nodes }: ClusterOptions): object {
  const mapped = [
    { containerPort: 30080, hostPort: proxy },
    { containerPort: 30443, hostPort: proxyTls },
    { containerPort: 30001, hostPort: admin },
  ];
  const extraPortMappings = mapped.map((mapping) => ({ ...mapping, listenAddress: "127.0.0.1" }));
  return {
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    nodes: [
      { role: "control-plane", extraPortMappings },
      ...Array.from({ length: nodes - 1 }, () => ({ role: "worker" })),
    ],
  };
}
