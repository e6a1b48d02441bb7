import type { Settings } from "./settings.ts";

/** True if the administrator has what the annotation asks for seen to elsewhere (rule X6). */
export function isIgnored({ ignoredAnnotations }: Settings, annotation: string): boolean {
  return ignoredAnnotations.some((name) =>
    name.endsWith("*") ? annotation.startsWith(name.slice(0, -1)) : annotation === name,
  );
}
