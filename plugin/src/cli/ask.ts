import { Exit, interrupted } from "./exit.ts";

/**
 * Puts a question to the person at a terminal. The end of the input (Ctrl-D) is an empty answer; Ctrl-C rejects with the
 * exit code that it stands for.
 */
export async function askOn(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  const { createInterface } = await import("node:readline");
  const terminal = createInterface({ input, output });
  let answered = false;
  try {
    return await new Promise((resolve, reject) => {
      terminal.on("SIGINT", () => reject(new Exit(interrupted)));
      terminal.on("close", () => {
        if (!answered) output.write("\n");
        resolve("");
      });
      terminal.question(question, (answer) => {
        answered = true;
        resolve(answer);
      });
    });
  } finally {
    terminal.close();
  }
}
