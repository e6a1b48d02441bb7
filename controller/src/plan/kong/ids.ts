import { remembering } from "@domain-claims/crds/recent";
import { parse, v5 } from "uuid";

/** The namespace (RFC 9562, section 6.6) of all our UUIDs: chosen once at random, never changed. */
const namespace = parse("6d0f2c5e-9c0b-4b6e-8b8e-1d7a4f7f2a93");

/** A host is planned several times in a row, and each time its entities have the same ids. */
const idOf = remembering(1_000, (text) => v5(text, namespace));

/**
 * The id of an entity: a UUIDv5 of our tag and of what the entity is for, so that the same world gives the same ids (rule
 * L6) and two installations on one Kong never meet. Each part is prefixed with its length, so that no two lists of parts
 * read the same.
 */
export function entityId(tag: string, ...parts: readonly string[]): string {
  return idOf([tag, ...parts].map((part) => `${String(part.length)}:${part}`).join(""));
}

/**
 * As {@link entityId}, but smaller than any other id: between two routes that match alike, Kong takes the larger UUID, and
 * a guard route must never win against a route of the host's holder.
 */
export function smallestId(tag: string, ...parts: readonly string[]): string {
  return `00000000-${entityId(tag, ...parts).slice(9)}`;
}
