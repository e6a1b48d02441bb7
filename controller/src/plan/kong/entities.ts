/**
 * Kong's entities as we write them: only the fields that we own. Kong answers with more (defaults, timestamps); what we
 * compare and repair are these.
 */

/** A Kong service: where the requests of a route go. */
export interface KongService {
  readonly id: string;
  readonly name: string;
  readonly protocol: "http" | "https";
  readonly host: string;
  readonly port: number;
  /** Put before every path; null but where a Service's annotation asks for it. */
  readonly path: string | null;
  /** Milliseconds. */
  readonly connect_timeout: number;
  readonly read_timeout: number;
  readonly write_timeout: number;
  readonly retries: number;
  readonly enabled: boolean;
  readonly tags: readonly string[];
}

/** A Kong route: one host and one path of it. */
export interface KongRoute {
  readonly id: string;
  readonly name: string;
  readonly service: { readonly id: string };
  /** Null only on a route for any host. */
  readonly hosts: readonly string[] | null;
  readonly paths: readonly string[];
  /** Never set: a route that matches on more than hosts and paths has another rank than ours have (rule L2c). */
  readonly methods: null;
  readonly headers: null;
  readonly snis: null;
  readonly protocols: readonly ("http" | "https")[];
  readonly https_redirect_status_code: number;
  readonly regex_priority: number;
  readonly strip_path: boolean;
  readonly preserve_host: boolean;
  readonly tags: readonly string[];
}

/** A Kong plugin on a service. */
export interface KongPlugin {
  readonly id: string;
  readonly name: "pre-function";
  readonly service: { readonly id: string };
  /** One phase has our function; others that somebody filled are emptied. */
  readonly config: { readonly [P in "access" | "rewrite" | "certificate"]: readonly string[] };
  readonly enabled: boolean;
  readonly tags: readonly string[];
}

/** A Kong certificate with its private key. Where nothing but hashes of the two are known, they stand in their place. */
export interface KongCertificate {
  readonly id: string;
  /** PEM: the leaf, then what leads to its issuer. */
  readonly cert: string;
  readonly key: string;
  /** A second pair of another kind of key: never ours. */
  readonly cert_alt: null;
  readonly key_alt: null;
  readonly tags: readonly string[];
}

/** A Kong SNI: the certificate with which connections for a server name are answered. */
export interface KongSni {
  readonly id: string;
  /** The server name; `*.` stands for one label, as in certificates. */
  readonly name: string;
  readonly certificate: { readonly id: string };
  readonly tags: readonly string[];
}

/** Entity type by collection. */
export interface Entities {
  readonly services: KongService;
  readonly plugins: KongPlugin;
  readonly routes: KongRoute;
  readonly certificates: KongCertificate;
  readonly snis: KongSni;
}

/** A collection of the Admin API that we write to; what there is to know of each is in `collections.ts`. */
export type Collection = keyof Entities;

/** What is known of Kong from its root document (`GET /`). */
export interface KongInfo {
  readonly version: string;
  /** `postgres`, or `off` for a Kong without database. */
  readonly database: string;
  readonly routerFlavor: string;
  /** True if it reads from another database server than it writes to (`pg_ro_host`), which may lag behind. */
  readonly readsReplica: boolean;
  /**
   * How often, in milliseconds, each worker takes over what has changed (`worker_state_update_frequency`); 0: at once
   * (`worker_consistency` strict).
   */
  readonly takeOverMs: number;
  /**
   * Milliseconds after which the other nodes have heard of what was written through this one, whether there are any or not
   * (`db_update_frequency`, `db_update_propagation`); each takes it over after that.
   */
  readonly otherNodesMs: number;
  /**
   * True if Kong says that it asks for SRV records of a backend's name before it asks for addresses: the port in these then
   * counts more than the one that we write (`execute_toip` in kong/resty/dns/client.lua, Kong 3.9.1).
   */
  readonly srvFirst: boolean;
  /**
   * Milliseconds for which requests may go to an address after DNS has another one for the name; undefined where Kong does
   * not say it.
   */
  readonly dnsCacheMs: number | undefined;
  /** True if `pre-function` is available on the server, so that wildcard hosts can be kept to one label. */
  readonly preFunction: boolean;
}
