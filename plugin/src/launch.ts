import { join } from "node:path";

import { cacheFolder, keptFor, loadKept } from "./kept-code.ts";

/** The names of all commands; the build says them, as to load the commands takes too long here. */
declare const COMMANDS: readonly string[];

const folder = cacheFolder(process.env);
const command = keptFor(process.argv.slice(2), COMMANDS);

load("main.cjs");

/** Loads a file that lies beside this one. What it requires in turn is another such file, or a part of Node. */
function load(name: string): unknown {
  const file = join(__dirname, name);
  const requireHere = (id: string): unknown => (id.startsWith("./") ? load(id) : process.getBuiltinModule(id));
  return loadKept(file, requireHere, folder && join(folder, `${name}.${command}`));
}
