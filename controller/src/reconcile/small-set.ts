/** A set of numbers that mostly has one or a few: nothing, a number, a short list, and a real set from there on. */
export type SmallSet = undefined | number | readonly number[] | ReadonlySet<number>;

/** Members from which on a real set is faster than a list. */
const many = 32;

/** The set with the number, which it may change. A list is copied, as one that grows takes room for many more. */
export function add(set: SmallSet, number: number): SmallSet {
  if (set === undefined || set === number) return number;
  if (typeof set === "number") return [set, number];
  if (set instanceof Set) return set.add(number) as ReadonlySet<number>;
  const list = set as readonly number[];
  if (list.includes(number)) return list;
  if (list.length >= many) return new Set(list).add(number);
  return list.concat(number);
}

/** True if the number is in the set. */
export function has(set: SmallSet, number: number): boolean {
  if (set === undefined || typeof set === "number") return set === number;
  return set instanceof Set ? set.has(number) : (set as readonly number[]).includes(number);
}

/** The set without the number, which it may change; undefined if it is empty then. */
export function drop(set: SmallSet, number: number): SmallSet {
  if (set === undefined || typeof set === "number") return set === number ? undefined : set;
  if (set instanceof Set) {
    set.delete(number);
    return set.size === 0 ? undefined : (set as ReadonlySet<number>);
  }
  const list = set as readonly number[];
  const at = list.indexOf(number);
  const left = at < 0 ? list : list.toSpliced(at, 1);
  return left.length > 1 ? left : left[0];
}

/** Calls `visit` for each number of the set. */
export function each(set: SmallSet, visit: (number: number) => void): void {
  if (set === undefined) return;
  if (typeof set === "number") visit(set);
  else for (const number of set) visit(number);
}
