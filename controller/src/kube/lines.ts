import { KubeError, unavailable } from "./errors.ts";
import { maxAnswer, tooLong } from "./size.ts";

/**
 * Whole lines from chunks of UTF-8; empty ones are left out. Throws KubeError where the chunks break off with an error, in
 * the middle of a line, or (`tooLarge`) where a line is longer than any object: no more of it than that is kept.
 */
export async function* linesOf(call: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  try {
    for await (const chunk of chunks) {
      const pieces = decoder.decode(chunk, { stream: true }).split("\n");
      const last = pieces.pop() ?? "";
      for (const piece of pieces) {
        const line = parts.join("") + piece;
        parts = [];
        length = 0;
        if (line !== "") yield line;
      }
      parts.push(last);
      length += last.length;
      if (length > maxAnswer) throw tooLong(call, "a line", maxAnswer);
    }
  } catch (error) {
    throw error instanceof KubeError ? error : unavailable(`${call} broke off`, error);
  }
  if (length > 0) throw unavailable(`${call} ended in the middle of a line`);
}
