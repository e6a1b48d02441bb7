import type { V1IngressBackend, V1Service } from "@kubernetes/client-node";
import type { Host } from "@domain-claims/crds/host";

import { near } from "./namespaces.ts";
import { byYou } from "./path-answer.ts";
import type { Problem } from "./path-answer.ts";

/** Where a path of an Ingress is, for people and for commands. */
export interface Place {
  readonly namespace: string;
  readonly ingress: string;
  readonly host: Host;
  readonly path: string;
}

/** The namespace's Services by name; undefined where they may not be read. */
export type Services = ReadonlyMap<string, V1Service> | undefined;

/** Why the backend of a path can't be served, as far as Services may be read; undefined where nothing is wrong with it. */
export async function backendProblem(
  backend: V1IngressBackend,
  { namespace, ingress, host, path }: Place,
  services: Services,
): Promise<Problem | undefined> {
  const { sourceMessages } = await import("@domain-claims/crds/messages/sources");
  const edit = `kubectl edit ingress ${ingress} -n ${namespace}`;
  const { service, resource } = backend;
  if (service === undefined) {
    const what = `${resource?.kind ?? ""}/${resource?.name ?? ""}`;
    return {
      reason: "ServiceRefused",
      message: sourceMessages.noService(host, path, what),
      fix: byYou("name a Service", edit),
    };
  }
  if (services === undefined) return undefined;
  const { name } = service;
  const port = service.port?.name ?? service.port?.number ?? 0;
  const found = services.get(name);
  if (found === undefined) {
    const [other] = near(name, [...services.keys()]);
    const make = `kubectl create service clusterip ${name} --tcp=${typeof port === "number" ? String(port) : "PORT"} -n ${namespace}`;
    const fix =
      other === undefined
        ? byYou(`make the Service ${name}`, make)
        : byYou(`name the Service ${other}, if that is meant`, edit);
    return { reason: "ServiceNotFound", message: sourceMessages.serviceNotFound(host, path, name), fix };
  }
  if (found.spec?.type === "ExternalName") {
    const fix = byYou("name a Service that has its own endpoints", edit);
    return { reason: "ServiceRefused", message: sourceMessages.externalName(host, path, name), fix };
  }
  const ports = found.spec?.ports ?? [];
  const named = ports.filter((one) => (typeof port === "number" ? one.port === port : one.name === port));
  const transport = named.find((one) => transportOf(one) === "TCP") ?? named[0];
  if (transport === undefined) {
    const fix = byYou(`name a port that it has: ${ports.map(portText).join(", ") || "it has none"}`, edit);
    return {
      reason: "ServicePortNotFound",
      message: sourceMessages.servicePortNotFound(host, path, name, String(port)),
      fix,
    };
  }
  if (transportOf(transport) !== "TCP") {
    const message = sourceMessages.portNotTcp(host, path, name, String(port), transportOf(transport));
    return { reason: "ServiceRefused", message, fix: byYou("name a TCP port", edit) };
  }
  if (found.spec?.clusterIP !== "None" || typeof transport.targetPort !== "string") return undefined;
  const message = sourceMessages.headlessPort(host, path, name, String(port));
  const fix = byYou("give the target port its number", `kubectl edit service ${name} -n ${namespace}`);
  return { reason: "ServiceRefused", message, fix };
}

function transportOf({ protocol }: { readonly protocol?: string | undefined }): string {
  return protocol ?? "TCP";
}

function portText({
  name,
  port,
  protocol,
}: {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
}): string {
  const transport = transportOf({ protocol }) === "TCP" ? "" : `/${transportOf({ protocol })}`;
  return `${String(port)}${transport}${name === undefined ? "" : ` (${name})`}`;
}
