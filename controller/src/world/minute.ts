/** A time in milliseconds since the epoch, to the minute and for people: `2026-04-04 12:25 UTC`. */
export function toMinute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
