import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Api } from "./api.ts";

const YEAR = 365 * 24 * 3600;

/**
 * A token for a service account, written to `file`: what a pod would find mounted. Namespace and account are created
 * where they are missing. The API server makes the token (TokenRequest); it holds for a year.
 */
export async function writeServiceAccountToken(
  api: Api,
  namespace: string,
  name: string,
  file: string,
): Promise<string> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await ensure(api, "/api/v1/namespaces", namespace);
  await ensure(api, accounts, name);
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: YEAR } };
  const answer = await api.must("POST", `${accounts}/${name}/token`, request);
  const { token } = (answer as { readonly status: { readonly token: string } }).status;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, token, { mode: 0o600 });
  return file;
}

/** Creates an object that needs no more than a name, unless it exists. */
export async function ensure(api: Api, collection: string, name: string): Promise<void> {
  const { status, body } = await api.call("POST", collection, { metadata: { name } });
  if (status === 201 || status === 409) return;
  throw new Error(`cannot create ${collection}/${name}: ${status} ${JSON.stringify(body)}`);
}
