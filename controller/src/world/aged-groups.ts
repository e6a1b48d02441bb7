import { position } from "./compare.ts";
import type { Aged } from "./compare.ts";

/** Values in groups by a key, the oldest of each group first. A group that becomes empty is forgotten. */
export class AgedGroups<K, V extends Aged> {
  readonly #groups = new Map<K, V[]>();

  /** Puts the value where its age has it in the group, in place of an earlier version of it. */
  put(group: K, value: V): void {
    const values = this.#groups.get(group) ?? [];
    const at = position(values, value);
    values.splice(at, values[at]?.uid === value.uid ? 1 : 0, value);
    this.#groups.set(group, values);
  }

  /** Takes the value out of the group, where it is there. */
  drop(group: K, value: V): void {
    const values = this.#groups.get(group) ?? [];
    const at = position(values, value);
    if (values[at]?.uid === value.uid) values.splice(at, 1);
    if (values.length === 0) this.#groups.delete(group);
  }

  /** The group's values. */
  of(group: K): readonly V[] {
    return this.#groups.get(group) ?? [];
  }
}
