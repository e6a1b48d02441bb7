import { readFileSync } from "node:fs";
import { join } from "node:path";

import { cacheFolder, keptFor, loadKept } from "./kept-code.ts";

/** The names of all commands; the build says them, as to load the commands takes too long here. */
declare const COMMANDS: readonly string[];
/** Whether this is for the single executable, which carries the other files as assets; the build says it, too. */
declare const IN_EXECUTABLE: boolean;

const folder = cacheFolder(process.env);
const command = keptFor(process.argv.slice(2), COMMANDS);

const loaded = new Map<string, unknown>();

load("main.cjs");

/** What one of the plugin's files exports, which runs once. What it requires in turn is another one, or a part of Node. */
function load(name: string): unknown {
  if (!loaded.has(name)) {
    const requireHere = (id: string): unknown =>
      id.startsWith("./") ? load(id.slice(2)) : process.getBuiltinModule(id);
    const kept = folder && join(folder, `${name}.${command}`);
    loaded.set(name, loadKept(join(__dirname, name), contentOf(name), requireHere, kept));
  }
  return loaded.get(name);
}

function contentOf(name: string): Buffer {
  return IN_EXECUTABLE
    ? Buffer.from(process.getBuiltinModule("node:sea").getRawAsset(name))
    : readFileSync(join(__dirname, name));
}
