import { finalizer } from "@domain-claims/crds/domain";
import type { Finalizers } from "../world/claim.ts";
import type { VersionRef } from "./refs.ts";

/** A claim in the version that was read, with what that version has for finalizers. */
export interface FinalizedClaim extends VersionRef {
  readonly finalizers: Finalizers;
}

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatch {
  readonly op: "add" | "remove" | "replace" | "test";
  readonly path: string;
  readonly value?: unknown;
}

/**
 * What makes the API server answer with a conflict where the claim is not the version that was read: it compares what the
 * patched object says of itself with what it has.
 */
export function versionOf({ uid, resourceVersion }: VersionRef): readonly JsonPatch[] {
  return [
    { op: "replace", path: "/metadata/uid", value: uid },
    { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
  ];
}

/**
 * Adds ours, and writes none of the others: a tenant may have so many that to write them all, and to be noted as the
 * writer of each, would make the object larger than can be stored.
 */
export function additionOf({ count }: Finalizers): readonly JsonPatch[] {
  return count === 0
    ? [{ op: "add", path: "/metadata/finalizers", value: [finalizer] }]
    : [{ op: "add", path: "/metadata/finalizers/-", value: finalizer }];
}

/** Removes ours, where it stands, and nothing else. */
export function removalOf({ ours }: Finalizers): readonly JsonPatch[] {
  if (ours === undefined) return [];
  const path = `/metadata/finalizers/${String(ours)}`;
  return [
    { op: "test", path, value: finalizer },
    { op: "remove", path },
  ];
}
