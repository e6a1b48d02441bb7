import { distance } from "fastest-levenshtein";

/** The one of `known` that is at most two edits away from `text`; the nearest, then the first. Undefined if none is. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, edits: distance(text, name) }))
    .filter(({ edits }) => edits <= 2)
    .toSorted((a, b) => a.edits - b.edits);
  return best?.name;
}
