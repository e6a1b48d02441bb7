import { randomUUID } from "node:crypto";
import { apiVersion, finalizer } from "@domain-claims/crds/domain";
import type { Domain } from "@domain-claims/crds/generated/domain";
import type { HostRecord, HostRecordSpec } from "@domain-claims/crds/generated/hostrecord";
import { group, paths } from "../support/world/objects.ts";
import type { World } from "../support/world/start-world.ts";
import type { Site, Team } from "./sites.ts";
import type { Way } from "./way.ts";

const tags = ["managed-by-domain-claims"];

/**
 * The calls that every controller of this kind would have to make, and nothing else: each as soon as the one before it is
 * answered, without a watch, a decision or a look at what is there.
 */
export async function byHand(world: World, all: readonly Team[]): Promise<Way> {
  const { api } = world.cluster;
  const kong = async (method: "POST" | "DELETE", path: string, body?: object): Promise<void> => {
    const json = { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const answer = await fetch(`${world.adminUrl}${path}`, { method, ...(body === undefined ? {} : json) });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)}`);
  };
  const namespaceUids = new Map<string, string>();
  for (const { namespace, port } of all) {
    const { metadata } = (await api.must("GET", `/api/v1/namespaces/${namespace}`)) as Domain;
    namespaceUids.set(namespace, metadata.uid ?? "");
    await kong("POST", "/services", { name: namespace, host: `web.${namespace}.svc`, port, tags });
  }
  const routes = new Map<string, string>();
  const records = new Map<string, HostRecord>();
  const pathOf = ({ team, name }: Site): string => `${paths.domains(team.namespace)}/${name}`;
  return {
    world,
    serve: async (site, claim) => {
      const { team, name, host } = site;
      await api.must("PUT", pathOf(site), { ...claim, metadata: { ...claim.metadata, finalizers: [finalizer] } });
      const held: HostRecordSpec = {
        host,
        holder: {
          ...{ kind: "primary", namespace: team.namespace, name, uid: claim.metadata.uid ?? "" },
          namespaceUID: namespaceUids.get(team.namespace) ?? "",
          since: "2026-04-04T12:25:42Z",
          authority: { kind: "none" },
        },
      };
      const record = { apiVersion, kind: "HostRecord", metadata: { name: host }, spec: held };
      records.set(host, (await api.must("POST", `${group}/hostrecords`, record)) as HostRecord);
      const id = randomUUID();
      routes.set(host, id);
      const service = { name: team.namespace };
      await kong("POST", "/routes", { id, name: host, service, hosts: [host], paths: ["/"], strip_path: false, tags });
    },
    cease: async ({ host }) => {
      await kong("DELETE", `/routes/${routes.get(host) ?? ""}`);
    },
    settle: async (site) => {
      const record = records.get(site.host);
      await api.must("PUT", `${group}/hostrecords/${site.host}`, { ...record, spec: { host: site.host } });
      const claim = (await api.must("GET", pathOf(site))) as Domain;
      await api.must("PUT", pathOf(site), { ...claim, metadata: { ...claim.metadata, finalizers: [] } });
    },
  };
}
