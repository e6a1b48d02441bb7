import { createInterface } from "node:readline";

/**
 * Asks a person at a terminal, and resolves to the answer; to nothing where the question is left by Ctrl-C or Ctrl-D, and then
 * what is said next begins a line of its own.
 */
export function ask(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): (question: string) => Promise<string> {
  return (question) => {
    const terminal = createInterface({ input, output, terminal: true });
    return new Promise((resolve) => {
      let answered = false;
      terminal.on("SIGINT", () => terminal.close());
      terminal.on("close", () => {
        if (!answered) output.write("\n");
        resolve("");
      });
      terminal.question(question, (answer) => {
        answered = true;
        resolve(answer);
        terminal.close();
      });
    });
  };
}
