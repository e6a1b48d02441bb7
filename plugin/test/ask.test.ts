import { PassThrough } from "node:stream";

import { expect, test } from "vitest";

import { askOn } from "../src/cli/ask.ts";
import { Exit } from "../src/cli/exit.ts";
import { claim, openTerminal } from "./support/terminal.ts";

/** A terminal, on which keys are pressed once the question is there. */
function keyboard(keys: string): { input: PassThrough; output: PassThrough; shown: () => string } {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  let text = "";
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  output.on("data", (chunk: Buffer) => {
    if (text === "") setImmediate(() => (keys === "" ? input.end() : input.write(keys)));
    text += chunk.toString();
  });
  return { input, output, shown: () => text };
}

test("an answer is what was typed; the end of the input is an empty one", async () => {
  const yes = keyboard("yes\r");
  expect(await askOn(yes.input, yes.output, "Release? ")).toBe("yes");
  expect(yes.shown()).toContain("Release? ");
  const none = keyboard("");
  expect(await askOn(none.input, none.output, "Release? ")).toBe("");
});

test("Ctrl-C at a question ends with 130, and nothing is changed", async () => {
  const interrupted = keyboard("\u0003");
  const pressed = askOn(interrupted.input, interrupted.output, "Release? ");
  await expect(pressed).rejects.toThrow(Exit);
  await expect(pressed).rejects.toMatchObject({ code: 130 });

  const again = keyboard("\u0003");
  const terminal = await openTerminal({ ask: async (question) => await askOn(again.input, again.output, question) });
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }));
  expect(await terminal.type(["release", "acme"])).toEqual({ code: 130, stdout: "", stderr: "" });
  expect(terminal.api.get("domains", "marvin-org", "acme")?.metadata.deletionTimestamp).toBeUndefined();
  await terminal.close();
});
