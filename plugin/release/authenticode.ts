/** Where the fields are of which the signature is, from the file's start or from the header's. */
const peHeaderAt = 0x3c;
const optionalHeader = 24;
/** The optional header's magic number of 64 bits, PE32+. */
const pe32Plus = 0x20b;
/** The entry "Certificate Table" of the data directories, which has a place in the file, and not in memory as the others. */
const certificateTable = 112 + 4 * 8;

/**
 * A program for 64-bit Windows without its Authenticode signature, which no longer fits where something is added to the program.
 * Its place would be overwritten then, and what is there be taken for one. https://learn.microsoft.com/windows/win32/debug/pe-format
 *
 * @throws Error where it is no such program, or something follows the signature.
 */
export function withoutSignature(program: Buffer): Buffer {
  const header = program.length > peHeaderAt + 4 ? program.readUInt32LE(peHeaderAt) : 0;
  const optional = header + optionalHeader;
  if (program.toString("latin1", header, header + 4) !== "PE\0\0" || program.readUInt16LE(optional) !== pe32Plus)
    throw new Error("not a program for 64-bit Windows");
  const entry = optional + certificateTable;
  const [at, size] = [program.readUInt32LE(entry), program.readUInt32LE(entry + 4)];
  if (at === 0) return program;
  if (at + size !== program.length) throw new Error("the signature is not at the program's end");
  const bare = Buffer.from(program.subarray(0, at));
  bare.fill(0, entry, entry + 8);
  return bare;
}
