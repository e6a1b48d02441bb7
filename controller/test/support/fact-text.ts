import type { FactKey } from "../../src/world/keys.ts";

/** What a fact is called for people. */
export function factText({ kind, subject }: FactKey): string {
  return `${kind.name} ${subject}`;
}
