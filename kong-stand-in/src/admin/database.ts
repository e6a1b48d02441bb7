import type { Store } from "../store.ts";

/** What the functions here work on: the entities, and the time in seconds since 1970. */
export type Database = { readonly store: Store; readonly now: () => number };
