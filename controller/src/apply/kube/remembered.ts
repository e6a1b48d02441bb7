import { objectKey } from "../../world/keys.ts";

/** An object in one of its lives: what is made anew under an old name has a UID of its own. */
export interface Life {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What is remembered of objects. There is never more of it than there are names: a new life takes the old one's place. */
export class Remembered<T> {
  readonly #byKey = new Map<string, { readonly uid: string; readonly value: T }>();

  get({ namespace, name, uid }: Life): T | undefined {
    const found = this.#byKey.get(objectKey(namespace, name));
    return found?.uid === uid ? found.value : undefined;
  }

  set({ namespace, name, uid }: Life, value: T): void {
    this.#byKey.set(objectKey(namespace, name), { uid, value });
  }

  /** Forgets an object that is gone. */
  forget(namespace: string, name: string): void {
    this.#byKey.delete(objectKey(namespace, name));
  }

  /** Of how many objects something is remembered. */
  get size(): number {
    return this.#byKey.size;
  }
}
