import type { Ingress, IngressBackend, IngressPath, IngressRule, LoadBalancerAddress } from "../world/types.ts";
import { fieldsOf, listOf, required, textOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** Most annotations kept of one Ingress, and most characters of one's value; what is longer is cut, and ends with "…". */
const maxAnnotations = 64;
const maxAnnotation = 8 * 1024;

/** An Ingress's projection. Paths that lead nowhere or match in a way unknown here are left out. Throws an Error that names a missing field. */
export function translateIngress(raw: Raw): Ingress {
  const metadata = fieldsOf(raw["metadata"]);
  const spec = fieldsOf(raw["spec"]);
  const loadBalancer = fieldsOf(fieldsOf(raw["status"])["loadBalancer"]);
  return {
    namespace: required(metadata, "namespace"),
    name: required(metadata, "name"),
    uid: required(metadata, "uid"),
    resourceVersion: required(metadata, "resourceVersion"),
    created: required(metadata, "creationTimestamp"),
    deleting: metadata["deletionTimestamp"] !== undefined,
    className: textOf(spec["ingressClassName"]),
    annotations: translateAnnotations(fieldsOf(metadata["annotations"])),
    defaultBackend: translateBackend(fieldsOf(spec["defaultBackend"])),
    rules: listOf(spec["rules"]).map((rule) => translateRule(fieldsOf(rule))),
    addresses: translateAddresses(loadBalancer["ingress"]),
  };
}

/** `status.loadBalancer.ingress` of an Ingress or a Service. */
export function translateAddresses(list: unknown): readonly LoadBalancerAddress[] {
  return listOf(list).flatMap((item): LoadBalancerAddress[] => {
    const ip = textOf(fieldsOf(item)["ip"]);
    const hostname = textOf(fieldsOf(item)["hostname"]);
    if (ip !== undefined) return [{ ip }];
    return hostname === undefined ? [] : [{ hostname }];
  });
}

function translateAnnotations(annotations: Raw): Readonly<Record<string, string>> {
  const kept = Object.entries(annotations)
    .filter(([name]) => name === "kubernetes.io/ingress.class" || name.startsWith("konghq.com/"))
    .slice(0, maxAnnotations)
    .map(([name, value]) => [name, bounded(String(value))]);
  return Object.fromEntries(kept) as Record<string, string>;
}

function bounded(text: string): string {
  if (text.length <= maxAnnotation) return text;
  // A copy: a slice would keep the whole text in memory.
  return Buffer.from(`${text.slice(0, maxAnnotation)}…`).toString();
}

function translateRule(rule: Raw): IngressRule {
  const paths = listOf(fieldsOf(rule["http"])["paths"]);
  return { host: textOf(rule["host"]), paths: paths.flatMap((path) => translatePath(fieldsOf(path))) };
}

function translatePath(path: Raw): IngressPath[] {
  const pathType = path["pathType"] ?? "ImplementationSpecific";
  const backend = translateBackend(fieldsOf(path["backend"]));
  if (backend === undefined) return [];
  if (pathType !== "Exact" && pathType !== "Prefix" && pathType !== "ImplementationSpecific") return [];
  return [{ path: textOf(path["path"]) ?? "/", pathType, backend }];
}

function translateBackend(backend: Raw): IngressBackend | undefined {
  const service = fieldsOf(backend["service"]);
  const resource = fieldsOf(backend["resource"]);
  const name = textOf(service["name"]);
  if (name !== undefined) {
    const port = fieldsOf(service["port"]);
    const number = port["number"];
    return { kind: "service", service: name, port: textOf(port["name"]) ?? (typeof number === "number" ? number : 0) };
  }
  if (textOf(resource["name"]) === undefined) return undefined;
  return { kind: "resource", resource: `${String(resource["kind"])}/${String(resource["name"])}` };
}
