/** A load command of a Mach-O file, so far as tests look at it. */
export interface LoadCommand {
  /** Its number in `mach-o/loader.h`. */
  readonly command: number;
  /** The segment that it loads, where it does, and the content of that segment. */
  readonly segment?: { readonly name: string; readonly sections: readonly string[]; readonly content: Buffer };
}

/** Of `mach-o/loader.h`, in Apple's sources of the kernel (`EXTERNAL_HEADERS/mach-o/loader.h`). */
const [magic64, arm64, executableFile, segment64] = [0xfeedfacf, 0x0100000c, 2, 0x19];
const [headerSize, segmentSize, sectionSize] = [32, 72, 80];
const page = 0x4000;

/** The smallest program for macOS on arm64 that something can be added to: two segments, in the first of which the text stands. */
export function machO(text: string): Buffer {
  const file = Buffer.alloc(page + 16);
  const commands = [segment("__TEXT", 0, page, "__text"), segment("__LINKEDIT", page, 16)];
  const size = commands.reduce((sum, command) => sum + command.length, 0);
  [magic64, arm64, 0, executableFile, commands.length, size].forEach((word, at) => file.writeUInt32LE(word, 4 * at));
  Buffer.concat(commands).copy(file, headerSize);
  file.write(text, page / 2, "latin1");
  return file;
}

function segment(name: string, at: number, size: number, section?: string): Buffer {
  const command = Buffer.alloc(segmentSize + (section === undefined ? 0 : sectionSize));
  command.writeUInt32LE(segment64, 0);
  command.writeUInt32LE(command.length, 4);
  command.write(name, 8, "latin1");
  [at, size, at, size].forEach((value, index) => command.writeBigUInt64LE(BigInt(value), 24 + 8 * index));
  if (section === undefined) return command;
  command.writeUInt32LE(1, 64);
  command.write(section, segmentSize, "latin1");
  command.write(name, segmentSize + 16, "latin1");
  command.writeBigUInt64LE(BigInt(at + size / 2), segmentSize + 32);
  command.writeBigUInt64LE(BigInt(size / 2), segmentSize + 40);
  command.writeUInt32LE(at + size / 2, segmentSize + 48);
  return command;
}

/** The load commands of a 64-bit Mach-O file, in their order. Throws where it is none. */
export function loadCommands(file: Buffer): readonly LoadCommand[] {
  if (file.readUInt32LE(0) !== magic64) throw new Error("no 64-bit Mach-O file");
  const found: LoadCommand[] = [];
  for (let at = headerSize; found.length < file.readUInt32LE(16); at += file.readUInt32LE(at + 4))
    found.push(loadCommand(file, at));
  return found;
}

function loadCommand(file: Buffer, at: number): LoadCommand {
  const command = file.readUInt32LE(at);
  if (command !== segment64) return { command };
  const [start, size] = [40, 48].map((field) => Number(file.readBigUInt64LE(at + field))) as [number, number];
  const sections = Array.from({ length: file.readUInt32LE(at + 64) }, (_, index) =>
    nameAt(file, at + segmentSize + sectionSize * index),
  );
  return { command, segment: { name: nameAt(file, at + 8), sections, content: file.subarray(start, start + size) } };
}

function nameAt(file: Buffer, at: number): string {
  return file.toString("latin1", at, at + 16).replace(/\0+$/, "");
}
