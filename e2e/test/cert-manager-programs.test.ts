import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";
import { silent } from "../support/progress.ts";

let empty: string;
beforeEach(() => (empty = mkdtempSync(join(tmpdir(), "domain-claims-programs-"))));
afterEach(() => rmSync(empty, { recursive: true, force: true }));

test("where cert-manager can't be built, a sentence says what to do", async () => {
  await expect(certManagerPrograms({ PATH: empty, XDG_CACHE_HOME: empty }, silent)).rejects.toThrow(
    "Cert-manager must be built once, and for this Go 1.26 or newer is needed, but there is no go on the PATH. " +
      "Install Go and try again, or leave out the suites that need it: npx vitest run ",
  );
});
