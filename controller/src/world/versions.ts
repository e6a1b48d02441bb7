/**
 * True if the version is the other one or came after it. The versions of one resource compare as numbers, which the API
 * promises (Kubernetes, "Resource versions"); where they are none, only the same version is known to have been reached.
 */
export function atLeastVersion(version: string, target: string): boolean {
  return /^\d+$/.test(version) && /^\d+$/.test(target) ? BigInt(version) >= BigInt(target) : version === target;
}
