/** JSON as it comes: every field may be missing or of any type. */
export type Raw = Readonly<Record<string, unknown>>;

/** The object itself, or an empty one where something else stands. */
export function fieldsOf(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

/** The list itself, or an empty one where something else stands. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text, or undefined where something else, or nothing, stands. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The text, or undefined where something else stands, or one that is too long to name an object. */
export function nameOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && text.length <= longestName ? text : undefined;
}

const longestName = 253;

/** The text of a field that has to be there. Throws an Error that names the field. */
export function required(fields: Raw, name: string): string {
  const text = textOf(fields[name]);
  if (text === undefined) throw new Error(`${name} is missing`);
  return text;
}

/** Those of the values that are texts. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === "string");
}

/** One field for an object literal: left out where the value is no text. */
export function optional<K extends string>(name: K, value: unknown): { readonly [key in K]?: string } {
  const text = textOf(value);
  return (text === undefined ? {} : { [name]: text }) as { readonly [key in K]?: string };
}
