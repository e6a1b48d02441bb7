/** A set that mostly has one member or a few: nothing, the member, a short list, and a real set from there on. */
export type SmallSet<T extends number | string> = undefined | T | readonly T[] | ReadonlySet<T>;

/** Members from which on a real set is faster than a list. */
const many = 32;

/** The set with the member, which it may change. A list is copied, as one that grows takes room for many more. */
export function add<T extends number | string>(set: SmallSet<T>, member: T): SmallSet<T> {
  if (set === undefined || set === member) return member;
  if (isOne(set)) return [set, member];
  if (set instanceof Set) return set.add(member) as ReadonlySet<T>;
  const list = set as readonly T[];
  if (list.includes(member)) return list;
  if (list.length >= many) return new Set(list).add(member);
  return list.concat(member);
}

/** The set without the member, which it may change; undefined if it is empty then. */
export function drop<T extends number | string>(set: SmallSet<T>, member: T): SmallSet<T> {
  if (set === undefined || isOne(set)) return set === member ? undefined : set;
  if (set instanceof Set) {
    set.delete(member);
    return set.size === 0 ? undefined : (set as ReadonlySet<T>);
  }
  const list = set as readonly T[];
  const at = list.indexOf(member);
  const left = at < 0 ? list : list.toSpliced(at, 1);
  return left.length > 1 ? left : left[0];
}

/** Whether the member is in the set. */
export function has<T extends number | string>(set: SmallSet<T>, member: T): boolean {
  if (set === undefined || isOne(set)) return set === member;
  return set instanceof Set ? set.has(member) : (set as readonly T[]).includes(member);
}

/** Calls `visit` for each member of the set. */
export function each<T extends number | string>(set: SmallSet<T>, visit: (member: T) => void): void {
  if (set === undefined) return;
  if (isOne(set)) visit(set);
  else for (const member of set) visit(member);
}

function isOne<T extends number | string>(set: T | readonly T[] | ReadonlySet<T>): set is T {
  return typeof set !== "object";
}
