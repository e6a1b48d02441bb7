import { errorOf, unavailable } from "../kube/errors.ts";
import type { KubeTransport } from "../kube/calls.ts";
import { fieldsOf, textOf } from "../translate/raw.ts";

/** Part of a list. */
export interface Page {
  /** True if the list begins here; what was yielded before counts for nothing. */
  readonly first: boolean;
  readonly items: readonly unknown[];
  /** Of the whole list: from where to watch when the last page is in. */
  readonly resourceVersion: string;
}

const pageSize = 500;
const timeoutMs = 60_000;

/**
 * Lists everything at `path` as of now (no resourceVersion: never from a cache that lags), in pages. Where the list's
 * snapshot expires between two pages (410), everything is asked for once more in one piece, as client-go's pager does.
 * Throws KubeError.
 */
export async function* listPages(
  transport: KubeTransport,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Page, void> {
  let limit: { readonly limit?: string } = { limit: String(pageSize) };
  let token: string | undefined;
  do {
    const query = { ...limit, ...(token === undefined ? {} : { continue: token }) };
    const response = await transport.request({ method: "GET", path, query, signal, timeoutMs });
    if (response.status === 410 && token !== undefined) {
      limit = {};
      token = undefined;
      continue;
    }
    if (response.status !== 200) throw errorOf(`GET ${path}`, response);
    const { items, metadata } = fieldsOf(response.body);
    const resourceVersion = textOf(fieldsOf(metadata)["resourceVersion"]);
    if (!Array.isArray(items) || resourceVersion === undefined)
      throw unavailable(`GET ${path} was not answered with a list`);
    yield { first: token === undefined, items, resourceVersion };
    token = textOf(fieldsOf(metadata)["continue"]);
    if (token === undefined) return;
  } while (true);
}
