/**
 * Keys that wait for room, in two lines: those of groups that have none of it first. In each of them groups take turns, in the
 * order in which they came.
 */
export class Turns {
  readonly #newcomers = new Map<string, Set<string>>();
  readonly #others = new Map<string, Set<string>>();

  /** Puts the key in line, unless it stands there. */
  wait(group: string, key: string, isNewcomer: boolean): void {
    const [line, other] = isNewcomer ? [this.#newcomers, this.#others] : [this.#others, this.#newcomers];
    remove(other, group, key);
    const keys = line.get(group) ?? new Set<string>();
    line.set(group, keys.add(key));
  }

  /** Takes the key out of the line; what its group has there beside it comes after all others. */
  leave(group: string, key: string): void {
    remove(this.#newcomers, group, key);
    remove(this.#others, group, key);
  }

  /** The key whose turn it is; undefined where none waits. */
  get next(): string | undefined {
    const [first] = [...firstOf(this.#newcomers), ...firstOf(this.#others)];
    return first?.[1].values().next().value;
  }

  /** Who comes before the group: a newcomer, or anyone at all. */
  before(group: string): { readonly newcomerWaits: boolean; readonly anyoneWaits: boolean } {
    const [newcomer] = firstOf(this.#newcomers);
    const [other] = firstOf(this.#others);
    const newcomerWaits = newcomer !== undefined && newcomer[0] !== group;
    return { newcomerWaits, anyoneWaits: newcomerWaits || (other !== undefined && other[0] !== group) };
  }
}

function firstOf(line: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly [string, ReadonlySet<string>])[] {
  for (const entry of line) return [entry];
  return [];
}

function remove(line: Map<string, Set<string>>, group: string, key: string): void {
  const keys = line.get(group);
  if (keys?.delete(key) !== true) return;
  line.delete(group);
  if (keys.size > 0) line.set(group, keys);
}
