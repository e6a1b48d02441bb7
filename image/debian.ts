import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { command } from "../e2e/support/command.ts";
import type { Architecture } from "./architectures.ts";

/** A package of Debian. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** Users as distroless images have them: nobody has a password, a home or a shell. */
const users = {
  "etc/passwd": "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
  "etc/group": "root:x:0:\nnonroot:x:65532:\n",
  "etc/nsswitch.conf": "hosts: files dns\n",
};

/**
 * Lays out in `folder` what Node needs below it, from Debian's packages for any architecture: the C and C++ libraries with
 * all that they depend on, base-files and two users. It takes the place of a distroless base where none can be pulled. apt
 * checks what it downloads; it keeps its files in `scratch`, and what is installed on this machine has no part in it.
 * @throws Error where this machine has no apt, or its sources cannot be reached.
 */
export async function debianRoot(
  architecture: Architecture,
  folder: string,
  scratch: string,
): Promise<readonly DebianPackage[]> {
  const archives = join(scratch, "cache/archives");
  for (const needed of [join(archives, "partial"), join(scratch, "state/lists/partial"), folder])
    mkdirSync(needed, { recursive: true });
  const status = join(scratch, "status");
  writeFileSync(status, "");
  const settings = [
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
    `Dir::State=${join(scratch, "state")}`,
    `Dir::State::status=${status}`,
    `Dir::Cache=${join(scratch, "cache")}`,
    "Debug::NoLocking=true",
  ].flatMap((setting) => ["--option", setting]);
  const apt = (...args: readonly string[]): Promise<string> =>
    command("apt-get", ["--quiet=2", ...settings, ...args], { cwd: archives });
  await apt("update");
  await apt("install", "--yes", "--download-only", "--no-install-recommends", "libstdc++6");
  await apt("download", "base-files");

  const packages: DebianPackage[] = [];
  for (const file of readdirSync(archives)
    .filter((name) => name.endsWith(".deb"))
    .sort()) {
    const archive = join(archives, file);
    await command("dpkg-deb", ["--extract", archive, folder]);
    const control = await command("dpkg-deb", ["--field", archive]);
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(control)?.[1] ?? "";
    packages.push({ name: field("Package"), version: field("Version"), architecture: field("Architecture") });
    // Where scanners look for the packages of a distroless image.
    write(folder, `var/lib/dpkg/status.d/${field("Package")}`, control);
  }
  for (const [file, text] of Object.entries(users)) write(folder, file, text);
  return packages;
}

function write(folder: string, file: string, text: string): void {
  mkdirSync(join(folder, file, ".."), { recursive: true });
  writeFileSync(join(folder, file), text);
}
