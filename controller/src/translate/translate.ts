import type { LoadBalancerAddress, Namespace, IngressClass, Service, Watched } from "../world/types.ts";
import { translateDomain } from "./domain.ts";
import { translateAddresses, translateIngress } from "./ingress.ts";
import { translateRecord } from "./record.ts";
import { fieldsOf, listOf, required, textOf, textsOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/**
 * From the API server's JSON to the small types of the core, by kind: only what is decided from is kept. Tolerant of
 * whatever a tenant may have written; each throws an Error, which names the field, for an object that can't be used.
 */
export const translate: { readonly [K in keyof Watched]: (raw: Raw) => Watched[K] } = {
  Domain: translateDomain,
  HostRecord: translateRecord,
  Namespace: translateNamespace,
  Ingress: translateIngress,
  IngressClass: translateIngressClass,
  Service: translateService,
};

function translateNamespace(raw: Raw): Namespace {
  const metadata = fieldsOf(raw["metadata"]);
  return { name: required(metadata, "name"), uid: required(metadata, "uid") };
}

function translateIngressClass(raw: Raw): IngressClass {
  const controller = textOf(fieldsOf(raw["spec"])["controller"]) ?? "";
  return { name: required(fieldsOf(raw["metadata"]), "name"), controller };
}

function translateService(raw: Raw): Service {
  const metadata = fieldsOf(raw["metadata"]);
  const spec = fieldsOf(raw["spec"]);
  return {
    namespace: required(metadata, "namespace"),
    name: required(metadata, "name"),
    uid: required(metadata, "uid"),
    type: textOf(spec["type"]) ?? "ClusterIP",
    ports: listOf(spec["ports"])
      .map(fieldsOf)
      .flatMap(({ name, port }) => (typeof port === "number" ? [{ name: textOf(name), port }] : [])),
    addresses: serviceAddresses(spec, raw),
  };
}

/** The load balancer's addresses, else the external ones, else the one inside the cluster: what `--publish-service` publishes. */
function serviceAddresses(spec: Raw, raw: Raw): readonly LoadBalancerAddress[] {
  const balanced = translateAddresses(fieldsOf(fieldsOf(raw["status"])["loadBalancer"])["ingress"]);
  if (balanced.length > 0) return balanced;
  const external = textsOf(spec["externalIPs"]);
  if (external.length > 0) return external.map((ip) => ({ ip }));
  const clusterIp = textOf(spec["clusterIP"]);
  return clusterIp === undefined || clusterIp === "None" ? [] : [{ ip: clusterIp }];
}
