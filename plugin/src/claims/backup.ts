import { hostOfRecord } from "@domain-claims/crds/host";
import { apiVersion, domains, hostRecords, releaseMark } from "@domain-claims/crds/domain";

import type { ApiObject, Domain, HostRecord } from "../kube/objects.ts";
import { UserError } from "../user-error.ts";

/** What kubectl writes for itself, and means nothing elsewhere. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** A claim as it is made again elsewhere: what its owner wrote, and nothing that a cluster added. */
export function claimBackup({ metadata, spec }: Domain): Domain {
  const { namespace, name, labels, annotations = {} } = metadata;
  const kept = Object.entries(annotations).filter(([key]) => key !== lastApplied && key !== releaseMark);
  return {
    apiVersion,
    kind: domains.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    },
    spec,
  };
}

/** A register's entry as it is made again elsewhere, with the UIDs of the cluster that it comes from. */
export function recordBackup({ metadata: { name }, spec }: HostRecord): HostRecord {
  return { apiVersion, kind: hostRecords.kind, metadata: { name }, spec };
}

/** Whose entry it is: of the namespace that holds the host, or for which it is reserved; undefined: nobody's. */
export function namespaceOf({ spec: { holder, redemption } }: HostRecord): string | undefined {
  return (holder ?? redemption)?.namespace;
}

/**
 * The register's entries in a backup: YAML or JSON, objects one after the other or in lists, of which everything else is
 * left out. Throws UserError where it can't be read, or says of a host what could not be its entry.
 */
export async function recordsInBackup(text: string, file: string): Promise<readonly HostRecord[]> {
  const { loadAll } = await import("js-yaml");
  let documents: readonly unknown[];
  try {
    documents = loadAll(text);
  } catch (cause) {
    throw new UserError(`${file} is neither YAML nor JSON: ${cause instanceof Error ? cause.message : ""}`, { cause });
  }
  const records = documents.flatMap(objectsIn).filter((object) => object.kind === hostRecords.kind) as HostRecord[];
  if (records.length === 0)
    throw new UserError(
      `${file} has no ${hostRecords.kind}: it is not what kubectl domain export or kubectl get ${hostRecords.plural} wrote`,
    );
  const hosts = new Set<string>();
  for (const record of records) {
    const { host } = record.spec;
    if (hostOfRecord(record.metadata.name) !== host || hosts.has(host))
      throw new UserError(`${file}: ${JSON.stringify(record.metadata.name)} is not the one entry of its host`);
    hosts.add(host);
  }
  return records;
}

function objectsIn(document: unknown): readonly ApiObject[] {
  if (typeof document !== "object" || document === null) return [];
  const { items } = document as { readonly items?: unknown };
  if (Array.isArray(items)) return items.flatMap(objectsIn);
  const { metadata, spec } = document as { readonly metadata?: unknown; readonly spec?: unknown };
  return isObject(metadata) && isObject(spec) ? [document as ApiObject] : [];
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
