import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const sources = join(import.meta.dirname, "../src");

/** The files of the controller whose text has it, sorted. */
function filesWith(text: RegExp): readonly string[] {
  return readdirSync(sources, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && text.test(readFileSync(join(sources, file), "utf8")))
    .sort();
}

test("an Ingress is named by its translator, its status writers and the tables that wire them alone", () => {
  const translator = ["annotation-table.ts", "annotations.ts", "ingress.ts", "translate.ts"];
  expect(filesWith(/Ingress/)).toEqual([
    "kube/source-status.ts",
    "reconcile/ingress.ts",
    // What users set is said in their words.
    "settings/flags.ts",
    ...translator.map((file) => `translate/${file}`),
    "watch/kinds.ts",
    "world/source.ts",
  ]);
});

test("what the gateway should have is planned in no gateway's terms, but for what writes it in Kong's", () => {
  const neutral = filesWith(/"[./]*\/kong\//).filter((file) => /^plan\/[^/]+$/.test(file));
  expect(neutral).toEqual([]);
});

test("hosts and claims are decided by the reconciler alone", () => {
  const callers = filesWith(/(?<!function )\bdecide(Host|Claim)\(/);
  expect(callers).toEqual([...callers.filter((file) => file.startsWith("reconcile/"))]);
  expect(callers).not.toEqual([]);
});
