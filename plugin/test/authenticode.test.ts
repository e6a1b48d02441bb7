import { expect, test } from "vitest";

import { withoutSignature } from "../release/authenticode.ts";

/** As much of a program for 64-bit Windows as says where its signature is; `body` bytes long without it. */
function program({ magic = 0x20b, at = 0, size = 0, body = 600 } = {}): Buffer {
  const file = Buffer.alloc(body + size, 0x11);
  file.write("MZ", "latin1");
  file.writeUInt32LE(0x80, 0x3c);
  file.write("PE\0\0", 0x80, "latin1");
  file.writeUInt16LE(magic, 0x80 + 24);
  file.writeUInt32LE(at, 0x80 + 24 + 144);
  file.writeUInt32LE(size, 0x80 + 24 + 148);
  return file;
}

test("the signature goes, with the entry that leads to it, and nothing else", () => {
  expect(withoutSignature(program({ at: 600, size: 64 }))).toEqual(program());
});

test("a program that is not signed stays as it is", () => {
  expect(withoutSignature(program())).toEqual(program());
});

test.each([
  ["a program for 32 bits", program({ magic: 0x10b }), "not a program for 64-bit Windows"],
  ["another file", Buffer.from("#!/bin/sh\n"), "not a program for 64-bit Windows"],
  ["what follows the signature", program({ at: 500, size: 64 }), "the signature is not at the program's end"],
])("%s is not guessed at", (_what, file, message) => {
  expect(() => withoutSignature(file)).toThrow(message);
});
