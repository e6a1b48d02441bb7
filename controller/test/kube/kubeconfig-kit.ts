import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new, empty folder. */
export function folder(): string {
  return mkdtempSync(join(tmpdir(), "kube-test-"));
}

/** A kubeconfig (JSON is YAML) with one context, cluster and user of that name; returns its path. */
export function kubeconfig(server: string, user: object = {}, name = "test", cluster: object = {}): string {
  const file = join(folder(), "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name, namespace: `${name}-ns` } }],
    clusters: [{ name, cluster: { server, ...cluster } }],
    users: [{ name, user }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}
