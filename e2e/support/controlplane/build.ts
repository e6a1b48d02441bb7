import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { build, cachedBuild } from "../go/build.ts";
import type { CachedProgram } from "../go/build.ts";
import { COMPILER_FLAGS, linkerFlag } from "../go/go.ts";
import type { Progress } from "../progress.ts";
import { onPath, PROGRAMS } from "./programs.ts";
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

const sources = fileURLToPath(new URL("../../tools/", import.meta.url));
const otherwise =
  ", or set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager and kubectl";

/** One binary, three links. */
const CONTROL_PLANE: CachedProgram = {
  what: "the control plane",
  name: "control-plane",
  sources,
  files: ["go.mod", "go.sum", "main.go"],
  main: ".",
  flags: KUBERNETES_FLAGS,
  links: PROGRAMS.filter((program) => program !== "kubectl"),
  otherwise,
};

/** By itself: it is started thousands of times, and with the others in one binary half of each start would be theirs. */
const KUBECTL: CachedProgram = {
  what: "kubectl",
  name: "kubectl",
  sources,
  files: ["go.mod", "go.sum", "kubectl/main.go"],
  main: "./kubectl",
  flags: KUBERNETES_FLAGS,
  links: [],
  otherwise,
};

/** The programs that an earlier build left in the cache, or undefined. Without Go, one by any version of Go will do. */
export async function cachedBinaries(env: NodeJS.ProcessEnv): Promise<Partial<Binaries> | undefined> {
  const folders = [await cachedBuild(CONTROL_PLANE, env), await cachedBuild(KUBECTL, env)];
  return folders.includes(undefined) ? undefined : onPath(folders.join(delimiter));
}

/** Builds the four programs with Go into the cache, and returns where they are. Throws a sentence when there is no Go. */
export async function builtBinaries(
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<Partial<Binaries> | undefined> {
  const folders = [await build(CONTROL_PLANE, env, progress), await build(KUBECTL, env, progress)];
  return onPath(folders.join(delimiter));
}
