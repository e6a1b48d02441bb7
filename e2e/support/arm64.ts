import { access } from "node:fs/promises";
import { whyUnusable } from "./command.ts";

/** Runs a program for Linux on arm64 on another processor (Debian and Ubuntu: qemu-user-static). */
export const qemu = "qemu-aarch64-static";

/** Where libraries for arm64 are on another machine (Debian and Ubuntu: libc6-arm64-cross, libstdc++6-arm64-cross). */
export const libraries = "/usr/aarch64-linux-gnu";

/** Why programs for arm64 that bring their libraries can't be run here, in a sentence; undefined where they can. */
export async function whyNoArm64(): Promise<string | undefined> {
  const why = await whyUnusable(qemu, "--version");
  return why === undefined ? undefined : `programs for arm64 are run by qemu-user-static: ${why}`;
}

/** Why programs for arm64 that need the C++ library can't be run here, in a sentence; undefined where they can. */
export async function whyNoArm64Libraries(): Promise<string | undefined> {
  const file = `${libraries}/lib/libstdc++.so.6`;
  const missing = await access(file).then(
    () => undefined,
    () => `their libraries come from libstdc++6-arm64-cross, and there is no ${file}`,
  );
  return (await whyNoArm64()) ?? missing;
}
