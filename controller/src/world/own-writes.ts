import { atLeastVersion } from "./compare.ts";

/** One version of one incarnation of an object. */
export interface Version {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Objects whose deletion is remembered: an answer to a call of ours that comes later than that must not bring one back. */
const mostDeleted = 10_000;

/**
 * What is known of objects by the API server's answers to calls of ours, which come before the watch shows the same: until
 * it does, what the watch shows of them is older than what is known.
 */
export class OwnWrites {
  readonly #ahead = new Map<string, Version>();
  readonly #deleted = new Set<string>();

  /** Notes an answer; false if it is no news, since the object is deleted or known in that version or a later one. */
  learn(object: string, answered: Version, known: Version | undefined): boolean {
    if (this.#deleted.has(answered.uid)) return false;
    if (known?.uid === answered.uid && atLeastVersion(known.resourceVersion, answered.resourceVersion)) return false;
    this.#ahead.set(object, answered);
    return true;
  }

  /** Notes what the watch shows; false if it is no news, since an answer said the same, or something newer. */
  shows(object: string, shown: Version): boolean {
    const ahead = this.#ahead.get(object);
    if (ahead === undefined) return true;
    if (!atLeastVersion(shown.resourceVersion, ahead.resourceVersion)) return false;
    this.#ahead.delete(object);
    return shown.resourceVersion !== ahead.resourceVersion;
  }

  /** The objects, of those whose names begin so, that are known by an answer alone: no watch has shown them so far. */
  unshown(prefix: string): readonly { readonly object: string; readonly uid: string }[] {
    return [...this.#ahead].flatMap(([object, { uid }]) => (object.startsWith(prefix) ? [{ object, uid }] : []));
  }

  /** Notes that an object is deleted. */
  deleted(object: string, uid: string | undefined): void {
    if (uid === undefined) return;
    if (this.#ahead.get(object)?.uid === uid) this.#ahead.delete(object);
    this.#deleted.add(uid);
    for (const oldest of this.#deleted) {
      if (this.#deleted.size <= mostDeleted) return;
      this.#deleted.delete(oldest);
    }
  }
}
