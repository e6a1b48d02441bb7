/**
 * The stories that ask nothing of the controller's process, nothing of the gateway but to be one, and not that nobody has
 * been in the cluster before them.
 */
export const stories: readonly string[] = [
  "answers",
  "attack-routes",
  "delegation",
  "enclosing",
  "ingresses",
  "paths",
].map((name) => `e2e/stories/${name}.e2e.ts`);
