import { describe, expect, test } from "vitest";
import { linesOf } from "../../src/kube/lines.ts";

async function read(chunks: readonly (Uint8Array | Error)[]): Promise<{ lines: string[]; error?: unknown }> {
  async function* source(): AsyncGenerator<Uint8Array, void> {
    for (const chunk of chunks) {
      await Promise.resolve();
      if (chunk instanceof Error) throw chunk;
      yield chunk;
    }
  }
  const lines: string[] = [];
  try {
    for await (const line of linesOf("WATCH /x", source())) lines.push(line);
  } catch (error) {
    return { lines, error };
  }
  return { lines };
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("lines", () => {
  test("are put together wherever the chunks part them, characters included", async () => {
    const whole = Buffer.from('{"a":"bücher"}\n{"b":1}\n\n{"c":2}\n');
    for (let at = 0; at <= whole.length; at += 1) {
      const { lines, error } = await read([whole.subarray(0, at), whole.subarray(at)]);
      expect(error).toBeUndefined();
      expect(lines).toEqual(['{"a":"bücher"}', '{"b":1}', '{"c":2}']);
    }
  });

  test("that end half-way are an error, after the whole ones", async () => {
    const { lines, error } = await read([bytes('{"a":1}\n{"b"')]);
    expect(lines).toEqual(['{"a":1}']);
    expect(error).toMatchObject({ kind: "unavailable", message: "WATCH /x ended in the middle of a line" });
  });

  test("of a torn connection are an error that says so", async () => {
    const { lines, error } = await read([bytes('{"a":1}\n'), new Error("other side closed")]);
    expect(lines).toEqual(['{"a":1}']);
    expect(error).toMatchObject({ kind: "unavailable", message: "WATCH /x broke off: other side closed" });
  });

  test("without an end are given up when they are longer than any object, and no more of them is read", async () => {
    const chunk = bytes("x".repeat(1024 * 1024));
    let taken = 0;
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      for (;;) {
        taken += 1;
        yield await Promise.resolve(chunk);
      }
    }
    const reading = (async () => {
      for await (const line of linesOf("WATCH /x", endless())) expect(line).toBeUndefined();
    })();
    await expect(reading).rejects.toMatchObject({
      kind: "tooLarge",
      message: "WATCH /x: a line of more than 20971520 bytes, which is not read",
    });
    expect(taken).toBe(21);
  });

  test("may be as long as the API server may make an object that etcd takes", async () => {
    const long = "x".repeat(9 * 1024 * 1024);
    const { lines } = await read([bytes(long), bytes("\n")]);
    expect(lines).toEqual([long]);
  });
});
