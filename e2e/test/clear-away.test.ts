import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silent } from "../support/progress.ts";
import { clearAway } from "../support/world/clear-away.ts";
import { nextSteps } from "../support/world/next-steps.ts";

/** A folder with what is left of a world; one that was up has its environment file. */
function leftover(wasUp: boolean): { readonly folder: string; readonly made: string } {
  const folder = mkdtempSync(join(tmpdir(), "domain-claims-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const made = join(folder, "data/etcd");
  mkdirSync(made, { recursive: true });
  if (wasUp) writeFileSync(join(folder, "env"), "export KUBECONFIG='/none'\n");
  return { folder, made };
}

test.each(["", "n", "no", "yesterday", "\u0003"])(
  "a world that was up is not wiped where the answer is %j",
  async (answer) => {
    const { folder, made } = leftover(true);
    await expect(clearAway(folder, silent, () => Promise.resolve(answer))).rejects.toThrow("make down wipes it");
    expect(existsSync(made)).toBe(true);
  },
);

test("nor is it where nobody is there to answer", async () => {
  const { folder, made } = leftover(true);
  await expect(clearAway(folder, silent, undefined)).rejects.toThrow("is left as it is");
  expect(existsSync(made)).toBe(true);
});

test("it is where the answer is yes, and the question says what goes", async () => {
  const { folder, made } = leftover(true);
  const asked: string[] = [];
  await clearAway(folder, silent, (question) => Promise.resolve((asked.push(question), "y\n")));
  expect(asked).toEqual([expect.stringContaining("with all that was made in it? [y/N]")]);
  expect(existsSync(made)).toBe(false);
});

test("one that never got ready is cleared away without a question", async () => {
  const { folder, made } = leftover(false);
  await clearAway(folder, silent, () => Promise.reject(new Error("asked")));
  expect(existsSync(made)).toBe(false);
});

test("who has brought a world up is told its addresses, and what to type next", () => {
  const { folder } = leftover(true);
  writeFileSync(join(folder, "kubeconfig"), 'clusters: [{cluster: {server: "https://127.0.0.1:6443"}}]');
  const variables = {
    KUBECONFIG: join(folder, "kubeconfig"),
    KONG_ADMIN_URL: "http://a:1",
    KONG_PROXY_URL: "http://p:2",
  };
  writeFileSync(
    join(folder, "env"),
    Object.entries(variables)
      .map(([name, value]) => `export ${name}='${value}'\n`)
      .join(""),
  );
  const said = nextSteps(folder).join("\n");
  for (const part of [
    "https://127.0.0.1:6443",
    "http://a:1",
    "http://p:2",
    `. ${folder}/env`,
    "kubectl domain claim",
    "make down",
  ])
    expect(said).toContain(part);
});
