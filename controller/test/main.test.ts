/** @module-tag long */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

test("a controller that is asked to end while it still waits for Kong's first answer ends, as the first process of a container, too", async () => {
  const silent = createServer();
  await once(silent.listen(0, "127.0.0.1"), "listening");
  const address = `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;
  const kubeconfig = join(mkdtempSync(join(tmpdir(), "main-")), "kubeconfig");
  writeFileSync(kubeconfig, JSON.stringify(configOf(address)));
  const main = join(import.meta.dirname, "../src/main.ts");
  const flags = [`--kong-admin-url=${address}`, `--kubeconfig=${kubeconfig}`, "--health-address=127.0.0.1:0"];
  const controller = spawn(process.execPath, [main, ...flags]);
  onTestFinished(() => {
    controller.kill("SIGKILL");
    silent.close();
  });
  const ended = once(controller, "exit");
  let log = "";
  controller.stdout.on("data", (text: Buffer) => (log += text.toString()));
  await once(controller.stdout, "data");
  controller.kill("SIGTERM");
  // A signal that nobody has asked for ends a process, but not the first one of a container.
  expect(await ended).toEqual([0, null]);
  expect(log).not.toContain("stopping");
});

function configOf(server: string): object {
  return {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user: { token: "t" } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
  };
}
