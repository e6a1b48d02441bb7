import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Has all temporary folders of a run of the unit tests made below one of its own, which goes when the run has ended: test files
 * share a process, so that what is to happen after all tests happens after those of its first file. Returns what removes it.
 */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "domain-claims-unit-"));
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
