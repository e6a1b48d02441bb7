import { Discovery } from "./discovery.ts";
import { apiError, ApiError, isMissing } from "./errors.ts";
import type { Request } from "./errors.ts";
import type { ApiObject, Table } from "./objects.ts";
import { pathOf } from "./resources.ts";
import type { Resource } from "./resources.ts";
import type { Session } from "./session.ts";

/** Where and which objects; undefined `namespace` means all of them, or a kind without namespaces. */
export interface Scope {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** One change of a watched object, or row. */
export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

/** How a write is tried out: `server` sends it with `dryRun=All`. */
export type DryRun = "none" | "client" | "server";

const tableType = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const fieldManager = "kubectl-domain";
const pageSize = 500;

/** The API server, spoken to in objects: the only way by which commands reach Kubernetes. */
export class Cluster {
  /** The namespace that `-n` or the context names. */
  readonly namespace: string;
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
    this.namespace = session.target.namespace;
  }

  /** One object. Rejects with {@link ApiError} (`isMissing` where there is none). */
  async read<T extends ApiObject>(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    signal?: AbortSignal,
  ): Promise<T> {
    const request = { verb: "get", resource, namespace, name };
    return await this.#json<T>(request, "GET", pathOf(resource, namespace, name), { signal });
  }

  /** One object, or undefined where there is none. */
  async find<T extends ApiObject>(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    return await this.read<T>(resource, namespace, name, signal).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
  }

  /** Every object of a scope, page by page. */
  async *pages<T extends ApiObject>(resource: Resource, scope: Scope): AsyncGenerator<readonly T[], void> {
    const request = { verb: "list", resource, namespace: scope.namespace, name: undefined };
    let next: string | undefined;
    do {
      const query = { ...selectors(scope), limit: String(pageSize), continue: next };
      const path = pathOf(resource, scope.namespace) + queryOf(query);
      const page = await this.#json<{ items: readonly T[]; metadata?: { continue?: string } }>(request, "GET", path);
      yield page.items;
      next = page.metadata?.continue || undefined;
    } while (next !== undefined);
  }

  /** Every object of a scope at once. */
  async list<T extends ApiObject>(resource: Resource, scope: Scope): Promise<readonly T[]> {
    const all: T[] = [];
    for await (const page of this.pages<T>(resource, scope)) all.push(...page);
    return all;
  }

  /** The objects of a scope as the API server prints them: the columns of `kubectl get`. */
  async table(resource: Resource, scope: Scope): Promise<Table> {
    const request = { verb: "list", resource, namespace: scope.namespace, name: undefined };
    let all: Table | undefined;
    let next: string | undefined;
    do {
      const query = { ...selectors(scope), includeObject: "Object", limit: String(pageSize), continue: next };
      const path = pathOf(resource, scope.namespace) + queryOf(query);
      const page = await this.#json<Table>(request, "GET", path, { accept: tableType });
      all = all === undefined ? page : { ...page, rows: [...(all.rows ?? []), ...(page.rows ?? [])] };
      next = page.metadata?.continue || undefined;
    } while (next !== undefined);
    return all;
  }

  /** Creates an object and returns it as the server keeps it. */
  async create<T extends ApiObject>(resource: Resource, object: T, dryRun: DryRun): Promise<T> {
    const { namespace, name } = object.metadata;
    const path =
      pathOf(resource, namespace) +
      queryOf({ fieldManager, fieldValidation: "Strict", dryRun: dryRun === "server" ? "All" : undefined });
    return await this.#json<T>({ verb: "create", resource, namespace, name }, "POST", path, { body: object });
  }

