import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { command } from "../support/command.ts";
import { build, cachedBuild } from "../support/go/build.ts";
import type { CachedProgram } from "../support/go/build.ts";
import { COMPILER_FLAGS, linkerFlag } from "../support/go/go.ts";
import { onStderr } from "../support/progress.ts";

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

/** A cluster of one node that kind has made. */
export interface Cluster {
  readonly name: string;
  /** The file of the cluster admin's kubeconfig. */
  readonly kubeconfig: string;
  /** Puts an image into the node, from an archive or from Docker. */
  readonly load: (image: { readonly archive: string } | { readonly name: string }) => Promise<void>;
  /** Writes the logs of the node, its pods and its programs into a folder. */
  readonly exportLogs: (folder: string) => Promise<void>;
  readonly delete: () => Promise<void>;
}

/**
 * Creates a cluster and returns when its node is ready; `nodeImage` is kind's own unless given. A cluster that does not
 * become ready is deleted. Throws what kind said.
 */
export async function createCluster(
  name: string,
  { folder, ports, nodeImage }: { readonly folder: string; readonly ports: Ports; readonly nodeImage: string },
): Promise<Cluster> {
  const kind = await kindBinary();
  const kubeconfig = join(folder, "kubeconfig");
  const mapped = [
    { containerPort: 30080, hostPort: ports.proxy },
    { containerPort: 30443, hostPort: ports.proxyTls },
    { containerPort: 30001, hostPort: ports.admin },
  ];
  const config = {
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    nodes: [
      {
        role: "control-plane",
        extraPortMappings: mapped.map((mapping) => ({ ...mapping, listenAddress: "127.0.0.1" })),
      },
    ],
  };
  const image = nodeImage === "" ? [] : ["--image", nodeImage];
  const named = ["--name", name];
  await command(
    kind,
    ["create", "cluster", ...named, "--kubeconfig", kubeconfig, ...image, "--wait=180s", "--config=-"],
    {
      input: JSON.stringify(config),
    },
  );
  return {
    name,
    kubeconfig,
    load: async (one) => {
      const what = "archive" in one ? ["image-archive", one.archive] : ["docker-image", one.name];
      await command(kind, ["load", ...what, ...named]);
    },
    exportLogs: async (to) => {
      await command(kind, ["export", "logs", to, ...named]);
    },
    delete: async () => {
      await command(kind, ["delete", "cluster", ...named, "--kubeconfig", kubeconfig]);
    },
  };
}

async function kindBinary(): Promise<string> {
  const folder = (await cachedBuild(PROGRAM, process.env)) ?? (await build(PROGRAM, process.env, onStderr));
  return join(folder, PROGRAM.name);
}
