import { atLeastVersion } from "../../world/versions.ts";
import { Remembered } from "./remembered.ts";
import type { Life } from "./remembered.ts";

/** What was written last, until the watch has shown it: between the two, what the watch shows is older than what is known. */
export class Written<T> {
  readonly #last = new Remembered<{ readonly resourceVersion: string; readonly value: T }>();

  /** Remembers a write and the resourceVersion that it led to. */
  note(object: Life, resourceVersion: string, value: T): void {
    this.#last.set(object, { resourceVersion, value });
  }

  /** The newer of what the watch shows and what was written. */
  newest(object: Life & { readonly resourceVersion: string }, shown: T): T {
    const written = this.#last.get(object);
    if (written === undefined) return shown;
    if (atLeastVersion(written.resourceVersion, object.resourceVersion)) return written.value;
    this.#last.forget(object.namespace, object.name);
    return shown;
  }

  /** Forgets an object that is gone. */
  forget(namespace: string, name: string): void {
    this.#last.forget(namespace, name);
  }

  /** Of how many objects something is remembered. */
  get size(): number {
    return this.#last.size;
  }
}
