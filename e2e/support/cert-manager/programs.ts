import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { programFile } from "../go/build.ts";
import type { CachedProgram } from "../go/build.ts";
import { COMPILER_FLAGS, linkerFlag } from "../go/go.ts";
import { onStderr } from "../progress.ts";
import type { Progress } from "../progress.ts";

const tools = (name: string): string => fileURLToPath(new URL(`../../tools/${name}/`, import.meta.url));
const otherwise = ", or leave out the suites that need it: npx vitest run --project unit --project e2e";

const CERT_MANAGER: CachedProgram = {
  what: "cert-manager",
  name: "cert-manager",
  sources: tools("cert-manager"),
  files: ["go.mod", "go.sum", "main.go"],
  main: ".",
  flags: [
    ...COMPILER_FLAGS,
    // What it says of itself, as its own build sets it.
    linkerFlag([["github.com/cert-manager/cert-manager/pkg/util.AppVersion", "v1.21.2"]]),
  ],
  links: [],
  keeps: [{ module: "github.com/cert-manager/cert-manager", folder: "deploy/crds" }],
  otherwise,
};

const ACME_SOLVER: CachedProgram = {
  what: "cert-manager's HTTP-01 solver",
  name: "acmesolver",
  sources: tools("cert-manager"),
  files: ["go.mod", "go.sum", "acmesolver/main.go"],
  main: "./acmesolver",
  flags: [...COMPILER_FLAGS, linkerFlag([])],
  links: [],
  otherwise: "",
};

const WEBHOOK: CachedProgram = {
  what: "cert-manager's webhook",
  name: "cert-manager-webhook",
  sources: tools("cert-manager-webhook"),
  files: ["go.mod", "go.sum", "main.go"],
  main: ".",
  flags: [...COMPILER_FLAGS, linkerFlag([])],
  links: [],
  otherwise,
};

const PEBBLE: CachedProgram = {
  what: "Pebble, the ACME server,",
  name: "pebble",
  sources: tools("acme"),
  files: ["go.mod", "go.sum"],
  main: "github.com/letsencrypt/pebble/v2/cmd/pebble",
  flags: [...COMPILER_FLAGS, linkerFlag([["main.version", "v2.10.1"]])],
  links: [],
  otherwise,
};

const DNS_SERVER: CachedProgram = {
  what: "the DNS server",
  name: "dns-server",
  sources: tools("acme"),
  files: ["go.mod", "go.sum", "main.go", "zones.go"],
  main: ".",
  flags: [...COMPILER_FLAGS, linkerFlag([])],
  links: [],
  otherwise,
};

/** Where the programs are: absolute paths. */
export interface CertManagerPrograms {
  readonly certManager: string;
  readonly webhook: string;
  /** The folder with cert-manager's CustomResourceDefinitions. */
  readonly crds: string;
  readonly pebble: string;
  readonly dnsServer: string;
}

/**
 * cert-manager's controller and webhook, Pebble and the DNS server: from the cache, or built with Go. Throws a sentence where they
 * have to be built and there is no Go.
 */
export async function certManagerPrograms(
  env: NodeJS.ProcessEnv = process.env,
  progress: Progress = onStderr,
): Promise<CertManagerPrograms> {
  // One after the other: each build takes all processors.
  const certManager = await programFile(CERT_MANAGER, env, progress);
  const webhook = await programFile(WEBHOOK, env, progress);
  const pebble = await programFile(PEBBLE, env, progress);
  const dnsServer = await programFile(DNS_SERVER, env, progress);
  return { certManager, webhook, crds: join(dirname(certManager), "crds"), pebble, dnsServer };
}

/** The file of cert-manager's HTTP-01 solver, which is linked statically: from the cache, or built with Go. */
export async function acmeSolver(): Promise<string> {
  return await programFile(ACME_SOLVER);
}
