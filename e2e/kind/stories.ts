/**
 * The stories that ask nothing of the controller's process, nothing of the gateway but to be one, and not that nobody has
 * been in the cluster before them.
 */
const stories: readonly string[] = ["answers", "attack-routes", "delegation", "enclosing", "ingresses", "paths"].map(
  (name) => `e2e/stories/${name}.e2e.ts`,
);

/** The suite in which cert-manager starts pods of its HTTP-01 solver. */
export const HTTP01 = "e2e/kind/http01.e2e.ts";

/**
 * What is run in the cluster, group by group, without the groups of which nothing is wanted: the files with `only` in their path. The
 * last one removes what the others need.
 */
export function suitesOf(only = ""): readonly (readonly string[])[] {
  return [stories, [HTTP01], ["e2e/kind/pods.e2e.ts"], ["e2e/kind/uninstall.e2e.ts"]]
    .map((files) => files.filter((file) => file.includes(only)))
    .filter((files) => files.length > 0);
}
