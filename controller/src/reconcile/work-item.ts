/** One thing to be brought in line with what the rules say, as a whole. */
export interface WorkItem {
  /** The name of a row in the table of work (`work.ts`). */
  readonly kind: string;
  /** Which one of its kind. */
  readonly key: string;
}

/** An item's name, by which it is kept in sets: its kind, a space, its key. */
export function nameOfItem({ kind, key }: WorkItem): string {
  return `${kind} ${key}`;
}

/** The item of that name. */
export function itemNamed(name: string): WorkItem {
  const space = name.indexOf(" ");
  return { kind: name.slice(0, space), key: name.slice(space + 1) };
}

/** Splits `namespace/name`. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
