import { load } from "js-yaml";
import { expect, test } from "vitest";
import { LuaFactory } from "wasmoon";
import { docBlock } from "../support/doc-blocks.ts";

/** The health script for Argo CD, as docs/gitops.md has it. */
const config = load(docBlock("gitops.md", "yaml", "argocd-cm")) as { readonly data: Readonly<Record<string, string>> };
const script = config.data["resource.customizations.health.platform.koli.io_Domain"] ?? "";

const seen = { observedGeneration: 1 };
const ready = (status: string) => [
  { type: "Accepted", status: "True", message: "held" },
  { type: "Ready", status, message: "because" },
];

/** What Argo CD would take of the script for a claim with this status. */
async function healthOf(status: object | undefined): Promise<unknown> {
  const lua = await new LuaFactory().createEngine();
  try {
    lua.global.set("obj", { metadata: { generation: 1 }, ...(status === undefined ? {} : { status }) });
    return await lua.doString(script);
  } finally {
    lua.global.close();
  }
}

test.each([
  ["nothing is said yet", undefined, { status: "Progressing" }],
  ["of an older spec", { observedGeneration: 0, conditions: ready("True") }, { status: "Progressing" }],
  ["all is live", { ...seen, conditions: ready("True") }, { status: "Healthy", message: "because" }],
  ["something is missing", { ...seen, conditions: ready("False") }, { status: "Degraded", message: "because" }],
  ["on the way", { ...seen, conditions: ready("Unknown") }, { status: "Progressing", message: "because" }],
] as const)("Argo CD's health of a claim: %s", async (_, status, expected) => {
  expect(await healthOf(status)).toMatchObject(expected);
});
