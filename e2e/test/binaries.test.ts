import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { controlPlaneBinaries, firstComplete } from "../support/controlplane/binaries.ts";
import type { Source } from "../support/controlplane/binaries.ts";
import { newEnough, onPath, PROGRAMS } from "../support/controlplane/programs.ts";
import type { Program } from "../support/controlplane/programs.ts";
import { silent } from "../support/progress.ts";

const ENVTEST: readonly Program[] = ["etcd", "kube-apiserver", "kubectl"];

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "domain-claims-binaries-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function folderWith(name: string, programs: readonly Program[], version = "v1.34.4"): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  for (const program of programs) {
    writeFileSync(join(folder, program), `#!/bin/sh\necho Kubernetes ${version}\n`);
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

function source(name: string, programs: readonly Program[] | undefined): Source & { asked: number } {
  const found = programs && Object.fromEntries(programs.map((program) => [program, `/${name}/${program}`]));
  const counted = { name, asked: 0, find: async () => ((counted.asked += 1), found) };
  return counted;
}

describe("the order of places", () => {
  test("the first place that has all programs is taken, and later ones are not even asked", async () => {
    const [first, second] = [source("first", PROGRAMS), source("second", PROGRAMS)];
    const found = await firstComplete([source("nothing", undefined), first, second], silent);
    expect(Object.values(found).every((file) => file.startsWith("/first/"))).toBe(true);
    expect(second.asked).toBe(0);
  });

  test("test assets without a controller manager get it from a later place, and everything else is theirs", async () => {
    const found = await firstComplete([source("assets", ENVTEST), source("built", PROGRAMS)], silent);
    expect(found).toEqual({
      etcd: "/assets/etcd",
      "kube-apiserver": "/assets/kube-apiserver",
      kubectl: "/assets/kubectl",
      "kube-controller-manager": "/built/kube-controller-manager",
    });
  });

  test("kubectl alone is no control plane", async () => {
    const found = await firstComplete([source("machine", ["kubectl"]), source("built", PROGRAMS)], silent);
    expect(found.kubectl).toBe("/built/kubectl");
  });

  test("KUBEBUILDER_ASSETS comes before PATH", async () => {
    const assets = folderWith("assets", PROGRAMS);
    const path = folderWith("path", PROGRAMS);
    const found = await controlPlaneBinaries({ KUBEBUILDER_ASSETS: assets, PATH: path }, silent);
    expect(found.etcd).toBe(join(assets, "etcd"));
  });

  test("an API server that is too old is passed over, and that is said", async () => {
    const old = folderWith("old", PROGRAMS, "v1.29.15");
    const path = folderWith("path", PROGRAMS);
    const lines: string[] = [];
    const found = await controlPlaneBinaries({ KUBEBUILDER_ASSETS: old, PATH: path }, (line) => lines.push(line));
    expect(found["kube-apiserver"]).toBe(join(path, "kube-apiserver"));
    expect(lines).toEqual([`${old}/kube-apiserver is not used: it is Kubernetes v1.29.15, v1.30 is needed`]);
  });

  test("where nothing is found and there is no Go, a sentence says what to do", async () => {
    const env = { PATH: root, XDG_CACHE_HOME: join(root, "cache") };
    await expect(controlPlaneBinaries(env, silent)).rejects.toThrow(
      "The control plane must be built once, and for this Go 1.24 or newer is needed, but there is no go on the PATH. " +
        "Install Go and try again, or set KUBEBUILDER_ASSETS",
    );
  });
});

describe("the programs on a PATH", () => {
  test("may lie in several folders, the first counts, and what cannot be executed does not", () => {
    const [first, second] = [folderWith("first", ["etcd", "kubectl"]), folderWith("second", PROGRAMS)];
    chmodSync(join(first, "kubectl"), 0o644);
    expect(onPath(`${first}:${second}`)).toMatchObject({ etcd: join(first, "etcd"), kubectl: join(second, "kubectl") });
  });

  test("are none when etcd, kube-apiserver or kubectl is missing", () => {
    expect(onPath(folderWith("half", ["etcd", "kube-apiserver", "kube-controller-manager"]))).toBeUndefined();
    expect(onPath(undefined)).toBeUndefined();
  });
});

test.each([
  ["Kubernetes v1.34.4", true],
  ["Kubernetes v1.30.0", true],
  ["Kubernetes v1.29.15", false],
  ["Kubernetes v2.0.1", true],
  ["something else", false],
])("%s: new enough is %s", (output, expected) => {
  expect(newEnough(output)).toBe(expected);
});
