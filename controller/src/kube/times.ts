/** `metav1.MicroTime`, which wants exactly six digits, of milliseconds since the epoch. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}

/**
 * A time as Kubernetes' type `Time` has it: RFC 3339 in UTC, whole seconds. Programs that read a finer one write it back without
 * what is finer: so cert-manager's webhook took an approval for changed, and refused every status that followed it.
 */
export function wholeSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -".000Z".length)}Z`;
}
