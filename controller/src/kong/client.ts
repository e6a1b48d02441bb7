import { systemClock } from "../time/clock.ts";
import type { Clock } from "../time/clock.ts";
import { collectionTable } from "../plan/kong/collections.ts";
import type { CollectionTable } from "../plan/kong/collections.ts";
import type { Collection, Entities, KongInfo } from "../plan/kong/entities.ts";
import { failure, isRecord, unserved } from "./answers.ts";
import { KongError } from "./errors.ts";
import type { KongErrorKind } from "./errors.ts";
import { foreignRoutes } from "./foreign.ts";
import type { ForeignRoute } from "./foreign.ts";
import { kongInfo } from "./info.ts";
import { semaphore } from "../queue/semaphore.ts";
import type { Semaphore } from "../queue/semaphore.ts";
import { pages } from "./pages.ts";
import type { PageAnswer } from "./pages.ts";
import { carries, projected } from "./project.ts";
import type { KongRequest, KongResponse, KongTransport } from "./calls.ts";

export { requireSupportedKong } from "./info.ts";

/** Until when a call is wanted, and for whom it is made: tenants take turns for Kong's places. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** A namespace; absent: nobody's in particular. */
  readonly tenant?: string | undefined;
}

/** Kong's Admin API as far as we use it. Everything throws KongError; nothing is retried here. */
export interface Kong {
  /** What the gateway is (`GET /`). */
  readonly info: (signal?: AbortSignal) => Promise<KongInfo>;
  /** True if Kong reaches its database (`GET /status`); throws where Kong does not answer. */
  readonly ready: (signal?: AbortSignal) => Promise<boolean>;
  /** Pages of everything that carries our tag, as far as the owned fields can be read. */
  readonly list: <C extends Collection>(collection: C, signal?: AbortSignal) => AsyncIterable<readonly Entities[C][]>;
  /**
   * Pages of the routes that do not carry our tag. Kong can't be asked for what lacks a tag: every route that it has is
   * read, ours as well.
   */
  readonly foreignRoutes: (signal?: AbortSignal) => AsyncIterable<readonly ForeignRoute[]>;
  /** One entity, whoever it belongs to; `ours` if it carries our tag. */
  readonly get: <C extends Collection>(
    collection: C,
    id: string,
    options?: CallOptions,
  ) => Promise<{ readonly entity: Entities[C]; readonly ours: boolean } | undefined>;
  /** Creates the entity with its id; never overwrites (idTaken, nameTaken). */
  readonly create: <C extends Collection>(collection: C, entity: Entities[C], options?: CallOptions) => Promise<void>;
  /** Changes the given fields of the entity (notFound if there is none). */
  readonly update: <C extends Collection>(
    collection: C,
    id: string,
    fields: Partial<Entities[C]>,
    options?: CallOptions,
  ) => Promise<void>;
  /** Removes the entity; also succeeds if there is none. */
  readonly remove: (collection: Collection, id: string, options?: CallOptions) => Promise<void>;
}

/** One call as metrics see it. */
export interface KongCall {
  readonly method: KongRequest["method"];
  readonly collection: Collection | "root" | "status";
  /** From sending to the end of the answer; the wait for a free place is not in it. */
  readonly seconds: number;
  readonly outcome: "ok" | KongErrorKind;
}

/**
 * Most calls at once, by purpose. Removals never wait for writes or reads, nor the other way round; within each purpose
 * tenants take turns.
 */
export interface KongConcurrency {
  readonly writes: number;
  readonly removals: number;
  readonly reads: number;
}

/** Settings of {@link kongClient}. */
export interface KongClientOptions extends Partial<KongConcurrency> {
  /** What marks an entity as ours. */
  readonly tag: string;
  /** How entities are read; default: the collections that we write to. */
  readonly table?: CollectionTable;
  /** Entities in a page of a list, 1 to 1000. */
  readonly pageSize?: number;
  /** Bytes of a page of more than one entity; default: {@link defaultPageBytes}. */
  readonly pageBytes?: number;
  readonly observe?: (call: KongCall) => void;
  readonly clock?: Clock;
}

/** A thousand entities of ours have less; as much is parsed without holding up anybody. */
const defaultPageBytes = 1024 * 1024;

/** What {@link kongClient} has unless told otherwise. */
const defaultConcurrency: KongConcurrency = { writes: 16, removals: 16, reads: 8 };

/** The connections that a transport needs so that calls for one purpose never wait for those for another. */
export function connectionsNeeded(concurrency: Partial<KongConcurrency>): number {
  const { writes, removals, reads } = { ...defaultConcurrency, ...concurrency };
  return writes + removals + reads;
}

