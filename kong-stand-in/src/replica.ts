import { Store, type Change } from "./store.ts";
import { Takeover } from "./takeover.ts";
import type { Timing } from "./timing.ts";

/** What another node of the cluster knows. */
export type Replica = { readonly store: Store; readonly close: () => void };

/** A store that takes over what happens in another one each so many seconds, as nodes do (`db_update_frequency`). */
export function replicaOf(original: Store, frequency: number, timing: Timing): Replica {
  const store = new Store();
  const takeover = new Takeover(frequency, timing, (change) => repeat(store, change));
  const unsubscribe = original.onChange((change) => takeover.offer(change));
  return {
    store,
    close: () => {
      unsubscribe();
      takeover.close();
    },
  };
}

function repeat(store: Store, { collection, before, after }: Change): void {
  if (after === undefined) store.delete(collection, before!.id);
  else store.put(collection, after);
}
