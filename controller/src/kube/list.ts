import { KubeError, errorOf, unavailable } from "./errors.ts";
import type { KubeRequest, KubeResponse, KubeTransport } from "./calls.ts";
import { fieldsOf, textOf } from "../translate/raw.ts";

/** Part of a list. */
export interface Page {
  readonly items: readonly unknown[];
  /** Of the whole list: from where to watch when the last page is in. */
  readonly resourceVersion: string;
}

/** How much of a list is read at once. */
export interface PageLimits {
  readonly items: number;
  /** A page that is longer is asked for again with fewer items; one item is read however long the API server may make it. */
  readonly bytes: number;
}

/** The limits unless others are named. */
export const defaultPageLimits: PageLimits = { items: 500, bytes: 4 * 1024 * 1024 };

const timeoutMs = 60_000;

/**
 * Lists everything at `path` as of now (no resourceVersion: never from a cache that lags), in pages whose length is
 * bounded, whatever is written into the objects. Throws KubeError, also where the list's snapshot expires between two
 * pages: then it has to begin anew.
 */
export async function* listPages(
  transport: KubeTransport,
  path: string,
  selectors: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
  most: PageLimits,
  accept?: string,
): AsyncGenerator<Page, void> {
  let limit = most.items;
  let token: string | undefined;
  do {
    const query = { ...selectors, limit: String(limit), ...(token === undefined ? {} : { continue: token }) };
    const size = limit === 1 ? {} : { maxBytes: most.bytes };
    const response = await unlessTooLarge(transport, {
      method: "GET",
      path,
      query,
      accept,
      signal,
      timeoutMs,
      ...size,
    });
    if (response === undefined) {
      limit = Math.floor(limit / 2);
      continue;
    }
    limit = Math.min(most.items, limit * 2);
    if (response.status !== 200) throw errorOf(`GET ${path}`, response);
    const { items: found, metadata } = fieldsOf(response.body);
    // A list of metadata that has nothing in it comes so.
    const items = found === null ? [] : found;
    const resourceVersion = textOf(fieldsOf(metadata)["resourceVersion"]);
    if (!Array.isArray(items) || resourceVersion === undefined)
      throw unavailable(`GET ${path} was not answered with a list`);
    yield { items, resourceVersion };
    token = textOf(fieldsOf(metadata)["continue"]);
    if (token === undefined) return;
  } while (true);
}

/** Undefined for an answer that is longer than the request allows, where it says so. */
async function unlessTooLarge(transport: KubeTransport, request: KubeRequest): Promise<KubeResponse | undefined> {
  try {
    return await transport.request(request);
  } catch (error) {
    if (request.maxBytes !== undefined && error instanceof KubeError && error.kind === "tooLarge") return undefined;
    throw error;
  }
}
