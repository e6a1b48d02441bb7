import type { Kong } from "../kong/client.ts";
import { KongError } from "../kong/errors.ts";
import type { Collection, Entities } from "../plan/kong/entities.ts";

/** One thing that would be written to Kong. */
export interface ImaginedWrite {
  readonly verb: "create" | "change" | "remove";
  readonly collection: Collection;
  readonly id: string;
  /** As it would be; as it is, for one that would be removed; undefined: it is not there. */
  readonly entity: Entities[Collection] | undefined;
}

/** A Kong that takes every write and keeps it, and passes none on to the real one, which it asks for everything else. */
export interface ImaginedKong extends Kong {
  /** What differs from what the real Kong has, in the order in which it was first written. */
  readonly writes: () => readonly ImaginedWrite[];
}

/** Imagines a Kong above a real one. What is listed is the real one's, as it is when a term begins. */
export function imaginedKong(real: Kong): ImaginedKong {
  const written = new Map<string, ImaginedWrite & { readonly before: Entities[Collection] | undefined }>();
  const get: Kong["get"] = async (collection, id, options) => {
    const known = written.get(`${collection}/${id}`);
    if (known === undefined) return await real.get(collection, id, options);
    if (known.verb === "remove" || known.entity === undefined) return undefined;
    return { entity: known.entity as never, ours: true };
  };
  const write = async <C extends Collection>(
    collection: C,
    id: string,
    change: (now: Entities[C] | undefined) => Entities[C] | undefined,
  ): Promise<void> => {
    const key = `${collection}/${id}`;
    const now = (await get(collection, id))?.entity;
    const known = written.get(key);
    const before = known === undefined ? now : known.before;
    const after = change(now);
    const verb = after === undefined ? "remove" : before === undefined ? "create" : "change";
    if (before === undefined && after === undefined) written.delete(key);
    else written.set(key, { verb, collection, id, entity: after ?? before, before });
  };
  return {
    info: real.info,
    ready: real.ready,
    list: real.list,
    foreignRoutes: real.foreignRoutes,
    get,
    create: (collection, entity) =>
      write(collection, entity.id, (now) => {
        if (now !== undefined) throw new KongError(`${collection}/${entity.id} is there already`, { kind: "idTaken" });
        return entity;
      }),
    update: (collection, id, fields) =>
      write(collection, id, (now) => {
        if (now === undefined) throw new KongError(`${collection}/${id} is not there`, { kind: "notFound" });
        return { ...now, ...fields };
      }),
    remove: (collection, id) => write(collection, id, () => undefined),
    writes: () => [...written.values()].map(({ verb, collection, id, entity }) => ({ verb, collection, id, entity })),
  };
}