  /**
   * Makes an object what is given, and returns it as the server keeps it. A `resourceVersion` in it makes a race a conflict,
   * as a `uid` does where another one has its name by now.
   */
  async replace<T extends ApiObject>(resource: Resource, object: T, dryRun: DryRun): Promise<T> {
    const { namespace, name } = object.metadata;
    const query = queryOf({ fieldManager, fieldValidation: "Strict", dryRun: dryRun === "server" ? "All" : undefined });
    const path = pathOf(resource, namespace, name) + query;
    return await this.#json<T>({ verb: "update", resource, namespace, name }, "PUT", path, { body: object });
  }

  /** Changes an object by a JSON merge patch (RFC 7386). A `resourceVersion` in it makes a race a conflict. */
  async patch<T extends ApiObject>(resource: Resource, of: T, change: unknown, dryRun: DryRun): Promise<T> {
    const { namespace, name } = of.metadata;
    const query = queryOf({ fieldManager, fieldValidation: "Strict", dryRun: dryRun === "server" ? "All" : undefined });
    const path = pathOf(resource, namespace, name) + query;
    return await this.#json<T>({ verb: "patch", resource, namespace, name }, "PATCH", path, { body: change });
  }

  /** Deletes exactly this object: one that was created again under its name stays. */
  async remove(resource: Resource, object: ApiObject, dryRun: DryRun): Promise<void> {
    const { namespace, name, uid } = object.metadata;
    const options = { preconditions: { uid }, ...(dryRun === "server" ? { dryRun: ["All"] } : {}) };
    const path = pathOf(resource, namespace, name);
    await this.#json({ verb: "delete", resource, namespace, name }, "DELETE", path, { body: options });
  }

  /** Changes after `resourceVersion`, until `signal` or the server ends it. `asTable` gives rows instead of objects. Throws ApiError. */
  async *watch<T>(
    resource: Resource,
    scope: Scope,
    resourceVersion: string | undefined,
    signal: AbortSignal,
    asTable = false,
  ): AsyncGenerator<WatchEvent<T>, void> {
    const request = { verb: "watch", resource, namespace: scope.namespace, name: undefined };
    const query = { ...selectors(scope), watch: "true", allowWatchBookmarks: "true", resourceVersion };
    const rows = asTable ? { includeObject: "Metadata" } : {};
    const path = pathOf(resource, scope.namespace) + queryOf({ ...query, ...rows });
    const accept = asTable ? tableType : "application/json";
    const reply = await this.#session.send({ method: "GET", path, headers: { accept }, signal });
    if (reply.status >= 400) throw apiError(reply.status, await reply.text(), request, true);
    for await (const line of reply.lines()) {
      const event = JSON.parse(line) as WatchEvent<T>;
      if (event.type === "ERROR") {
        const {
          code = 500,
          reason = "",
          message = "the watch failed",
        } = event.object as {
          code?: number;
          reason?: string;
          message?: string;
        };
        throw new ApiError(code, reason, message);
      }
      if (event.type !== "BOOKMARK") yield event;
    }
  }

  /** What the server says of itself, and of the caller. */
  get server(): Discovery {
    return new Discovery(this.#session);
  }

  async #json<T>(
    request: Request,
    method: string,
    path: string,
    { accept = "application/json", body, signal }: CallOptions = {},
  ): Promise<T> {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const reply = await this.#session.send({
      method,
      path,
      headers: { accept, ...(body === undefined ? {} : { "content-type": type }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
    const text = await reply.text();
    if (reply.status >= 400)
      throw apiError(reply.status, text, request, reply.status === 403 && (await this.#isByRbac(request)));
    return JSON.parse(text) as T;
  }

  /** Whether it is RBAC that refuses a request: always with reads; of writes the API server is asked. */
  async #isByRbac({ verb, resource, namespace, name }: Request): Promise<boolean> {
    if (verb === "get" || verb === "list") return true;
    return (await this.server.may(verb, resource, namespace, name)) === false;
  }
}

interface CallOptions {
  readonly accept?: string | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

function selectors({ labelSelector, fieldSelector }: Scope): Record<string, string | undefined> {
  return { labelSelector, fieldSelector };
}

function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}
