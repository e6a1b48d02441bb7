import type { Env } from "./program.ts";
import type { View, ViewCluster, ViewExec, ViewUser } from "./kubeconfig.ts";
import type { Overrides } from "./overrides.ts";

/** The API server that is talked to, and as whom. */
export interface Target {
  /** The context's name, for messages; empty where there is none. */
  readonly context: string;
  readonly namespace: string;
  /** `https://host:port/prefix`, without a slash at the end. */
  readonly server: string;
  readonly tlsServerName: string | undefined;
  readonly insecure: boolean;
  /** PEM; undefined means the system's authorities. */
  readonly ca: string | undefined;
  readonly proxyUrl: string | undefined;
  readonly credential: Credential;
  readonly impersonate: Impersonation | undefined;
  readonly cluster: ViewCluster;
}

/** Who we are to the API server; the first that is given counts, as in client-go. */
export interface Credential {
  readonly token?: string | undefined;
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
  /** PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  readonly exec?: ViewExec | undefined;
  /** The name of a legacy `auth-provider`, which only kubectl itself can use. */
  readonly provider?: string | undefined;
}

/** Whom the API server should take us for. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
export interface Impersonation {
  readonly user: string | undefined;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** What choosing reads beside the view: the environment and files (undefined for one that does not exist). */
export interface Surroundings {
  readonly env: Env;
  readonly readFile: (path: string) => string | undefined;
}

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The target that kubectl would reach with these flags: client-go's `DirectClientConfig` and `inClusterClientConfig`
 * (k8s.io/client-go/tools/clientcmd/client_config.go). Throws a sentence where kubectl would refuse.
 */
export function chooseTarget(view: View, overrides: Overrides, around: Surroundings): Target {
  const context = overrides.context ?? view["current-context"] ?? "";
  const chosen = find(view.contexts, context)?.context ?? undefined;
  if (overrides.context !== undefined && overrides.context !== "" && chosen === undefined)
    throw new Error(`context "${context}" does not exist`);
  if (context !== "" && chosen === undefined)
    throw new Error(`context was not found for specified context: ${context}`);

  const cluster = clusterWith(named(view.clusters, "cluster", overrides.cluster, chosen?.cluster), overrides);
  const user = named(view.users, "user", overrides.user, chosen?.user) ?? {};
  if (cluster.server === undefined && inClusterPossible(around)) return inCluster(context, chosen, overrides, around);

  const ca = pem(
    "certificate authority",
    cluster["certificate-authority-data"],
    cluster["certificate-authority"],
    around,
  );
  const insecure = cluster["insecure-skip-tls-verify"] === true;
  if (insecure && ca !== undefined)
    throw new Error("specifying a root certificates file with the insecure flag is not allowed");
  const credential = credentialOf(user, overrides, around);
  const server = serverUrl(cluster.server ?? around.env["KUBERNETES_MASTER"] ?? "localhost:8080");
  return {
    context,
    namespace: overrides.namespace ?? (chosen?.namespace || "default"),
    server,
    tlsServerName: cluster["tls-server-name"] || undefined,
    insecure,
    ca,
    proxyUrl: cluster["proxy-url"] || undefined,
    // client-go gives credentials to servers behind TLS only
    credential: server.startsWith("https:") ? credential : {},
    impersonate: impersonation(user, overrides),
    cluster,
  };
}

function find<T extends { readonly name: string }>(list: readonly T[] | null | undefined, name: string): T | undefined {
  return list?.find((entry) => entry.name === name);
}

/** The cluster or user that a flag names, which has to exist, or the one that the context names. */
function named<K extends "cluster" | "user", V>(
  list: readonly ({ readonly name: string } & { readonly [P in K]?: V | null })[] | null | undefined,
  key: K,
  flag: string | undefined,
  fromContext: string | undefined,
): V | undefined {
  const name = flag || fromContext || "";
  const found = find(list, name);
  if (found !== undefined) return found[key] ?? undefined;
  if (name === "") return undefined;
  throw new Error(key === "cluster" ? `cluster "${name}" does not exist` : `auth info "${name}" does not exist`);
}

