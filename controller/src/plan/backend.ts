import type { Host } from "@domain-claims/crds/hostname";
import { ingressMessages } from "@domain-claims/crds/messages";
import type { IngressReason } from "@domain-claims/crds/reasons";
import type { Facts } from "../world/facts.ts";
import type { IngressPath } from "../world/types.ts";

/** Where a path leads, or why it can't be served. */
export type BackendResult =
  | { readonly ok: true; readonly service: string; readonly port: number }
  | { readonly ok: false; readonly reason: IngressReason; readonly message: string };

/** Finds the Service and port of a path in the Ingress's own namespace (rule L3). */
export function backend(facts: Facts, namespace: string, host: Host, path: IngressPath): BackendResult {
  if (path.backend.kind === "resource") {
    const message = ingressMessages.noService(host, path.path, path.backend.resource);
    return { ok: false, reason: "ServiceRefused", message };
  }
  const { service: name, port } = path.backend;
  const service = facts.service(namespace, name);
  if (service === undefined) {
    return { ok: false, reason: "ServiceNotFound", message: ingressMessages.serviceNotFound(host, path.path, name) };
  }
  if (service.type === "ExternalName") {
    return { ok: false, reason: "ServiceRefused", message: ingressMessages.externalName(host, path.path, name) };
  }
  const found = service.ports.find((known) => (typeof port === "number" ? known.port === port : known.name === port));
  if (found === undefined) {
    const message = ingressMessages.servicePortNotFound(host, path.path, name, String(port));
    return { ok: false, reason: "ServicePortNotFound", message };
  }
  return { ok: true, service: name, port: found.port };
}
