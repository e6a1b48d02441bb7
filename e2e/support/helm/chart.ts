import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onStderr } from "../progress.ts";
import { PROJECT } from "../world/project.ts";
import { helmBinary, helmIn } from "./helm.ts";

// The chart for `make chart` and `make test`: node e2e/support/helm/chart.ts prepare|package
// `prepare` only sees to it that Helm is there, which may take a minute or two the first time.

const home = mkdtempSync(join(tmpdir(), "domain-claims-helm-"));
try {
  if (process.argv[2] === "prepare") onStderr(`Helm is ${await helmBinary()}`);
  else {
    const helm = await helmIn(home);
    const chart = join(PROJECT, "charts/domain-claims");
    console.log((await helm("lint", "--strict", chart)).stdout.trim());
    console.log((await helm("package", chart, "--destination", join(PROJECT, ".build/chart"))).stdout.trim());
  }
} catch (error) {
  onStderr(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(home, { recursive: true, force: true });
}
