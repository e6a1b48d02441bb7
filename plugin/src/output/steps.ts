/** What happens one after the other, each in a line with its number. */
export function numbered(steps: readonly string[]): string {
  return steps.map((step, i) => `${String(i + 1)}. ${step}`).join("\n");
}
