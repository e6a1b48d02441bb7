import { apiVersion, hostRecords } from "@domain-claims/crds/domain";
import { recordName } from "@domain-claims/crds/host";
import type { Holder, HostRecord } from "../world/types.ts";

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
      ...(spec.holder === undefined ? {} : { holder: holderBody(spec.holder) }),
      ...(spec.grants.length === 0 ? {} : { grants: spec.grants }),
      ...(spec.history.length === 0 ? {} : { history: spec.history }),
    },
  };
}

function holderBody({ namespaceUid, ...holder }: Holder): object {
  return { ...holder, namespaceUID: namespaceUid };
}