function clusterWith(cluster: ViewCluster | undefined, overrides: Overrides): ViewCluster {
  const { certificateAuthority, insecure, server, tlsServerName } = overrides;
  let merged: ViewCluster = { ...cluster };
  if (insecure === true || certificateAuthority !== undefined) {
    const { "certificate-authority": _file, "certificate-authority-data": _data, ...rest } = merged;
    merged = { ...rest, "insecure-skip-tls-verify": insecure === true };
    if (certificateAuthority !== undefined) merged = { ...merged, "certificate-authority": certificateAuthority };
  }
  // a name that was meant for another server must not be expected of this one
  if (server !== undefined) merged = { ...merged, server, "tls-server-name": tlsServerName ?? "" };
  else if (tlsServerName !== undefined) merged = { ...merged, "tls-server-name": tlsServerName };
  return merged;
}

function credentialOf(user: ViewUser, overrides: Overrides, around: Surroundings): Credential {
  const cert = overrides.clientCertificate
    ? pem("client certificate", undefined, overrides.clientCertificate, around)
    : pem("client certificate", user["client-certificate-data"], user["client-certificate"], around);
  const key = overrides.clientKey
    ? pem("client key", undefined, overrides.clientKey, around)
    : pem("client key", user["client-key-data"], user["client-key"], around);
  const token = tokenOf(user, overrides.token, around);
  return {
    token,
    basic: user.username ? { username: user.username, password: user.password ?? "" } : undefined,
    certificate: cert !== undefined && key !== undefined ? { cert, key } : undefined,
    exec: user.exec,
    provider: user["auth-provider"]?.name,
  };
}

/** A token's file wins over a token, even over `--token`. */
function tokenOf(user: ViewUser, flag: string | undefined, around: Surroundings): string | undefined {
  const token = flag ?? (user.token || undefined);
  if (!user.tokenFile) return token;
  const text = around.readFile(user.tokenFile)?.trim();
  if (text) return text;
  if (token !== undefined) return token;
  throw new Error(`unable to read the token file ${user.tokenFile}`);
}

function pem(
  what: string,
  data: string | undefined,
  file: string | undefined,
  around: Surroundings,
): string | undefined {
  if (data) return Buffer.from(data, "base64").toString();
  if (!file) return undefined;
  const text = around.readFile(file);
  if (text === undefined) throw new Error(`unable to read the ${what} ${file}`);
  return text;
}

/** A server without a scheme speaks plain http, whatever the config has of TLS. */
function serverUrl(server: string): string {
  const url = /^https?:\/\//.test(server) ? server : `http://${server}`;
  return url.replace(/\/+$/, "");
}

function impersonation(user: ViewUser, overrides: Overrides): Impersonation | undefined {
  const asked = {
    user: overrides.as ?? (user.as || undefined),
    uid: overrides.asUid ?? (user["as-uid"] || undefined),
    groups: overrides.asGroups ?? user["as-groups"] ?? [],
    extra: user["as-user-extra"] ?? {},
  };
  if (asked.user !== undefined) return asked;
  if (asked.uid !== undefined || asked.groups.length > 0 || Object.keys(asked.extra).length > 0)
    throw new Error("requesting groups, uid or user-extra for another user needs that user's name: give --as");
  return undefined;
}

function inClusterPossible({ env, readFile }: Surroundings): boolean {
  return Boolean(
    env["KUBERNETES_SERVICE_HOST"] && env["KUBERNETES_SERVICE_PORT"] && readFile(`${serviceAccount}/token`),
  );
}

function inCluster(
  context: string,
  chosen: { readonly namespace?: string } | undefined,
  overrides: Overrides,
  { env, readFile }: Surroundings,
): Target {
  const host = env["KUBERNETES_SERVICE_HOST"] ?? "";
  const namespace = env["POD_NAMESPACE"] || readFile(`${serviceAccount}/namespace`)?.trim() || "default";
  return {
    context,
    namespace: overrides.namespace ?? (chosen?.namespace || namespace),
    server: `https://${host.includes(":") ? `[${host}]` : host}:${env["KUBERNETES_SERVICE_PORT"] ?? "443"}`,
    tlsServerName: undefined,
    insecure: false,
    ca: readFile(`${serviceAccount}/ca.crt`),
    proxyUrl: undefined,
    credential: { token: overrides.token ?? readFile(`${serviceAccount}/token`)?.trim() },
    impersonate: impersonation({}, overrides),
    cluster: {},
  };
}
