/** A reference to another entity, as Kong writes foreign keys in its answers. */
export type Reference = { readonly id: string };

/** What every entity of Kong carries. Times are seconds since 1970; ids are UUIDs in lower case. */
export type EntityBase = {
  readonly id: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly tags: readonly string[] | null;
};

/** Protocols that a route or a service of Kong can have. */
export type Protocol = "http" | "https" | "tcp" | "tls" | "udp" | "grpc" | "grpcs" | "tls_passthrough";

/** A service as Kong 3.9 answers it; timeouts are milliseconds. */
export type Service = EntityBase & {
  readonly name: string | null;
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly path: string | null;
  readonly retries: number | null;
  readonly connect_timeout: number;
  readonly write_timeout: number;
  readonly read_timeout: number;
  readonly enabled: boolean;
  readonly client_certificate: Reference | null;
  readonly tls_verify: boolean | null;
  readonly tls_verify_depth: number | null;
  readonly ca_certificates: readonly string[] | null;
};

/** An address matcher of a stream route. */
export type Endpoint = { readonly ip: string | null; readonly port: number | null };

/** A route as Kong 3.9 answers it in the flavor traditional_compatible. */
export type Route = EntityBase & {
  readonly name: string | null;
  readonly service: Reference | null;
  readonly protocols: readonly Protocol[];
  readonly methods: readonly string[] | null;
  readonly hosts: readonly string[] | null;
  readonly paths: readonly string[] | null;
  readonly headers: Readonly<Record<string, readonly string[]>> | null;
  readonly snis: readonly string[] | null;
  readonly sources: readonly Endpoint[] | null;
  readonly destinations: readonly Endpoint[] | null;
  readonly https_redirect_status_code: number;
  readonly regex_priority: number;
  readonly strip_path: boolean;
  readonly path_handling: "v0" | "v1";
  readonly preserve_host: boolean;
  readonly request_buffering: boolean;
  readonly response_buffering: boolean;
};

/** A certificate with its key, both PEM; the answer's `snis` is made from the SNI entities. */
export type Certificate = EntityBase & {
  readonly cert: string;
  readonly key: string;
  readonly cert_alt: string | null;
  readonly key_alt: string | null;
};

/** A server name for which a certificate is served. */
export type Sni = EntityBase & { readonly name: string; readonly certificate: Reference };

/** A plugin's settings on a route, a service, or everywhere; `config` is as the plugin's schema fills it. */
export type Plugin = EntityBase & {
  readonly name: string;
  readonly instance_name: string | null;
  readonly route: Reference | null;
  readonly service: Reference | null;
  readonly consumer: Reference | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  readonly protocols: readonly Protocol[];
};

/** The collections that the stand-in keeps, with the entity of each. */
export type Entities = {
  readonly services: Service;
  readonly routes: Route;
  readonly certificates: Certificate;
  readonly snis: Sni;
  readonly plugins: Plugin;
};

/** The name of a kept collection. */
export type Collection = keyof Entities;
