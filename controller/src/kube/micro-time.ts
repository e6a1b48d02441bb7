/** `metav1.MicroTime`, which wants exactly six digits, of milliseconds since the epoch. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
