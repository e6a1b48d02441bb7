/**
 * What versions of plugin and controller do not fit together, in a sentence; undefined where they do: patch releases of one
 * minor version always fit.
 */
export function versionSkew(plugin: string, controller: string | undefined): string | undefined {
  if (controller === undefined) return undefined;
  const [mine, theirs] = [minorOf(plugin), minorOf(controller)];
  if (mine === theirs) return undefined;
  const older = mine < theirs ? "plugin" : "controller";
  return `the plugin is of version ${plugin} and the controller of ${controller}: update the ${older}, which may not know what the other says`;
}

function minorOf(version: string): number {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major * 1000 + minor;
}
