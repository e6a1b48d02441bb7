import { createHmac, randomBytes } from "node:crypto";

/** Of this process alone, so that nobody can make a value that looks like the hash of another. */
const hashKey = randomBytes(32);

/** What is kept of a secret value in its stead: equal for equal values, in one process. Null stays null: it is no secret that nothing is set. */
export function secretHash(value: unknown): string | null {
  if (value == null) return null;
  return `hash:${createHmac("sha256", hashKey).update(JSON.stringify(value)).digest("hex")}`;
}
