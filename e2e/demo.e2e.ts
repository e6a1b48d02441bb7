import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { waitFor } from "./support/wait.ts";
import { PROJECT } from "./support/world/project.ts";

const folder = mkdtempSync(join(tmpdir(), "domain-claims-demo-test-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the demo plays the whole story, and leaves nothing behind", async () => {
  const { child, ended } = demo();
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  expect(stderr).toContain("controller: done in");
  expect(stdout).toContain("Every outcome was as it should be");
  expect(stdout).not.toContain("\u001b[");
  expect(code).toBe(0);
  await nothingIsLeft();
});

test.each(["control plane: etcd", "controller ...", "== Share =="])(
  "interrupted at %j, the demo leaves nothing behind",
  async (moment) => {
    const { child, ended } = demo();
    let shown = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (more: string) => {
        if (shown.includes(moment)) return;
        shown += more;
        if (shown.includes(moment)) child.kill("SIGINT");
      });
    }
    expect(await ended).toBe(130);
    await nothingIsLeft();
  },
);

function demo() {
  const env = { ...process.env, TMPDIR: folder };
  const child = spawn(process.execPath, [join(PROJECT, "e2e/demo.ts")], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, ended };
}

/** Neither a process of the demo nor a file; killed processes may take a moment to go, files have no such excuse. */
async function nothingIsLeft(): Promise<void> {
  await waitFor({ what: "every process of the demo to be gone" }, () => processes().length === 0);
  expect(readdirSync(folder)).toEqual([]);
}

/** The ids of all processes that were told of the demo's folder. */
function processes(): readonly string[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => ["cmdline", "environ"].some((file) => contents(`/proc/${id}/${file}`).includes(folder)));
}

function contents(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
