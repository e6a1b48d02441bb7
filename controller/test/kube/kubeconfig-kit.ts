import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../support/temp-folder.ts";

/** A kubeconfig (JSON is YAML) with one context, cluster and user of that name; returns its path. */
export function kubeconfig(server: string, user: object = {}, name = "test", cluster: object = {}): string {
  const file = join(tempFolder(), "config");
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
