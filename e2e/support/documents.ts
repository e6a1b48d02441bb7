/**
 * Objects for `kubectl apply -f -`, one document after the other. Of a `List` kubectl knows no schema: it asks the API server for
 * that of all kinds at once, which on a busy machine takes longer than it waits for.
 */
export function documents(objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join("\n---\n");
}
