import type { Claim } from "../world/claim.ts";

/**
 * What answers with a claim's redirect, in a word: each claim has a function of its own, wherever it leads. `location` is the
 * root of the host that it leads to, as a URL without the slash at its end.
 */
export function redirectName({ uid }: Pick<Claim, "uid">, location: string): string {
  return `${location} by ${uid}`;
}
