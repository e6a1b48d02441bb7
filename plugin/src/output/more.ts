/** The first of a long list, and the line that counts the rest; undefined where nothing is left out. */
export interface Capped<T> {
  readonly shown: readonly T[];
  readonly more: string | undefined;
}

/** At most so many of a list; the rest is counted: `... and 1,780 more`. 0 means all. */
export function capped<T>(items: readonly T[], most: number): Capped<T> {
  const rest = items.length - most;
  if (most === 0 || rest <= 0) return { shown: items, more: undefined };
  return { shown: items.slice(0, most), more: `... and ${count(rest)} more` };
}

/** A number as people read it: `1,780`. */
export function count(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
