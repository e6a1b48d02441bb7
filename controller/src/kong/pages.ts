import { isRecord } from "./answers.ts";
import { longestAnswer } from "./calls.ts";
import type { KongRequest } from "./calls.ts";
import { KongError } from "./errors.ts";

type Answer = Readonly<Record<string, unknown>>;

/** A page as it was answered, and how many bytes it took. */
export interface PageAnswer {
  readonly body: Answer;
  readonly bytes: number;
}

/** Which entities of a collection are listed, and in how large pages. */
export interface PageRequest {
  /** Only what carries it; absent: everything. */
  readonly tags?: string;
  /** Entities in a page, 1 to 1000. */
  readonly size: number;
  /** Bytes that a page of more than one entity may have. */
  readonly maxBytes: number;
}

type Read = (request: Pick<KongRequest, "path" | "query" | "maxBytes">) => Promise<PageAnswer>;

/**
 * The pages of a collection. Goes on as long as there is an `offset`, also after an empty page: Kong's `next` does not
 * keep size and tags everywhere, and some Kongs filter only after they read a page.
 *
 * A page that is too long is asked for again at half its size, which Kong's offsets allow; the pages after it grow back as
 * far as their entities are small. An entity that is too long all by itself comes alone. Throws KongError for a page that
 * can't be read.
 */
export async function* pages(
  collection: string,
  { tags, size: largest, maxBytes }: PageRequest,
  read: Read,
): AsyncGenerator<readonly Answer[]> {
  const path = `/${collection}`;
  let size = largest;
  let offset: string | undefined;
  do {
    const query = { tags, offset };
    const page = await fitting(size, (fewer) => {
      size = fewer;
      return read({ path, query: { ...query, size }, maxBytes: size === 1 ? longestAnswer : maxBytes });
    });
    yield entitiesOf(page.body, path);
    // Half of what fits is aimed at, as the next entities may be longer.
    size = Math.max(1, Math.min(largest, size * 2, Math.floor((size * maxBytes) / 2 / page.bytes)));
    offset = nextOffset(page.body, offset, path);
  } while (offset !== undefined);
}

/** Reads a page of the size, or of the first half of it that is not too long. */
async function fitting(size: number, readPage: (size: number) => Promise<PageAnswer>): Promise<PageAnswer> {
  try {
    return await readPage(size);
  } catch (error) {
    if (size === 1 || !(error instanceof KongError) || error.kind !== "tooLong") throw error;
    return fitting(Math.floor(size / 2), readPage);
  }
}

function nextOffset(page: Answer, offset: string | undefined, path: string): string | undefined {
  const next = page["offset"];
  if (next === undefined || next === null) return undefined;
  if (next === offset) throw unreadable(path, "the same page comes again and again");
  if (typeof next !== "string") throw unreadable(path, "its offset is no text");
  return next;
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
