import type { ModelCluster, ModelRegister } from "./ownership.ts";
import { describeRegister, endsByTime, steps } from "./ownership.ts";

/** More registers than this are not followed: such a history is judged by the other checks alone. */
const mostFollowed = 400;

/**
 * The registers that the rules may have led to by now. Nobody knows which of the rules' steps the controller took before
 * the cluster changed, nor in which order; so with every change the set grows by all that it may have done until then.
 */
export class AllowedRegisters {
  /** By their texts; undefined while nothing is followed. */
  #possible: ReadonlyMap<string, ModelRegister> | undefined = only(new Map());

  /** It is known to be this one now. */
  startFrom(register: ModelRegister): void {
    this.#possible = only(register);
  }

  /** Until the next {@link startFrom} nobody can tell which are allowed. */
  loseTrack(): void {
    this.#possible = undefined;
  }

  /** Any number of steps may have been taken on this cluster, in any order. To be called with what was before a change. */
  follow(cluster: ModelCluster): void {
    if (this.#possible !== undefined) this.#possible = reachable(cluster, this.#possible);
  }

  /** The texts of those at which the rules may come to rest on this cluster; undefined if that cannot be told. */
  settled(cluster: ModelCluster): ReadonlySet<string> | undefined {
    const all = this.#possible === undefined ? undefined : reachable(cluster, this.#possible);
    if (all === undefined) return undefined;
    return new Set([...all].filter(([, register]) => steps(cluster, register).length === 0).map(([text]) => text));
  }
}

function only(register: ModelRegister): ReadonlyMap<string, ModelRegister> {
  return new Map([[describeRegister(register), register]]);
}

/** Every register that any number of the rules' steps can lead to; undefined if they are too many. */
function reachable(
  cluster: ModelCluster,
  from: ReadonlyMap<string, ModelRegister>,
): ReadonlyMap<string, ModelRegister> | undefined {
  const all = new Map(from);
  const queue = [...from.values()];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const step of [...steps(cluster, next), ...endsByTime(next)]) {
      const text = describeRegister(step);
      if (all.has(text)) continue;
      all.set(text, step);
      queue.push(step);
      if (all.size > mostFollowed) return undefined;
    }
  }
  return all;
}
