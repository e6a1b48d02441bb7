/**
 * The merged kubeconfig as `kubectl config view --raw -o json` prints it. Which files count, which entry wins and
 * where relative paths lead goes by kubectl's rules, so that we can't reach another cluster than kubectl does.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export interface View {
  readonly "current-context"?: string;
  readonly contexts?: readonly Named<"context", ViewContext>[] | null;
  readonly clusters?: readonly Named<"cluster", ViewCluster>[] | null;
  readonly users?: readonly Named<"user", ViewUser>[] | null;
}

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

type Named<K extends string, V> = { readonly name: string } & { readonly [P in K]?: V | null };
