import { withAbsolutePaths } from "./paths.ts";

/**
 * The merged kubeconfig as `kubectl config view --raw -o json` prints it: which files count, which entry wins and
 * where relative paths lead is kubectl's own answer, so that we can't reach another cluster than kubectl does.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export interface View {
  readonly "current-context"?: string;
  readonly contexts?: readonly Named<"context", ViewContext>[] | null;
  readonly clusters?: readonly Named<"cluster", ViewCluster>[] | null;
  readonly users?: readonly Named<"user", ViewUser>[] | null;
}

type Named<K extends string, V> = { readonly name: string } & { readonly [P in K]?: V | null };

/** A context of a {@link View}. */
export interface ViewContext {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

/** A cluster of a {@link View}; `*-data` is base64. */
export interface ViewCluster {
  readonly server?: string;
  readonly "tls-server-name"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "certificate-authority"?: string;
  readonly "certificate-authority-data"?: string;
  readonly "proxy-url"?: string;
  readonly extensions?: readonly { readonly name: string; readonly extension?: unknown }[];
}

/** A user of a {@link View}; `*-data` is base64. */
export interface ViewUser {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly "client-certificate"?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key"?: string;
  readonly "client-key-data"?: string;
  readonly as?: string;
  readonly "as-uid"?: string;
  readonly "as-groups"?: readonly string[];
  readonly "as-user-extra"?: Readonly<Record<string, readonly string[]>>;
  readonly exec?: ViewExec;
  readonly "auth-provider"?: { readonly name?: string };
}

/** A credential plugin of a {@link ViewUser}. */
export interface ViewExec {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly interactiveMode?: "Never" | "IfAvailable" | "Always";
  readonly provideClusterInfo?: boolean;
}

/** The environment of a process. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What a program that was run printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Asks kubectl (`KUBECTL`, or the one on the PATH) for its view, with absolute paths. Rejects with kubectl's own words. */
export async function kubectlView(kubeconfig: string | undefined, env: Env): Promise<View> {
  const view = await rawView(kubeconfig, env);
  return await withAbsolutePaths(view, kubeconfig, env, async (file) => await rawView(file, env));
}

async function rawView(kubeconfig: string | undefined, env: Env): Promise<View> {
  const kubectl = env["KUBECTL"] ?? "kubectl";
  const flags = kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`];
  // it is gone before collecting garbage would pay: this is a tenth of its time
  const fast = { ...env, GOGC: "off" };
  const ran = await runProgram(kubectl, ["config", "view", "--raw", "-o", "json", ...flags], fast).catch(
    (cause: unknown) => {
      throw new Error(`${kubectl} could not be run, and it is what knows your clusters: put kubectl on the PATH`, {
        cause,
      });
    },
  );
  if (ran.code !== 0) throw new Error(ran.stderr.trim().replace(/^error: /i, "") || `${kubectl} config view failed`);
  return JSON.parse(ran.stdout) as View;
}

/** Runs a program to its end. Its stdin is ours where `interactive`, else nothing. Rejects where it can't be started. */
export async function runProgram(
  command: string,
  args: readonly string[],
  env: Env,
  interactive = false,
): Promise<Ran> {
  // loaded at the first use, and at once: what is awaited before the program starts would delay it
  const { spawn } = process.getBuiltinModule("node:child_process");
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...env },
      stdio: [interactive ? "inherit" : "ignore", "pipe", interactive ? "inherit" : "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}
