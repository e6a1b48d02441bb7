import type { FactKey } from "./keys.ts";

/** True if two versions of an object say the same, whatever the fields in `but` say. */
export function equalIgnoring<T extends object>(before: T | undefined, now: T, ...but: readonly (keyof T)[]): boolean {
  return before !== undefined && text(before, but) === text(now, but);
}

/** Keeps the newest version of an object; `key` has changed unless it says the same as the one before. */
export function replaced<T extends object>(
  objects: Map<string, T>,
  name: string,
  object: T,
  key: FactKey,
): readonly FactKey[] {
  const same = equalIgnoring(objects.get(name), object);
  objects.set(name, object);
  return same ? [] : [key];
}

function text<T extends object>(object: T, but: readonly (keyof T)[]): string {
  return JSON.stringify({ ...object, ...Object.fromEntries(but.map((field) => [field, undefined])) });
}
