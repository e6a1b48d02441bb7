import { reached } from "../world/versions.ts";

/**
 * What was written last, until the watch has shown it: between the two, what the watch shows is older than what is known.
 * Keyed by UID.
 */
export class Written<T> {
  readonly #byUid = new Map<string, { readonly resourceVersion: string; readonly value: T }>();

  /** Remembers a write and the resourceVersion that it led to. */
  note(uid: string, resourceVersion: string, value: T): void {
    this.#byUid.set(uid, { resourceVersion, value });
  }

  /** The newer of what the watch shows and what was written. */
  newest(uid: string, resourceVersion: string, shown: T): T {
    const written = this.#byUid.get(uid);
    if (written === undefined) return shown;
    if (reached(written.resourceVersion, resourceVersion)) return written.value;
    this.#byUid.delete(uid);
    return shown;
  }

  /** Forgets an object that is gone. */
  forget(uid: string): void {
    this.#byUid.delete(uid);
  }
}
