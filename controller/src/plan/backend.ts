import type { RouteHost } from "@domain-claims/crds/hostname";
import { sourceMessages } from "@domain-claims/crds/messages/sources";
import type { SourceReason } from "@domain-claims/crds/reasons";
import { isIgnored } from "../decide/ignored.ts";
import type { Settings } from "../decide/settings.ts";
import type { Facts } from "../world/facts.ts";
import type { Source, SourcePath } from "../world/source.ts";
import type { Service, ServicePort, ServiceRef } from "../world/core-v1.ts";

/** Where a route leads: a port of a Service, and how it wants to be spoken to. */
export interface Backend {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  /**
   * The port's name, where the gateway has to ask DNS for this port alone (RFC 2782): by the Service's name alone it would
   * be told all of its ports, and take any.
   */
  readonly srvPort: string | undefined;
  readonly protocol: "http" | "https";
  /** Put before every path. */
  readonly path: string | undefined;
  /** Milliseconds; undefined: as the gateway has it by default. */
  readonly connectTimeout: number | undefined;
  readonly readTimeout: number | undefined;
  readonly writeTimeout: number | undefined;
  readonly retries: number | undefined;
}

/** A backend in a word. */
export function backendName({ namespace, service, port, srvPort }: Backend): string {
  return `${namespace}.${service}.${String(port)}${srvPort === undefined ? "" : `-${srvPort}`}`;
}

/** A backend, with what its owner should know of it; or why there is none. */
export type BackendResult =
  | { readonly ok: true; readonly backend: Backend; readonly problems: readonly BackendProblem[] }
  | ({ readonly ok: false } & BackendProblem);

/** Something that is told of a backend. */
export interface BackendProblem {
  readonly reason: SourceReason;
  readonly message: string;
}

/** Finds the Service and port of a path in the source's own namespace (rule L3). */
export function backendOf(
  facts: Facts,
  settings: Settings,
  { namespace, options }: Pick<Source, "namespace" | "options">,
  host: RouteHost,
  { text, backend }: SourcePath,
): BackendResult {
  const refused = (reason: SourceReason, message: string): BackendResult => ({ ok: false, reason, message });
  if (backend.kind === "resource") {
    return refused("ServiceRefused", sourceMessages.noService(host, text, backend.resource));
  }
  const { service: name, port } = backend;
  const service = facts.service(namespace, name);
  if (service === undefined) return refused("ServiceNotFound", sourceMessages.serviceNotFound(host, text, name));
  if (service.type === "ExternalName") {
    return refused("ServiceRefused", sourceMessages.externalName(host, text, name));
  }
  const found = portOf(service, port);
  if (found === undefined) {
    return refused("ServicePortNotFound", sourceMessages.servicePortNotFound(host, text, name, String(port)));
  }
  if (found.transport !== "TCP") {
    const message = sourceMessages.portNotTcp(host, text, name, String(port), found.transport);
    return refused("ServiceRefused", message);
  }
  if (found.dialed === undefined) {
    return refused("ServiceRefused", sourceMessages.headlessPort(host, text, name, String(port)));
  }
  const restriction = restrictionOf(settings, service);
  if (restriction !== undefined) {
    return refused("UnsupportedAnnotation", sourceMessages.serviceRestricted(host, text, name, restriction));
  }
  const protocol = protocolOf(service, found);
  if (protocol === undefined) {
    const asked = service.options.protocol ?? "";
    return refused("ServiceRefused", sourceMessages.serviceProtocol(host, text, name, asked));
  }
  const annotations = service.problems.map((problem) => ({
    reason: "UnsupportedAnnotation" as const,
    message: sourceMessages.serviceAnnotation(name, problem),
  }));
  const uncertain = facts.kong.srvFirst === true && service.ports.some((other) => other.port !== found.port);
  const srvPort = uncertain ? srvPortOf(found, options.preserveHost) : undefined;
  const unsure: readonly BackendProblem[] =
    uncertain && srvPort === undefined
      ? [{ reason: "ServicePortUncertain", message: sourceMessages.portUncertain(name, found.port) }]
      : [];
  return {
    ok: true,
    backend: { namespace, service: name, port: found.dialed, srvPort, ...service.options, protocol },
    problems: [...annotations, ...unsure],
  };
}

/** True if nothing may be led to the Service, by whatever port: it is out of the cluster (rule L3), or restricts access (rule X6). */
export function isBarred(facts: Facts, settings: Settings, { namespace, name }: ServiceRef): boolean {
  const service = facts.service(namespace, name);
  return service !== undefined && (service.type === "ExternalName" || restrictionOf(settings, service) !== undefined);
}

function restrictionOf(settings: Settings, { restrictions }: Service): string | undefined {
  return restrictions.find((annotation) => !isIgnored(settings, annotation));
}

/** The longest label in DNS (RFC 1035, section 2.3.4), less the underscore before a port's name. */
const longestSrvPort = 62;

/**
 * The name by which DNS tells a port from the Service's others. Undefined where there is none that fits into a label, and
 * where backends are sent the name in the Host header: servers refuse one with an underscore in it.
 */
function srvPortOf({ name }: ServicePort, preserveHost: boolean): string | undefined {
  const fits = name !== undefined && name.length <= longestSrvPort && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name);
  return fits && preserveHost ? name : undefined;
}

/** Two ports may have one number, one for TCP and one for UDP: HTTP means the first. */
function portOf({ ports }: Service, port: number | string): ServicePort | undefined {
  const named = ports.filter((known) => (typeof port === "number" ? known.port === port : known.name === port));
  return named.find(({ transport }) => transport === "TCP") ?? named[0];
}

/** `appProtocol` of a port that speaks TLS (Kubernetes, "Application protocol"); any other is taken for one that understands HTTP/1.1. */
const overTls = /^(?:https|wss|kubernetes\.io\/wss)$/i;

/** How a port is spoken to: as the Service's annotation says, else as its `appProtocol` does; undefined: it can't be. */
function protocolOf({ options }: Service, { appProtocol }: ServicePort): "http" | "https" | undefined {
  if (options.protocol === undefined) return overTls.test(appProtocol ?? "") ? "https" : "http";
  return options.protocol === "http" || options.protocol === "https" ? options.protocol : undefined;
}