/** A Kong over a transport. */
export function kongClient(transport: KongTransport, options: KongClientOptions): Kong {
  const {
    tag,
    table = collectionTable,
    pageSize = 1000,
    pageBytes = defaultPageBytes,
    observe,
    clock = systemClock,
  } = options;
  const places = { ...defaultConcurrency, ...options };
  const writes = semaphore(places.writes);
  const removals = semaphore(places.removals);
  const reads = semaphore(places.reads);

  const observed = async <T>(call: Omit<KongCall, "seconds" | "outcome">, run: () => Promise<T>): Promise<T> => {
    const started = clock.monotonic();
    const note = (outcome: KongCall["outcome"]): void => {
      observe?.({ ...call, seconds: (clock.monotonic() - started) / 1000, outcome });
    };
    try {
      const result = await run();
      note("ok");
      return result;
    } catch (error) {
      note(error instanceof KongError ? error.kind : "unavailable");
      throw error;
    }
  };

  /** Sends the request when one of these places is free. Anything but the expected status is an error. */
  const send = (
    through: Semaphore,
    request: KongRequest,
    collection: KongCall["collection"],
    expected: number,
    tenant?: string,
  ): Promise<KongResponse> =>
    through(
      () =>
        observed({ method: request.method, collection }, async () => {
          const response = await transport.request(request);
          if (response.status !== expected) throw failure(request, response, clock.now());
          return response;
        }),
      { tenant, signal: request.signal, givenUp: () => givenUp(request) },
    );

  /** Reads a document. What is no JSON object does not come from Kong. */
  const read = async (
    collection: KongCall["collection"],
    request: Omit<KongRequest, "method">,
    tenant?: string,
  ): Promise<PageAnswer> => {
    const { body, bytes } = await send(reads, { ...request, method: "GET" }, collection, 200, tenant);
    if (!isRecord(body)) throw notKong({ ...request, method: "GET" });
    return { body, bytes };
  };

  return {
    info: async (signal) => {
      const info = kongInfo((await read("root", { path: "/", signal })).body);
      if (info === undefined) throw notKong({ method: "GET", path: "/" });
      return info;
    },

    ready: async (signal) => {
      const { body } = await read("status", { path: "/status", signal });
      const { database } = body;
      return isRecord(database) && database["reachable"] === true;
    },

    list: async function* (collection, signal) {
      const request = { tags: tag, size: pageSize, maxBytes: pageBytes };
      for await (const page of pages(collection, request, (one) => read(collection, { ...one, signal }))) {
        // Kong filters by the tag; a list that was not filtered must not make us delete what is not ours.
        yield page.filter((answer) => carries(tag, answer)).map((answer) => projected(table[collection], answer));
      }
    },

    foreignRoutes: async function* (signal) {
      const request = { size: pageSize, maxBytes: pageBytes };
      for await (const page of pages("routes", request, (one) => read("routes", { ...one, signal }))) {
        yield foreignRoutes(tag, page);
      }
    },

    get: async (collection, id, { signal, tenant } = {}) => {
      try {
        const request = { method: "GET", path: pathOf(collection, id), signal } as const;
        const body = entityOf(request, await send(reads, request, collection, 200, tenant), id);
        return { entity: projected(table[collection], body), ours: carries(tag, body) };
      } catch (error) {
        if (isKind(error, "notFound")) return undefined;
        throw error;
      }
    },

    create: async (collection, entity, { signal, tenant } = {}) => {
      const request = { method: "POST", path: `/${collection}`, body: entity, signal } as const;
      entityOf(request, await send(writes, request, collection, 201, tenant), entity.id);
    },

    update: async (collection, id, fields, { signal, tenant } = {}) => {
      const request = { method: "PATCH", path: pathOf(collection, id), body: fields, signal } as const;
      entityOf(request, await send(writes, request, collection, 200, tenant), id);
    },

    remove: async (collection, id, { signal, tenant } = {}) => {
      try {
        await send(removals, { method: "DELETE", path: pathOf(collection, id), signal }, collection, 204, tenant);
      } catch (error) {
        if (!isKind(error, "notFound")) throw error;
      }
    },
  };
}

function pathOf(collection: Collection, id: string): string {
  return `/${collection}/${encodeURIComponent(id)}`;
}

function isKind(error: unknown, kind: KongErrorKind): boolean {
  return error instanceof KongError && error.kind === kind;
}

function givenUp(request: KongRequest): KongError {
  return unavailable(request, "the request was given up before it was sent");
}

/**
 * The entity that Kong answers with, to a write as well. Throws KongError where it is not the one that the request was about:
 * whatever stands between may say OK to everything.
 */
function entityOf(request: KongRequest, { body }: KongResponse, id: string): Readonly<Record<string, unknown>> {
  if (isRecord(body) && body["id"] === id) return body;
  throw notKong(request, request.method !== "GET");
}

function notKong(request: KongRequest, outcomeUnknown = false): KongError {
  return unavailable(request, "what answers at its address is not Kong's Admin API", outcomeUnknown);
}

function unavailable({ method, path }: KongRequest, why: string, outcomeUnknown = false): KongError {
  return new KongError(unserved(`${method} ${path}`, why), { kind: "unavailable", why, outcomeUnknown });
}
