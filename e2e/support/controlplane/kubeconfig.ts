import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { dump } from "js-yaml";

/** How somebody proves who they are: a client certificate, or a file with a bearer token that may be renewed. */
export type Credentials =
  | { readonly kind: "certificate"; readonly certificate: string; readonly key: string }
  | { readonly kind: "tokenFile"; readonly file: string };

/** What a kubeconfig says: one cluster, one user, one context. */
export interface Kubeconfig {
  readonly url: string;
  /** The CA of the API server, PEM. */
  readonly ca: string;
  readonly user: string;
  readonly credentials: Credentials;
  /** The namespace that is meant when none is named. */
  readonly namespace?: string | undefined;
}

/** Writes a kubeconfig (readable by its owner alone, as it holds a key) and returns the file. */
export function writeKubeconfig(file: string, { url, ca, user, credentials, namespace }: Kubeconfig): string {
  const cluster = "domain-claims";
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: { server: url, "certificate-authority-data": base64(ca) } }],
    users: [{ name: user, user: userOf(credentials) }],
    contexts: [{ name: user, context: { cluster, user, ...(namespace === undefined ? {} : { namespace }) } }],
    "current-context": user,
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, dump(config), { mode: 0o600 });
  return file;
}

function userOf(credentials: Credentials): Record<string, string> {
  if (credentials.kind === "tokenFile") return { tokenFile: credentials.file };
  return {
    "client-certificate-data": base64(credentials.certificate),
    "client-key-data": base64(credentials.key),
  };
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
