import { basename, dirname, join } from "node:path";
import { acmeSolver } from "../support/cert-manager/programs.ts";
import { command } from "../support/command.ts";
import { assembler } from "../support/go/assembler.ts";

/** What our cert-manager starts in the pods of its HTTP-01 solver (`e2e/tools/cert-manager`). */
const NAME = "acmesolver:latest";

/**
 * Makes the image of cert-manager's HTTP-01 solver: one static binary, run by nobody in particular. Returns its archive, which
 * lies in `folder`, an existing one. Throws what went wrong.
 */
export async function solverImage(folder: string, architecture: string): Promise<string> {
  const binary = await acmeSolver();
  const layer = join(folder, "layer.tar");
  const owner = ["--owner=0", "--group=0", "--mode=u+rwX,go+rX"];
  await command("tar", ["--create", "--file", layer, ...owner, "--directory", dirname(binary), basename(binary)]);
  const image = {
    name: NAME,
    output: folder,
    platforms: [{ architecture, layers: [layer] }],
    config: { User: "65532:65532", Entrypoint: [`/${basename(binary)}`] },
  };
  await command(await assembler(), [], { input: JSON.stringify(image) });
  return join(folder, `${architecture}.tar`);
}
