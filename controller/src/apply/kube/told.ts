import { objectKey } from "../../world/keys.ts";

/** An object in one of its lives: what is made anew under an old name has a UID of its own. */
interface Life {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What objects were told last, in events: of each one `T`. There is never more of it than there are names: a new life takes the old one's place. */
export class Told<T> {
  readonly #byKey = new Map<string, { readonly uid: string; readonly told: T }>();

  /** What the object in this life was told last; undefined if it was told nothing. */
  get({ namespace, name, uid }: Life): T | undefined {
    const found = this.#byKey.get(objectKey(namespace, name));
    return found?.uid === uid ? found.told : undefined;
  }

  set({ namespace, name, uid }: Life, told: T): void {
    this.#byKey.set(objectKey(namespace, name), { uid, told });
  }

  /** Forgets an object that is gone. */
  forget(namespace: string, name: string): void {
    this.#byKey.delete(objectKey(namespace, name));
  }

  /** Of how many objects something is known. */
  get size(): number {
    return this.#byKey.size;
  }
}
