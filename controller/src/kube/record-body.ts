import { apiVersion, hostRecords } from "@domain-claims/crds/domain";
import { recordName } from "@domain-claims/crds/host";
import type { HostRecord } from "../world/host-record.ts";

/** Which record, in the version that was read. */
export type RecordVersion = Pick<HostRecord, "name" | "uid" | "resourceVersion">;

/** A HostRecord's content, in the core's spelling. */
export type HostRecordSpec = Omit<HostRecord, keyof RecordVersion>;

/** A HostRecord as the API server takes it; `metadata` joins the name. */
export function recordBody(spec: HostRecordSpec, metadata: Partial<Omit<RecordVersion, "name">> = {}): object {
  return {
    apiVersion,
    kind: hostRecords.kind,
    metadata: { name: recordName(spec.host), ...metadata },
    spec: {
      host: spec.host,
      ...(spec.clusterUid === undefined ? {} : { clusterUID: spec.clusterUid }),
      ...(spec.holder === undefined ? {} : { holder: bodyOf(spec.holder) }),
      ...(spec.redemption === undefined ? {} : { redemption: bodyOf(spec.redemption) }),
      ...(spec.transfer === undefined ? {} : { transfer: spec.transfer }),
      ...(spec.grants.length === 0 ? {} : { grants: spec.grants }),
      ...(spec.history.length === 0 ? {} : { history: spec.history }),
    },
  };
}

function bodyOf({ namespaceUid, ...fields }: { readonly namespaceUid: string }): object {
  return { ...fields, namespaceUID: namespaceUid };
}
