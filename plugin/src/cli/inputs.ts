import { UserError } from "../user-error.ts";

/** `a,b` given once or several times: names of namespaces, or `*` for all; sorted, each once. Throws UserError. */
export function namespaceList(given: readonly string[] | undefined): readonly string[] {
  const names = (given ?? []).flatMap((text) => text.split(",")).map((name) => name.trim());
  for (const name of names)
    if (name !== "*" && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
      throw new UserError(
        `"${name}" is not the name of a namespace: lower-case letters, digits and hyphens (or * for all)`,
      );
  return [...new Set(names)].sort();
}

/** `k=v,k2=v2` given once or several times, as a field of metadata; nothing where none was given. Throws UserError. */
export function keyValues<K extends "labels" | "annotations">(
  field: K,
  given: readonly string[] | undefined,
): { readonly [P in K]?: Readonly<Record<string, string>> } {
  if (given === undefined) return {};
  const texts = field === "labels" ? given.flatMap((text) => text.split(",")) : given;
  const entries = texts.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new UserError(`unexpected ${field} format "${text}": write key=value`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return { [field]: Object.fromEntries(entries) } as { readonly [P in K]?: Readonly<Record<string, string>> };
}
