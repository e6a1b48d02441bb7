import { apiVersion, domains } from "@domain-claims/crds/domain";
import { conditionTypes } from "../world/claim-status.ts";
import type { Claim } from "../world/claim.ts";
import type { ClaimStatus } from "../world/claim-status.ts";
import { KubeError } from "./errors.ts";
import { fieldManager } from "./field-manager.ts";
import type { KubeRequest } from "./calls.ts";
import type { VersionRef } from "./refs.ts";

const tries = 4;

/**
 * Server-side apply of `status`. The API server ignores `metadata.uid` when the status of a custom resource is applied
 * (the status strategy of apiextensions-apiserver keeps the old metadata), so the uid alone would not keep the write from
 * a successor of the same name; a resourceVersion is heeded, and belongs to one incarnation. Where the one that is known is
 * out of date, the one that a read tells is tried. Apply leaves alone what another manager wrote and we do not: of what is
 * ours to say (rule O8), that is removed after it. What is returned throws KubeError.
 */
export function claimStatusWriter(
  call: (request: KubeRequest) => Promise<Claim>,
  pathOf: (claim: VersionRef) => string,
): (claim: VersionRef, status: ClaimStatus) => Promise<Claim> {
  const read = async (claim: VersionRef): Promise<string> => {
    const path = pathOf(claim);
    const { uid, resourceVersion } = await call({ method: "GET", path });
    if (uid === claim.uid) return resourceVersion;
    throw new KubeError(`${path}: the claim was replaced by another one of its name`, {
      ...{ status: 409, reason: "Conflict", kind: "conflict" },
    });
  };
  const applyAt = async (claim: VersionRef, resourceVersion: string, status: ClaimStatus): Promise<Claim> => {
    const { namespace, name, uid } = claim;
    const request = { method: "PATCH", path: `${pathOf(claim)}/status` } as const;
    const applied = await call({
      ...request,
      query: { fieldManager, force: "true" },
      contentType: "application/apply-patch+yaml",
      body: { apiVersion, kind: domains.kind, metadata: { namespace, name, uid, resourceVersion }, status },
    });
    const paths = foreignPaths(applied.status, status);
    if (paths.length === 0) return applied;
    const version = { op: "replace", path: "/metadata/resourceVersion", value: applied.resourceVersion };
    return call({
      ...request,
      query: { fieldManager },
      contentType: "application/json-patch+json",
      body: [version, ...paths.map((path) => ({ op: "remove", path }))],
    });
  };
  return async (claim, status) => {
    let version = claim.resourceVersion;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await applyAt(claim, version, status);
      } catch (error) {
        if (!(error instanceof KubeError) || error.kind !== "conflict" || attempt === tries) throw error;
        version = await read(claim);
      }
    }
  };
}

const optionalFields = ["host", "unicodeHost", "parent", "holder", "stage", "sources", "moreSources"] as const;

/** Where (RFC 6901) the status says something of ours that we did not say, in an order in which it can be removed. */
function foreignPaths(shown: ClaimStatus | undefined, ours: ClaimStatus): readonly string[] {
  const fields = optionalFields.filter((field) => shown?.[field] !== undefined && ours[field] === undefined);
  const said = new Set(ours.conditions.map(({ type }) => type));
  const conditions = (shown?.conditions ?? []).flatMap(({ type }, i) =>
    conditionTypes.has(type) && !said.has(type) ? [`/status/conditions/${String(i)}`] : [],
  );
  return [...fields.map((field) => `/status/${field}`), ...conditions.reverse()];
}
