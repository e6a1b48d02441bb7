import { isRecord } from "./answers.ts";
import { KongError } from "./errors.ts";
import type { KongRequest } from "./calls.ts";

type Answer = Readonly<Record<string, unknown>>;

/**
 * The pages of a collection. Goes on as long as there is an `offset`, also after an empty page: Kong's `next` does not
 * keep size and tags everywhere, and some Kongs filter only after they read a page.
 * Throws KongError for a page that can't be read.
 */
export async function* pages(
  collection: string,
  filter: { readonly tags: string; readonly size: number },
  read: (request: Pick<KongRequest, "path" | "query">) => Promise<Answer>,
): AsyncGenerator<readonly Answer[]> {
  const path = `/${collection}`;
  let offset: string | undefined;
  do {
    const page = await read({ path, query: { ...filter, offset } });
    yield entitiesOf(page, path);
    const next = page["offset"];
    if (next === offset && next !== undefined) throw unreadable(path, "the same page comes again and again");
    if (next !== undefined && next !== null && typeof next !== "string")
      throw unreadable(path, "its offset is no text");
    offset = next ?? undefined;
  } while (offset !== undefined);
}

function entitiesOf(page: Answer, path: string): readonly Answer[] {
  const { data } = page;
  // Lua has one type for both, so an empty list can come as an empty object.
  if (isRecord(data) && Object.keys(data).length === 0) return [];
  if (!Array.isArray(data)) throw unreadable(path, "there is no data");
  return data.map((entity: unknown) => {
    if (isRecord(entity) && typeof entity["id"] === "string") return entity;
    throw unreadable(path, "an entity has no id");
  });
}

function unreadable(path: string, why: string): KongError {
  return new KongError(`Kong's list of ${path} can't be read: ${why}`, {
    kind: "unavailable",
    why: `its lists can't be read: ${why}`,
  });
}
