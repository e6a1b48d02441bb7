import { dirname } from "node:path";
import { run } from "./run.ts";

/** The team that signs Node's own programs for macOS: Node.js Foundation. */
const nodeTeam = "HX7739G8FX";

/**
 * Takes the signature off a copy of Node for macOS, by macOS' own `codesign`: it no longer fits where something is added.
 *
 * @throws Error where it is not one of Node's own releases, which are signed. How that is asked:
 * https://developer.apple.com/documentation/technotes/tn3127-inside-code-signing-requirements
 */
export async function withoutNodesSignature(file: string): Promise<void> {
  const requirement = `=anchor apple generic and certificate leaf[subject.OU] = "${nodeTeam}"`;
  await codesign(file, "--verify", "--strict", "--test-requirement", requirement);
  await codesign(file, "--remove-signature");
}

/**
 * Signs a program for macOS ad hoc, which is by nobody: without any signature none is run on arm64, and no certain one is asked
 * for, save of what a browser has fetched. https://developer.apple.com/forums/thread/703059
 */
export async function signAdHoc(file: string): Promise<void> {
  await codesign(file, "--sign", "-");
}

async function codesign(file: string, ...what: readonly string[]): Promise<void> {
  await run("codesign", [...what, file], dirname(file));
}
