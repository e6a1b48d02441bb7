import { createHash } from "node:crypto";
import type { Route } from "../entities.ts";

/** A route, or one of the parts into which Kong splits it, under the id that decides ties. */
export type Part = { readonly id: string; readonly paths: readonly string[]; readonly route: Route };

/**
 * The parts of a route: Kong splits a route whose paths have several lengths (in bytes; all regular expressions
 * count as one length), and gives each part an id derived from the route's.
 */
export function partsOf(route: Route): readonly Part[] {
  const groups = new Map<number, string[]>();
  for (const path of route.paths ?? []) {
    const key = path.startsWith("~") ? 0 : Buffer.byteLength(path);
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  if (groups.size <= 1) return [{ id: route.id, paths: route.paths ?? [], route }];
  return [...groups.values()].map((paths, index) => ({ id: partId(route.id, index + 1), paths, route }));
}

/** UUID version 5 (RFC 9562, section 5.5) in the namespace that Kong uses for the parts of routes. */
function partId(routeId: string, number: number): string {
  const hash = createHash("sha1").update(PARTS_NAMESPACE).update(`${routeId}#${number}`).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const PARTS_NAMESPACE = Buffer.from("7f145bf90dce4f9198ebdebbce4b9f6b", "hex");
