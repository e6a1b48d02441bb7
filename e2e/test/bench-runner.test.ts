import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { bareWatch } from "../bench/bare-watch.ts";
import { during } from "../bench/during.ts";

test("what is looked at ends when what happens is over", async () => {
  const steps: string[] = [];
  const seen = await during(
    () => sleep(20),
    async (state) => {
      while (!state.over) await sleep(1);
      steps.push(`over, ${state.failed ? "failed" : "in order"}`);
      return "seen";
    },
  );
  expect([seen, steps]).toEqual(["seen", ["over, in order"]]);
});

test("an attack that throws ends the bench, after whoever looks meanwhile", async () => {
  const looker = { ended: false };
  const attack = during(
    () => Promise.reject(new Error("409 Conflict")),
    async (state) => {
      while (!state.failed) await sleep(1);
      await sleep(10);
      looker.ended = true;
    },
  );
  await expect(attack).rejects.toThrow("409 Conflict");
  expect(looker.ended).toBe(true);
});

test("where nothing can be seen any more, the attack is waited for, and the first error told", async () => {
  const attack = { ended: false };
  const looking = during(
    async () => {
      await sleep(10);
      attack.ended = true;
      throw new Error("the world is gone, too");
    },
    () => Promise.reject(new Error("not answered")),
  );
  await expect(looking).rejects.toThrow("not answered");
  expect(attack.ended).toBe(true);
});

test("a watch that ends at once is opened again after a pause, from what it has shown, and not when it is stopped", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bare-watch-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const [kubectl, opened] = [join(folder, "kubectl"), join(folder, "opened")];
  const event = JSON.stringify({ type: "ADDED", object: { metadata: { resourceVersion: "7" } } });
  writeFileSync(kubectl, `#!/bin/sh\necho "$3" >> '${opened}'\necho '${event}'\n`);
  chmodSync(kubectl, 0o755);
  const paths = (): readonly string[] => readFileSync(opened, "utf8").trim().split("\n");

  const begun = performance.now();
  const watch = await bareWatch({ cluster: { kubectl }, kubeconfigOf: () => "none" });
  await watch.shown("7");
  await vi.waitUntil(() => paths().length >= 3, 20_000);
  const most = Math.ceil((performance.now() - begun) / 200) + 1;
  await watch.stop();
  const until = paths();
  expect(until.length).toBeLessThanOrEqual(most);
  expect(until[0]).not.toContain("resourceVersion=");
  expect(until[1]).toMatch(/&resourceVersion=7$/);
  await sleep(400);
  expect(paths()).toEqual(until);
});
