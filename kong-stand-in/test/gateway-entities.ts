import type { Certificate, Plugin, Route, Service, Sni } from "../src/entities.ts";

/** A route as Kong fills it up; `id` and what matters are given. */
export function routeEntity(given: Partial<Route> & { readonly id: string }): Route {
  return {
    ...BASE,
    name: null,
    service: null,
    protocols: ["http", "https"],
    methods: null,
    hosts: null,
    paths: null,
    headers: null,
    snis: null,
    sources: null,
    destinations: null,
    https_redirect_status_code: 426,
    regex_priority: 0,
    strip_path: true,
    path_handling: "v0",
    preserve_host: false,
    request_buffering: true,
    response_buffering: true,
    ...given,
  };
}

/** A service as Kong fills it up. */
export function serviceEntity(given: Partial<Service> & { readonly id: string }): Service {
  return {
    ...BASE,
    name: null,
    protocol: "http",
    host: "127.0.0.1",
    port: 80,
    path: null,
    retries: 5,
    connect_timeout: 60_000,
    write_timeout: 60_000,
    read_timeout: 60_000,
    enabled: true,
    client_certificate: null,
    tls_verify: null,
    tls_verify_depth: null,
    ca_certificates: null,
    ...given,
  };
}

/** A plugin as Kong fills it up. */
export function pluginEntity(given: Partial<Plugin> & { readonly id: string; readonly name: string }): Plugin {
  return {
    ...BASE,
    instance_name: null,
    route: null,
    service: null,
    consumer: null,
    config: {},
    enabled: true,
    protocols: ["http", "https"],
    ...given,
  };
}

/** A certificate as Kong fills it up. */
export function certificateEntity(given: Pick<Certificate, "id" | "cert" | "key">): Certificate {
  return { ...BASE, cert_alt: null, key_alt: null, ...given };
}

/** A server name as Kong fills it up. */
export function sniEntity(given: Pick<Sni, "id" | "name" | "certificate">): Sni {
  return { ...BASE, ...given };
}

const BASE = { created_at: 1_700_000_000, updated_at: 1_700_000_000, tags: null };
