import { execExtension } from "./kubeconfig-file.ts";
import type { Target } from "./target.ts";
import { runProgram } from "./program.ts";
import type { Env } from "./program.ts";
import type { ViewCluster, ViewExec } from "./kubeconfig.ts";

/** What a credential plugin handed out. */
export interface ExecCredential {
  readonly token: string | undefined;
  /** PEM. */
  readonly certificate: { readonly cert: string; readonly key: string } | undefined;
}

/**
 * Runs a kubeconfig's credential plugin as client-go does, `KUBERNETES_EXEC_INFO` included.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * Rejects with a sentence that names the plugin, and its install hint where it is not there.
 */
export async function execCredential(
  exec: ViewExec,
  { cluster, ca }: Pick<Target, "cluster" | "ca">,
  env: Env,
  terminal: boolean,
): Promise<ExecCredential> {
  const interactive = exec.interactiveMode !== "Never" && terminal;
  if (exec.interactiveMode === "Always" && !terminal)
    throw new Error(`the credential plugin ${exec.command} needs a terminal to ask on`);
  const given = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const info = JSON.stringify(execInfo(exec, cluster, ca, interactive));
  const ran = await runProgram(
    exec.command,
    exec.args ?? [],
    { ...env, ...given, KUBERNETES_EXEC_INFO: info },
    interactive,
  ).catch((cause: unknown) => {
    const hint = exec.installHint ? `\n\n${exec.installHint}` : "";
    throw new Error(`the credential plugin ${exec.command} could not be run${hint}`, { cause });
  });
  if (ran.code !== 0)
    throw new Error(
      `getting credentials: ${exec.command} failed with exit code ${String(ran.code)}${ran.stderr === "" ? "" : `\n${ran.stderr.trim()}`}`,
    );
  return parseCredential(exec, ran.stdout);
}

function execInfo(exec: ViewExec, cluster: ViewCluster, ca: string | undefined, interactive: boolean): unknown {
  const { "proxy-url": proxyUrl, server, extensions } = cluster;
  const config = extensions?.find(({ name }) => name === execExtension)?.extension;
  const details = {
    server,
    "tls-server-name": cluster["tls-server-name"] || undefined,
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"] || undefined,
    "certificate-authority-data": ca === undefined ? undefined : Buffer.from(ca).toString("base64"),
    "proxy-url": proxyUrl,
    config: config ?? null,
  };
  return {
    kind: "ExecCredential",
    apiVersion: exec.apiVersion ?? "client.authentication.k8s.io/v1",
    spec: exec.provideClusterInfo === true ? { cluster: details, interactive } : { interactive },
  };
}

interface Printed {
  readonly status?: {
    readonly token?: string;
    readonly clientCertificateData?: string;
    readonly clientKeyData?: string;
  };
}

function parseCredential(exec: ViewExec, stdout: string): ExecCredential {
  let printed: Printed;
  try {
    printed = JSON.parse(stdout) as Printed;
  } catch (cause) {
    throw new Error(`getting credentials: ${exec.command} printed no ExecCredential`, { cause });
  }
  const { token, clientCertificateData: cert, clientKeyData: key } = printed.status ?? {};
  const certificate = cert && key ? { cert, key } : undefined;
  if (!token && certificate === undefined)
    throw new Error(`getting credentials: ${exec.command} returned neither a token nor a certificate`);
  return { token: token || undefined, certificate };
}
