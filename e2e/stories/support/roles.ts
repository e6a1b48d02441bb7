import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { expect } from "vitest";
import { untilRightsAreRead } from "../../support/controlplane/rights.ts";
import { PROJECT } from "../../support/world/project.ts";
import type { Story } from "./story.ts";

/** A rule of a role (`rbac.authorization.k8s.io/v1`), so far as stories look at it. */
export interface Rule {
  readonly resources: readonly [string, ...string[]];
  readonly verbs: readonly string[];
}

/** A Role or ClusterRole as the chart has it. */
export interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules: readonly Rule[];
}

/** The roles in a file of the chart's `files/`. */
export function rolesIn(file: string): readonly Role[] {
  const text = readFileSync(join(PROJECT, "charts/domain-claims/files", file), "utf8");
  return (loadAll(text) as readonly Role[]).filter(({ kind }) => /Role$/.test(kind));
}

/** Gives a role these rules, and no others; returns when they are in force. Throws kubectl's words where it is refused. */
export async function replaceRole({ cluster, kubectl }: Pick<Story, "cluster" | "kubectl">, role: Role): Promise<void> {
  const { code, stderr } = await kubectl(["replace", "--filename=-"], { input: JSON.stringify(role) });
  expect(code, stderr).toBe(0);
  await untilRightsAreRead(cluster.api);
}
