import type { Settings } from "../../decide/settings.ts";
import { backendName } from "../backend.ts";
import type { Backend } from "../backend.ts";
import type { KongService } from "./entities.ts";
import { entityId } from "./ids.ts";
import { tagsOf } from "./tags.ts";

/** Kong's own defaults, written out: what somebody else changes is found and repaired. */
const timeout = 60_000;
const retries = 5;

/**
 * The Kong service of a Kubernetes Service's port, which all exact hosts share. Its host is fully qualified, with the dot
 * at the end: without it Kong's resolver tries the search domains first, where others' names may stand (rule X4). A port
 * that DNS has to be asked for is in the name, as Kubernetes' SRV records have it (`_http._tcp.web`): the answer is that
 * port alone.
 */
export function serviceOf(settings: Settings, backend: Backend): KongService {
  const { namespace, service: name, port, srvPort } = backend;
  const [named, srv] = srvPort === undefined ? ["", ""] : [`-${srvPort}`, `_${srvPort}._tcp.`];
  return {
    id: entityId(settings.kongTag, "service", namespace, name, `${String(port)}${named}`),
    name: backendName(backend),
    protocol: backend.protocol,
    host: `${srv}${name}.${namespace}.svc.${settings.clusterDomain}.`,
    port,
    path: backend.path ?? null,
    connect_timeout: backend.connectTimeout ?? timeout,
    read_timeout: backend.readTimeout ?? timeout,
    write_timeout: backend.writeTimeout ?? timeout,
    retries: backend.retries ?? retries,
    enabled: true,
    tags: tagsOf(settings, { kind: "Service", namespace, name }),
  };
}

/** What a service of ours has that leads nowhere. */
export const leadingNowhere = {
  protocol: "http",
  port: 80,
  path: null,
  connect_timeout: timeout,
  read_timeout: timeout,
  write_timeout: timeout,
  retries,
  enabled: true,
} as const;
