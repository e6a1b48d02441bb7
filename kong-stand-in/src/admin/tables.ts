import type { Store } from "../store.ts";
import type { Table } from "./lua.ts";

/** The rows of one collection, as the generic code sees them. */
export type RowTable = {
  readonly size: number;
  get(id: string): Table | undefined;
  has(id: string): boolean;
  find(index: string, value: string): Table | undefined;
  where(index: string, value: string, after?: string): Iterable<Table>;
  values(after?: string): Iterable<Table>;
  tagged(filter: { readonly tags: readonly string[]; readonly any: boolean }, after?: string): Iterable<Table>;
};

/** The collections that are kept, in the order in which they are listed where all are. */
export const KEPT = ["services", "routes", "certificates", "snis", "plugins"] as const;

/** The rows of a collection; undefined for one that is not kept, which is as good as empty. */
export function rowsOf(store: Store, collection: string): RowTable | undefined {
  const kept = KEPT.find((name) => name === collection);
  return kept && store[kept];
}
