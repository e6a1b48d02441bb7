/** Where the API server is and who we are there: the only importer of @kubernetes/client-node, loaded when it is needed. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { KubeConfig, loadYaml } from "@kubernetes/client-node";
import type { Cluster, Context, User } from "@kubernetes/client-node";
import type { Clock } from "../time/clock.ts";

/** What goes with a request now. */
export interface Credentials {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Pick<RequestOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized">;
  /** Differs when `tls` does. */
  readonly tlsFingerprint: string;
}

/** One cluster, as one user. */
export interface ClusterAccess {
  readonly server: string;
  readonly proxyUrl: string | undefined;
  readonly namespace: string | undefined;
  /** Reads token and certificate files again when the last reading is older than 10 s; one credential plugin runs at a time. */
  readonly credentials: () => Promise<Credentials>;
  /** The API server refused the credentials: the next ones are made from the kubeconfig up, but at most every 10 s. */
  readonly refused: () => void;
}

const freshMs = 10_000;
const podToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/**
 * Finds the cluster: the given kubeconfig, else the files of KUBECONFIG, else the ServiceAccount of the pod, else
 * ~/.kube/config. Throws an Error with a sentence where there is none (or KUBECONFIG names missing files only), or where it does not say what is needed.
 */
export function clusterAccess(
  options: { readonly kubeconfig?: string | undefined; readonly context?: string | undefined },
  clock: Clock,
  env: NodeJS.ProcessEnv = process.env,
): ClusterAccess {
  const load = (): KubeConfig => loadKubeConfig(options.kubeconfig, options.context, env);
  let config = load();
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error(`the kubeconfig's context ${config.getCurrentContext()} names no known cluster`);
  if (cluster.proxyUrl?.startsWith("socks"))
    throw new Error(`proxy-url ${cluster.proxyUrl}: only http and https proxies are supported`);

  let last: { readonly at: number; readonly value: Promise<Credentials> } | undefined;
  let renewed = -Infinity;
  const credentials = (): Promise<Credentials> => {
    if (last === undefined || clock.monotonic() - last.at > freshMs) {
      const reading = { at: clock.monotonic(), value: readCredentials(config) };
      reading.value.catch(() => {
        if (last === reading) last = undefined;
      });
      last = reading;
    }
    return last.value;
  };
  const refused = (): void => {
    if (clock.monotonic() - renewed < freshMs) return;
    renewed = clock.monotonic();
    last = undefined;
    try {
      config = load();
    } catch {
      // The file is being replaced: what we have may still do.
    }
  };
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace;
  return { server: cluster.server, proxyUrl: cluster.proxyUrl, namespace, credentials, refused };
}

function loadKubeConfig(file: string | undefined, context: string | undefined, env: NodeJS.ProcessEnv): KubeConfig {
  const config = new KubeConfig();
  const files = filesOf(file, env);
  if (files === undefined) {
    config.loadFromCluster();
    return config;
  }
  const parts = files.map(loadFile);
  const currentContext = context ?? parts.map((part) => part.currentContext).find((name) => name);
  if (currentContext === undefined)
    throw new Error(`${files.join(delimiter)}: no current-context; name one with --context`);
  const contexts = firstOfEachName(parts.flatMap((part) => part.contexts));
  if (!contexts.some(({ name }) => name === currentContext))
    throw new Error(`${files.join(delimiter)}: no context ${currentContext}`);
  config.loadFromOptions({
    // client-node refuses plain http unless verification is off, which means nothing there.
    clusters: firstOfEachName(parts.flatMap((part) => part.clusters)).map((cluster) =>
      cluster.server.startsWith("http:") ? { ...cluster, skipTLSVerify: true } : cluster,
    ),
    users: firstOfEachName(parts.flatMap((part) => part.users)),
    contexts,
    currentContext,
  });
  return config;
}

/** The kubeconfig files to read; undefined: the pod's ServiceAccount. */
function filesOf(file: string | undefined, env: NodeJS.ProcessEnv): readonly string[] | undefined {
  if (file !== undefined) return [file];
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((name) => name !== "");
  const existing = listed.filter((name) => existsSync(name));
  if (existing.length > 0) return existing;
  // Somebody meant a cluster: that of another file may not be it.
  if (listed.length > 0) throw new Error(`KUBECONFIG names no file that exists: ${listed.join(delimiter)}`);
  if (env["KUBERNETES_SERVICE_HOST"] !== undefined && existsSync(podToken)) return undefined;
  const home = join(env["HOME"] ?? homedir(), ".kube", "config");
  if (existsSync(home)) return [home];
  throw new Error("no cluster: pass --kubeconfig, set KUBECONFIG, or run in a pod with a ServiceAccount");
}

interface Part {
  readonly clusters: readonly Cluster[];
  readonly users: readonly User[];
  readonly contexts: readonly Context[];
  readonly currentContext: string | undefined;
}

function loadFile(file: string): Part {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
    const tokenFiles = tokenFilesOf(file);
    const users = config.users.map((user) => withTokenFile(user, tokenFiles.get(user.name)));
    return { clusters: config.clusters, users, contexts: config.contexts, currentContext: config.currentContext };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} can't be read as a kubeconfig: ${why}`, { cause: error });
  }
}

/** `users[].user.tokenFile`, which client-node does not read. */
function tokenFilesOf(file: string): ReadonlyMap<string, string> {
  const raw = loadYaml<{ users?: readonly { name: string; user?: { tokenFile?: unknown } }[] }>(
    readFileSync(file, "utf8"),
  );
  const found = (raw.users ?? []).flatMap(({ name, user }): [string, string][] => {
    if (typeof user?.tokenFile !== "string" || user.tokenFile === "") return [];
    return [[name, isAbsolute(user.tokenFile) ? user.tokenFile : join(dirname(file), user.tokenFile)]];
  });
  return new Map(found);
}

function withTokenFile(user: User, tokenFile: string | undefined): User {
  if (tokenFile === undefined) return user;
  const { token: _, ...rest } = user;
  return { ...rest, authProvider: { name: "tokenFile", config: { tokenFile } } };
}

/** As kubectl merges several files: the first to say a name wins. */
function firstOfEachName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.filter((item, index) => items.findIndex(({ name }) => name === item.name) === index);
}

async function readCredentials(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value).trim(),
  ]);
  if (typeof options.auth === "string")
    headers.push(["authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`]);
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(([, value]) => value !== undefined),
  );
  const tlsFingerprint = createHash("sha256").update(JSON.stringify(tls)).digest("hex");
  return { headers: Object.fromEntries(headers) as Record<string, string>, tls, tlsFingerprint };
}
