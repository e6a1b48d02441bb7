/** True if two versions of an object say the same, whatever the fields in `but` say. */
export function alike<T extends object>(before: T | undefined, now: T, ...but: readonly (keyof T)[]): boolean {
  return before !== undefined && text(before, but) === text(now, but);
}

function text<T extends object>(object: T, but: readonly (keyof T)[]): string {
  return JSON.stringify({ ...object, ...Object.fromEntries(but.map((field) => [field, undefined])) });
}
