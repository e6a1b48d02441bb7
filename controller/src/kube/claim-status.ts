import { apiVersion, domains } from "@domain-claims/crds/domain";
import { conditionTypes } from "../world/types.ts";
import type { ClaimStatus } from "../world/types.ts";
import { KubeError } from "./errors.ts";
import type { KubeRequest } from "./calls.ts";

/** What is known of the claim whose status is written: its incarnation, and perhaps a version of it. */
export interface ClaimRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion?: string;
}

/** The incarnation and version of an object that the API server answered with. */
export interface Version {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Counts the versions of the spec; absent where the kind has none. */
  readonly generation?: number | undefined;
}

/** A claim that the API server answered with, as far as its status is looked at. */
export interface AnsweredClaim extends Version {
  readonly status?: Partial<ClaimStatus> | undefined;
}

/** Writes statuses of claims. */
export interface ClaimStatusWriter {
  /** Applies the status to exactly this incarnation. Throws KubeError. */
  readonly apply: (claim: ClaimRef, status: ClaimStatus) => Promise<Version>;
  /** Remembers the version that another write of ours led to. */
  readonly note: (version: Version) => void;
}

const maxRemembered = 10_000;
const tries = 4;

/**
 * Server-side apply of `status`. The API server ignores `metadata.uid` when the status of a custom resource is applied
 * (the status strategy of apiextensions-apiserver keeps the old metadata), so the uid alone would not keep the write from
 * a successor of the same name; a resourceVersion is heeded, and belongs to one incarnation. The newest that is known is
 * tried, and where that is out of date, the one that a read tells. Apply leaves alone what another manager wrote and we
 * do not: of what is ours to say (rule O8), that is removed after it.
 */
export function claimStatusWriter(
  call: (request: KubeRequest) => Promise<AnsweredClaim>,
  pathOf: (claim: ClaimRef) => string,
  fieldManager: string,
): ClaimStatusWriter {
  const remembered = new Map<string, string>();
  const note = ({ uid, resourceVersion }: Version): void => {
    remembered.delete(uid);
    remembered.set(uid, resourceVersion);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= maxRemembered) break;
      remembered.delete(oldest);
    }
  };
  const read = async (claim: ClaimRef): Promise<string> => {
    const path = pathOf(claim);
    const { uid, resourceVersion } = await call({ method: "GET", path });
    if (uid === claim.uid) return resourceVersion;
    throw new KubeError(`${path}: the claim was replaced by another one of its name`, {
      ...{ status: 409, reason: "Conflict", kind: "conflict" },
    });
  };
  const applyAt = async (claim: ClaimRef, resourceVersion: string, status: ClaimStatus): Promise<Version> => {
    const { namespace, name, uid } = claim;
    const request = { method: "PATCH", path: `${pathOf(claim)}/status` } as const;
    const applied = await call({
      ...request,
      query: { fieldManager, force: "true" },
      contentType: "application/apply-patch+yaml",
      body: { apiVersion, kind: domains.kind, metadata: { namespace, name, uid, resourceVersion }, status },
    });
    note(applied);
    const paths = foreignPaths(applied.status ?? {}, status);
    if (paths.length === 0) return applied;
    const version = { op: "replace", path: "/metadata/resourceVersion", value: applied.resourceVersion };
    const cleaned = await call({
      ...request,
      query: { fieldManager },
      contentType: "application/json-patch+json",
      body: [version, ...paths.map((path) => ({ op: "remove", path }))],
    });
    note(cleaned);
    return cleaned;
  };
  const apply = async (claim: ClaimRef, status: ClaimStatus): Promise<Version> => {
    let version = newer(claim.resourceVersion, remembered.get(claim.uid)) ?? (await read(claim));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await applyAt(claim, version, status);
      } catch (error) {
        if (!(error instanceof KubeError) || error.kind !== "conflict" || attempt === tries) throw error;
        version = await read(claim);
      }
    }
  };
  return { apply, note };
}

const optionalFields = ["host", "unicodeHost", "parent", "holder"] as const;

/** Where (RFC 6901) the status says something of ours that we did not say, in an order in which it can be removed. */
function foreignPaths(shown: Partial<ClaimStatus>, ours: ClaimStatus): readonly string[] {
  const fields = optionalFields.filter((field) => shown[field] !== undefined && ours[field] === undefined);
  const said = new Set(ours.conditions.map(({ type }) => type));
  const conditions = (shown.conditions ?? []).flatMap(({ type }, i) =>
    conditionTypes.has(type) && !said.has(type) ? [`/status/conditions/${String(i)}`] : [],
  );
  return [...fields.map((field) => `/status/${field}`), ...conditions.reverse()];
}

/** resourceVersions of one kind compare as numbers (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions). */
function newer(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.length > b.length || (a.length === b.length && a > b) ? a : b;
}
