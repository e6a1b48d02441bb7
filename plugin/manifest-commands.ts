import { commands as classes } from "./src/commands/index.ts";

/** The commands as oclif's manifest is made of them: it takes for a command what has a static `run`. */
export const commands = Object.fromEntries(
  Object.entries(classes).map(([name, command]) => [name, Object.assign(Object.create(command) as object, { run })]),
);

async function run(): Promise<never> {
  return await Promise.reject(new Error("oclif does not run commands"));
}
