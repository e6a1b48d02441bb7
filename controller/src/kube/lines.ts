import { unavailable } from "./errors.ts";

/** Longest line that is taken, in characters: far above what etcd stores of one object. */
const maxLine = 32 * 1024 * 1024;

/**
 * Whole lines from chunks of UTF-8; empty ones are left out. Throws KubeError where the chunks break off with an error,
 * in the middle of a line, or where a line is too long to be an object.
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
      if (length > maxLine) throw new Error(`a line of more than ${maxLine} characters`);
    }
  } catch (error) {
    throw unavailable(`${call} broke off`, error);
  }
  if (length > 0) throw unavailable(`${call} ended in the middle of a line`);
}
