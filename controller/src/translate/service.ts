import { sourceMessages } from "@domain-claims/crds/messages/sources";
import type { LoadBalancerAddress, Service, ServiceOptions, ServicePort } from "../world/core-v1.ts";
import { mostAddresses, translateAddresses } from "./addresses.ts";
import { annotationsThat, prefix, serviceAnnotations, serviceBounds } from "./annotation-table.ts";
import { shortened } from "./notes.ts";
import { normalizePath } from "./path.ts";
import { fieldsOf, listOf, required, textOf, textsOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** Most ports, and most problems with annotations, kept of one Service. */
const mostPorts = 1_000;
const mostProblems = 20;

/** Those that restrict who may reach the Service, or what Kong has to check of it. */
const restricting: ReadonlySet<string> = new Set(annotationsThat("restricts", serviceAnnotations));

/** A Service's projection. Throws an Error that names the field which is missing. */
export function translateService(raw: Raw): Service {
  const metadata = fieldsOf(raw["metadata"]);
  const spec = fieldsOf(raw["spec"]);
  const headless = spec["clusterIP"] === "None";
  return {
    namespace: required(metadata, "namespace"),
    name: required(metadata, "name"),
    uid: required(metadata, "uid"),
    type: textOf(spec["type"]) ?? "ClusterIP",
    ports: listOf(spec["ports"])
      .slice(0, mostPorts)
      .map(fieldsOf)
      .flatMap((port) => translatePort(port, headless)),
    ...readAnnotations(fieldsOf(metadata["annotations"])),
    addresses: serviceAddresses(spec, raw),
  };
}

function translatePort(
  { name, port, targetPort = port, protocol, appProtocol }: Raw,
  headless: boolean,
): readonly ServicePort[] {
  if (typeof port !== "number") return [];
  const asked = textOf(appProtocol);
  const podPort = typeof targetPort === "number" ? targetPort : undefined;
  return [
    {
      name: textOf(name),
      port,
      dialed: headless ? podPort : port,
      transport: textOf(protocol) ?? "TCP",
      appProtocol: asked === undefined ? undefined : shortened(asked),
    },
  ];
}

/** The annotations that make {@link ServiceOptions}, without the prefix. */
type OptionName = "protocol" | "path" | "connect-timeout" | "read-timeout" | "write-timeout" | "retries";

/** The annotations for which Kong's service has a field; the others are told, and those that restrict are kept apart. */
function readAnnotations(annotations: Raw): Pick<Service, "options" | "restrictions" | "problems"> {
  const problems: string[] = [];
  const known = new Set<string>();
  const read = <T>(name: OptionName, parse: (text: string) => T | undefined): T | undefined => {
    const annotation = `${prefix}${name}` as const;
    known.add(annotation);
    const text = textOf(annotations[annotation]);
    const value = text === undefined ? undefined : parse(text.trim());
    if (text !== undefined && value === undefined) {
      problems.push(sourceMessages.invalidAnnotation(annotation, serviceAnnotations[annotation].takes));
    }
    return value;
  };
  const milliseconds = wholeNumber(1, serviceBounds.timeout);
  const options: ServiceOptions = {
    protocol: read("protocol", (text) => shortened(text.toLowerCase())),
    path: read("path", pathOf),
    connectTimeout: read("connect-timeout", milliseconds),
    readTimeout: read("read-timeout", milliseconds),
    writeTimeout: read("write-timeout", milliseconds),
    retries: read("retries", wholeNumber(0, serviceBounds.retries)),
  };
  const restrictions: string[] = [];
  for (const annotation of Object.keys(annotations).sort()) {
    if (!annotation.startsWith(prefix) || known.has(annotation)) continue;
    const value = annotations[annotation];
    const asks = typeof value === "string" && value.trim() !== "" && value.trim() !== "false";
    if (restricting.has(annotation) && asks) restrictions.push(annotation);
    else problems.push(sourceMessages.unsupportedAnnotation(shortened(annotation)));
  }
  return { options, restrictions, problems: problems.slice(0, mostProblems) };
}

function pathOf(text: string): string | undefined {
  if (Buffer.byteLength(text) > serviceBounds.path) return undefined;
  const normal = normalizePath(text);
  return normal.ok && !/[?#]/.test(normal.path) ? normal.path : undefined;
}

function wholeNumber(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
}

/** The load balancer's addresses, else the external ones, else the one inside the cluster: what `--publish-service` publishes. */
function serviceAddresses(spec: Raw, raw: Raw): readonly LoadBalancerAddress[] {
  const balanced = translateAddresses(fieldsOf(fieldsOf(raw["status"])["loadBalancer"])["ingress"]);
  if (balanced.length > 0) return balanced;
  const external = textsOf(spec["externalIPs"]);
  if (external.length > 0) return external.slice(0, mostAddresses).map((ip) => ({ ip }));
  const clusterIp = textOf(spec["clusterIP"]);
  return clusterIp === undefined || clusterIp === "None" ? [] : [{ ip: clusterIp }];
}
