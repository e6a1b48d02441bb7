import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * The folder of a module's sources in Go's module cache, downloaded where they are not there yet: of the version that
 * the `go.mod` in `sources` asks for.
 */
export async function moduleFolder(sources: string, module: string, env = process.env): Promise<string> {
  const { stdout } = await promisify(execFile)("go", ["mod", "download", "-json", module], {
    cwd: sources,
    env: { ...env, GOWORK: "off", GOFLAGS: "-mod=readonly" },
  });
  return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
}
