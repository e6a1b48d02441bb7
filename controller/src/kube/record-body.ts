import { apiVersion, hostRecords } from "@domain-claims/crds/domain";
import { recordName } from "@domain-claims/crds/host";
import type { Holder, HostRecord } from "../world/types.ts";

/** A HostRecord as the API server takes it, from the core's spelling of it; `metadata` joins the name. */
export function recordBody(
  spec: Omit<HostRecord, "name" | "uid" | "resourceVersion">,
  metadata: { readonly uid?: string; readonly resourceVersion?: string } = {},
): object {
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
