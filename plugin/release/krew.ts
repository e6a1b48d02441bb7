/** One archive for krew, and for which platform it is. */
export interface KrewArchive {
  readonly os: string;
  readonly arch: string;
  /** The archive's name. */
  readonly file: string;
  readonly sha256: string;
  /** The program in it. */
  readonly bin: string;
  /** Whether that runs on a Node of the user's. */
  readonly needsNode?: boolean;
}

/**
 * The plugin's manifest for krew; archives are fetched from below `url`.
 * https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/
 */
export function krewManifest(version: string, url: string, archives: readonly KrewArchive[]): object {
  const needsNode = archives.some((archive) => archive.needsNode)
    ? "On macOS it needs Node.js 22.19 or newer on the PATH.\n"
    : "";
  return {
    apiVersion: "krew.googlecontainertools.github.com/v1alpha2",
    kind: "Plugin",
    metadata: { name: "domain" },
    spec: {
      version: `v${version}`,
      shortDescription: "Claim hostnames, share them, see who holds what",
      description:
        "Claims hostnames on a shared cluster that runs Domain Claims for Kong, shares names below them with other\n" +
        "namespaces, and says who holds what, what is live in Kong, and what fixes it if something is not.\n",
      caveats:
        "It needs the controller and the kinds of Domain Claims for Kong in the cluster: kubectl domain doctor\n" +
        `says what is missing. Completion: kubectl domain completion --install\n${needsNode}`,
      platforms: archives.map(({ os, arch, file, sha256, bin }) => ({
        selector: { matchLabels: { os, arch } },
        uri: `${url}/${file}`,
        sha256,
        bin,
      })),
    },
  };
}
