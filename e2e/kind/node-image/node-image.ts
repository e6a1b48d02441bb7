import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../../support/command.ts";
import { KUBERNETES_FLAGS, VERSION } from "../../support/controlplane/build.ts";
import { programFile } from "../../support/go/build.ts";
import type { CachedProgram } from "../../support/go/build.ts";
import { COMPILER_FLAGS, linkerFlag } from "../../support/go/go.ts";
import { moduleFolder } from "../../support/go/module-folder.ts";
import { onStderr, step } from "../../support/progress.ts";
import { PROJECT } from "../../support/world/project.ts";

const tools = (name: string): string => join(PROJECT, "e2e/tools", name);

const PROGRAMS: CachedProgram = {
  what: "the programs of a node",
  name: "node",
  sources: tools("node"),
  files: ["go.mod", "go.sum", "main.go"],
  main: ".",
  flags: KUBERNETES_FLAGS,
  links: [],
  otherwise: "",
};

const COREDNS: CachedProgram = {
  what: "CoreDNS",
  name: "coredns",
  sources: tools("coredns"),
  files: ["go.mod", "go.sum", "main.go"],
  main: ".",
  flags: [...COMPILER_FLAGS, linkerFlag([])],
  links: [],
  otherwise: "",
};

/** What this version of kubeadm asks for (cmd/kubeadm/app/constants). Inside are etcd 3.6.4 and CoreDNS 1.13.1. */
const TAGS = { ETCD_TAG: "3.6.5-0", COREDNS_TAG: "v1.12.1", PAUSE_TAG: "3.10.1" };

/**
 * A node image for kind that is made here, of Debian's packages and programs that Go builds: from Docker where it has been
 * made before of the same parts, else built. Returns its name. Throws what went wrong, for instance where this is no Debian.
 */
export async function debianNodeImage(assembler: string): Promise<string> {
  const script = join(import.meta.dirname, "build.sh");
  const programs = await programFile(PROGRAMS);
  const coredns = await programFile(COREDNS);
  // The folder of a program is named after what it is built from.
  const parts = createHash("sha256").update(readFileSync(script)).update([programs, coredns, assembler].join());
  const name = `domain-claims-node:${VERSION.gitVersion}-${parts.digest("hex").slice(0, 12)}`;
  const known = await command("docker", ["image", "inspect", name]).catch(() => undefined);
  if (known !== undefined) return name;
  const env = {
    ...process.env,
    ...TAGS,
    PROGRAMS: programs,
    COREDNS: coredns,
    ASSEMBLE: assembler,
    KIND: await moduleFolder(tools("kind"), "sigs.k8s.io/kind"),
    KUBERNETES: await moduleFolder(tools("node"), "k8s.io/kubernetes"),
    VERSION: VERSION.gitVersion,
    IMAGE: name,
  };
  await step(onStderr, `node image ${name}, of Debian's packages`, () => command("bash", [script], { env }));
  return name;
}
