import { createHash } from "node:crypto";

/** What decides how a built control plane turns out. */
export interface BuildInput {
  /** Contents by file name: go.mod, go.sum, main.go. */
  readonly files: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  /** As Go says it: `go1.26.8`. */
  readonly goVersion: string;
  /** `linux-amd64`. */
  readonly platform: string;
}

/** The name of the cache's folder for this input: 16 hexadecimal digits of sources and flags, Go's version, platform. */
export function cacheKey(input: BuildInput): string {
  return `${sourceHash(input)}-${input.goVersion}-${input.platform}`;
}

/** Whether a folder of the cache holds a build of the same sources for the same platform, by whatever version of Go. */
export function sameSources(folder: string, input: Omit<BuildInput, "goVersion">): boolean {
  return folder.startsWith(`${sourceHash(input)}-go`) && folder.endsWith(`-${input.platform}`);
}

function sourceHash({ files, flags }: Pick<BuildInput, "files" | "flags">): string {
  const parts = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([parts, flags]))
    .digest("hex")
    .slice(0, 16);
}
