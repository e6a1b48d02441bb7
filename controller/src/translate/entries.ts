import { fieldsOf, listOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** How many labels, annotations, owners and managers of fields an object's metadata has: of each the API server compares who owns it. */
export function entriesOf({ labels, annotations, ownerReferences, managedFields }: Raw): number {
  const named = [labels, annotations].map((entries) => Object.keys(fieldsOf(entries)).length);
  const listed = [ownerReferences, managedFields].map((entries) => listOf(entries).length);
  return [...named, ...listed].reduce((all, count) => all + count, 0);
}
