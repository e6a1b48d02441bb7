import { errorText } from "../operations/logging/logger.ts";
import type { EventLoop } from "../time/event-loop.ts";
import type { Log } from "../operations/logging/logger.ts";
import type { WatchedKind, WorldEvent } from "../world/event.ts";
import type { Translate } from "../translate/translate.ts";
import { fieldsOf, textOf } from "../translate/raw.ts";

/** What of one kind has been passed on, so that only differences are. */
export interface Differences {
  /**
   * The object is there now. Resolves when that has been passed on: await it before anything else of the object; `isOld` is
   * asked whether something else came nevertheless, and then nothing is passed on.
   */
  readonly set: (object: unknown, isOld?: () => boolean) => Promise<void>;
  /** The object is gone. */
  readonly remove: (object: unknown) => void;
  /** To be called before a list of everything is asked for: it is passed on by `set`. */
  readonly beginList: () => void;
  /** The list is complete, as of the version: what was not in it is gone. Resolves when all of that has been passed on. */
  readonly endList: (resourceVersion: string | undefined) => Promise<void>;
}

/** The one incarnation and version of an object that was passed on last. */
interface Seen {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** The UIDs of objects that are known otherwise than from here, by their keys. */
export type Unshown = () => ReadonlyMap<string, string>;

/** Which object, and which version of it. */
export interface Identity extends Seen {
  /** Namespace and name: `shop/web`, or `/shop` where the kind has no namespaces. */
  readonly key: string;
}

/** Namespace and name again; the namespace is empty where the kind has none. */
export function namesOf(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/**
 * Passes on to `onEvent`: `set` for an object that is new or has another resourceVersion, `delete` for one that is gone
 * or, before its successor's `set`, was replaced by another of its name. An object that can't be projected is logged,
 * and as good as gone; a handler that throws is logged. What is `unshown` when a list is asked for, and is not in it, is
 * gone, too.
 */
export function differences(
  kind: WatchedKind,
  log: Log,
  translate: Translate,
  onEvent: (event: WorldEvent) => void,
  eventLoop: EventLoop,
  unshown: Unshown = () => new Map(),
): Differences {
  const seen = new Map<string, Seen>();
  /** The list that is under way: what was in it so far, and what was unshown when it was asked for. */
  let list: { readonly keys: Set<string>; readonly unshown: ReturnType<Unshown> } | undefined;

  const emit = (event: WorldEvent, key: string): void => {
    try {
      onEvent(event);
    } catch (error) {
      log.error({ kind, object: key, event: event.type, error: errorText(error) }, "watch: a handler failed");
    }
  };
  const forget = (key: string, resourceVersion: string | undefined): void => {
    const gone = seen.get(key);
    if (gone === undefined) return;
    seen.delete(key);
    emitDelete(key, gone.uid, resourceVersion);
  };
  const emitDelete = (key: string, uid: string, resourceVersion: string | undefined): void => {
    const at = { ...namesOf(key), uid };
    emit({ type: "delete", kind, ...at, ...(resourceVersion === undefined ? {} : { resourceVersion }) }, key);
  };
  const set = async (object: unknown, isOld: () => boolean = () => false): Promise<void> => {
    const identity = identityOf(object);
    if (identity === undefined) return;
    const { key, uid, resourceVersion } = identity;
    list?.keys.add(key);
    const before = seen.get(key);
    if (before?.uid === uid && before.resourceVersion === resourceVersion) return;
    try {
      const translated = await eventLoop.inPieces(translate.inPieces(kind, fieldsOf(object)), "urgent");
      if (isOld()) return;
      // In one step with what follows: in between nothing is decided without the one or the other.
      if (before !== undefined && before.uid !== uid) forget(key, resourceVersion);
      seen.set(key, { uid, resourceVersion });
      emit({ type: "set", kind, object: translated } as WorldEvent, key);
    } catch (error) {
      if (isOld()) return;
      log.warn(
        { kind, object: key, error: errorText(error) },
        "watch: an object is left out, as it can't be understood",
      );
      forget(key, resourceVersion);
    }
  };

  return {
    set,
    remove: (object) => {
      const identity = identityOf(object);
      if (identity !== undefined) forget(identity.key, identity.resourceVersion);
    },
    beginList: () => {
      list = { keys: new Set(), unshown: unshown() };
    },
    endList: async (resourceVersion) => {
      if (list === undefined) return;
      const { keys, unshown: unshownThen } = list;
      for (const key of seen.keys()) {
        if (keys.has(key)) continue;
        const room = eventLoop.yieldToEventLoop("urgent");
        if (room !== undefined) await room;
        forget(key, resourceVersion);
      }
      for (const [key, uid] of unshownThen) if (!keys.has(key)) emitDelete(key, uid, resourceVersion);
      list = undefined;
    },
  };
}

/** Undefined for what can't be an object of the API server: nothing can be said of it. */
export function identityOf(object: unknown): Identity | undefined {
  const metadata = fieldsOf(fieldsOf(object)["metadata"]);
  const name = textOf(metadata["name"]);
  const resourceVersion = textOf(metadata["resourceVersion"]);
  if (name === undefined || resourceVersion === undefined) return undefined;
  return { key: `${textOf(metadata["namespace"]) ?? ""}/${name}`, uid: textOf(metadata["uid"]) ?? "", resourceVersion };
}
