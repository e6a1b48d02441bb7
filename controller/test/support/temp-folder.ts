import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new, empty folder, which goes when the tests have ended (`run-folder.ts`). */
export function tempFolder(): string {
  return mkdtempSync(join(tmpdir(), "domain-claims-test-"));
}
