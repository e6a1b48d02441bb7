import type { View, ViewCluster, ViewContext, ViewExec, ViewUser } from "./kubeconfig.ts";

/** What a cluster tells credential plugins, which get it in `KUBERNETES_EXEC_INFO`. */
export const execExtension = "client.authentication.k8s.io/exec";

/** Thrown for what client-go may read otherwise than we do, or refuse. */
export class OddKubeconfig extends Error {
  override readonly name = "OddKubeconfig";
}

/**
 * What one kubeconfig file says, as `kubectl config view --raw -o json` prints it: the fields of
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ that a {@link View} has, others left out. Only a plain file is
 * read: throws OddKubeconfig where a value has another type than it should, or one that YAML 1.1 and 1.2 or Go and
 * JavaScript may read differently.
 */
export async function parseKubeconfig(text: string): Promise<View> {
  if (text === "") return {};
  const config = fields(await yaml(text));
  if (
    ![undefined, "v1"].includes(string(config["apiVersion"])) ||
    ![undefined, "Config"].includes(string(config["kind"]))
  )
    throw new OddKubeconfig("another kind of object");
  return {
    "current-context": string(config["current-context"]) ?? "",
    contexts: named(config["contexts"], "context", contextOf),
    clusters: named(config["clusters"], "cluster", clusterOf),
    users: named(config["users"], "user", userOf),
  };
}

/** YAML 1.1 is what kubectl reads; JSON is a part of it. */
async function yaml(text: string): Promise<unknown> {
  const { load, YAML11_SCHEMA } = await import("js-yaml");
  try {
    return load(text, { schema: YAML11_SCHEMA });
  } catch (cause) {
    throw new OddKubeconfig("not one plain YAML document", { cause });
  }
}

function contextOf(context: Fields): ViewContext {
  return {
    cluster: string(context["cluster"]) ?? "",
    user: string(context["user"]) ?? "",
    ...strings(context, ["namespace"]),
  };
}

function clusterOf(cluster: Fields): ViewCluster {
  return {
    server: string(cluster["server"]) ?? "",
    ...strings(cluster, ["tls-server-name", "certificate-authority", "proxy-url"]),
    ...base64(cluster, ["certificate-authority-data"]),
    ...(boolean(cluster["insecure-skip-tls-verify"]) ? { "insecure-skip-tls-verify": true } : {}),
    ...present("extensions", extensions(list(cluster["extensions"]) ?? [])),
  };
}

/** Those for credential plugins; a number may be printed otherwise by Go. */
function extensions(entries: readonly unknown[]): ViewCluster["extensions"] {
  const found = entries.map(fields).filter(({ name }) => name === execExtension);
  for (const { extension } of found)
    JSON.stringify(extension, (_key, value: unknown) => {
      if (typeof value === "object" && value !== null && !Array.isArray(value)) fields(value);
      else if (typeof value === "number") throw new OddKubeconfig("a number");
      return value;
    });
  return found.length === 0 ? undefined : found.map(({ extension }) => ({ name: execExtension, extension }));
}

function userOf(user: Fields): ViewUser {
  const extra = user["as-user-extra"] ?? undefined;
  const provider = user["auth-provider"] ?? undefined;
  const exec = user["exec"] ?? undefined;
  return {
    ...strings(user, [
      "token",
      "tokenFile",
      "username",
      "password",
      "client-certificate",
      "client-key",
      "as",
      "as-uid",
    ]),
    ...base64(user, ["client-certificate-data", "client-key-data"]),
    ...present("as-groups", texts(user["as-groups"])),
    ...present(
      "as-user-extra",
      extra && Object.fromEntries(Object.entries(fields(extra)).map(([key, value]) => [key, texts(value) ?? []])),
    ),
    ...present("auth-provider", provider && { name: string(fields(provider)["name"]) ?? "" }),
    ...present("exec", exec && execOf(fields(exec))),
  };
}

function execOf(exec: Fields): ViewExec {
  const mode = string(exec["interactiveMode"]) as ViewExec["interactiveMode"];
  const apiVersion = string(exec["apiVersion"]);
  // client-go's SetDefaults_ExecConfig
  const otherwise = /\/v1(?:alpha1|beta1)$/.test(apiVersion ?? "") ? "IfAvailable" : undefined;
  return {
    command: string(exec["command"]) ?? "",
    args: texts(exec["args"]) ?? null,
    env:
      list(exec["env"])?.map((entry) => {
        const { name, value } = fields(entry);
        return { name: string(name) ?? "", value: string(value) ?? "" };
      }) ?? null,
    provideClusterInfo: boolean(exec["provideClusterInfo"]),
    ...present("apiVersion", apiVersion),
    ...strings(exec, ["installHint"]),
    ...present("interactiveMode", mode ?? otherwise),
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** Entries by name; client-go refuses a name that comes twice. */
function named<K extends string, V>(
  value: unknown,
  key: K,
  read: (fields: Fields) => V,
): readonly ({ readonly name: string } & { readonly [P in K]: V })[] {
  const entries = (list(value) ?? []).map((entry) => {
    const { name, [key]: of } = fields(entry);
    return { name: string(name) ?? "", [key]: read(fields(of ?? {})) } as { name: string } & { [P in K]: V };
  });
  if (new Set(entries.map(({ name }) => name)).size !== entries.length) throw new OddKubeconfig("a name twice");
  return entries;
}

function fields(value: unknown): Fields {
  if (typeof value !== "object" || value === null || !isPlain(value)) throw new OddKubeconfig("not a mapping");
  return value as Fields;
}

/** False for what YAML's tags make: dates, sets, bytes; and for a list. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function list(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new OddKubeconfig("not a list");
  return value as readonly unknown[];
}

function texts(value: unknown): readonly string[] | undefined {
  return list(value)?.map((one) => string(one) ?? "");
}

function boolean(value: unknown): boolean {
  if (typeof (value ?? false) !== "boolean") throw new OddKubeconfig("not a boolean");
  return value === true;
}

/** A text that is no number in any of the ways to write one; undefined for none, and for an empty one. */
function string(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string" || !Number.isNaN(Number(value.replaceAll("_", ""))))
    throw new OddKubeconfig("not surely a string");
  return value;
}

function strings<K extends string>(from: Fields, keys: readonly K[]): { readonly [P in K]?: string } {
  return Object.assign({}, ...keys.map((key) => present(key, string(from[key])))) as { readonly [P in K]?: string };
}

/** As Go's decoder takes it; Node's is less strict. */
function base64<K extends string>(from: Fields, keys: readonly K[]): { readonly [P in K]?: string } {
  const found = strings(from, keys);
  for (const text of Object.values<string | undefined>(found))
    if (text !== undefined && (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)))
      throw new OddKubeconfig("not base64");
  return found;
}

function present<K extends string, V>(key: K, value: V): { readonly [P in K]?: NonNullable<V> } {
  return (value === undefined || value === null ? {} : { [key]: value }) as { readonly [P in K]?: NonNullable<V> };
}
