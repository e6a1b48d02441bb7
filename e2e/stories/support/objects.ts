import { apiVersion } from "@domain-claims/crds/domain";

/** An object as somebody writes it for kubectl. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The name that a claim for the host has in the stories: the host, with `any` for a `*`. */
export function claimName(host: string): string {
  return host.replace("*", "any");
}

/** A primary claim. */
export function primary(
  host: string,
  more: { readonly delegates?: readonly string[]; readonly name?: string } = {},
): Manifest {
  const { name = claimName(host), ...spec } = more;
  return domain(name, { primary: host, ...spec });
}

/** A shared claim: the first label of the host is `sub`, the rest is `primary`. */
export function shared(host: string, more: { readonly parent?: string; readonly name?: string } = {}): Manifest {
  const { name = claimName(host), ...spec } = more;
  const dot = host.indexOf(".");
  return domain(name, { primary: host.slice(dot + 1), sub: host.slice(0, dot), ...spec });
}

/** A Domain with any spec. */
export function domain(name: string, spec: Manifest["spec"], finalizers: readonly string[] = []): Manifest {
  const metadata = { name, ...(finalizers.length > 0 ? { finalizers } : {}) };
  return { apiVersion, kind: "Domain", metadata, spec };
}

/** A Service with any spec. */
export function service(name: string, spec: Manifest["spec"]): Manifest {
  return { apiVersion: "v1", kind: "Service", metadata: { name }, spec };
}

/** A path of an Ingress: what is matched, how, and the Service that answers at its port `http`. */
export interface Path {
  readonly path?: string;
  readonly type?: "Prefix" | "Exact" | "ImplementationSpecific";
  readonly service?: string;
  /** A port's number or name; `http` unless given. */
  readonly port?: number | string;
}

/** What an Ingress has beside its hosts; all paths are those of every host. */
export interface IngressOptions {
  readonly paths?: readonly Path[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** `kong` unless given; null for none. */
  readonly className?: string | null;
  readonly defaultBackend?: Path;
  /** The entries of `spec.tls`: the name of a Secret, and the hosts that it is for; without hosts, all. */
  readonly tls?: readonly { readonly secretName: string; readonly hosts?: readonly string[] }[];
}

/** An Ingress of our class: each host serves `/` from the Service `web` unless told otherwise. An empty host is none. */
export function ingress(name: string, hosts: readonly string[], options: IngressOptions = {}): Manifest {
  const { paths = [{}], annotations, className = "kong", defaultBackend, tls } = options;
  const http = {
    paths: paths.map((path) => ({ path: path.path ?? "/", pathType: path.type ?? "Prefix", backend: backendOf(path) })),
  };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      ...(className === null ? {} : { ingressClassName: className }),
      ...(hosts.length === 0 ? {} : { rules: hosts.map((host) => (host === "" ? { http } : { host, http })) }),
      ...(defaultBackend === undefined ? {} : { defaultBackend: backendOf(defaultBackend) }),
      ...(tls === undefined ? {} : { tls }),
    },
  };
}

function backendOf({ service = "web", port = "http" }: Path): object {
  return { service: { name: service, port: typeof port === "number" ? { number: port } : { name: port } } };
}
