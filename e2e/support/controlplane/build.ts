import { fileURLToPath } from "node:url";
import { build, cachedBuild } from "../go/build.ts";
import type { CachedProgram } from "../go/build.ts";
import { COMPILER_FLAGS, linkerFlag } from "../go/go.ts";
import type { Progress } from "../progress.ts";
import { inFolder, PROGRAMS } from "./programs.ts";
import type { Binaries } from "./programs.ts";

/** What the programs say of themselves, as Kubernetes' own build sets it: without it `kubectl version` knows nothing. */
export const VERSION = { gitVersion: "v1.34.4", gitMajor: "1", gitMinor: "34", gitTreeState: "clean" };
const VERSION_PACKAGES = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];

/** Flags of what is built from Kubernetes' sources: one set for all, so that Go compiles each package once. */
export const KUBERNETES_FLAGS: readonly string[] = [
  ...COMPILER_FLAGS,
  linkerFlag(
    VERSION_PACKAGES.flatMap((name) =>
      Object.entries(VERSION).map(([variable, value]) => [`${name}.${variable}`, value] as const),
    ),
  ),
];

/** One binary, four links. */
const CONTROL_PLANE: CachedProgram = {
  what: "the control plane",
  name: "control-plane",
  sources: fileURLToPath(new URL("../../tools/", import.meta.url)),
  files: ["go.mod", "go.sum", "main.go"],
  main: ".",
  flags: KUBERNETES_FLAGS,
  links: PROGRAMS,
  otherwise: ", or set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager and kubectl",
};

/** The programs that an earlier build left in the cache, or undefined. Without Go, one by any version of Go will do. */
export async function cachedBinaries(env: NodeJS.ProcessEnv): Promise<Partial<Binaries> | undefined> {
  return inFolder(await cachedBuild(CONTROL_PLANE, env));
}

/** Builds the four programs with Go into the cache, and returns where they are. Throws a sentence when there is no Go. */
export async function builtBinaries(
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<Partial<Binaries> | undefined> {
  return inFolder(await build(CONTROL_PLANE, env, progress));
}
