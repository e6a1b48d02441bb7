import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { failure, send, table } from "./api-answers.ts";
import { groups, mergePatch, selector } from "./api-objects.ts";
import type { Given, Stored } from "./api-objects.ts";

/** A request as it was received. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

interface Change {
  readonly collection: string;
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: Stored;
}

type Watcher = (change: Change) => void;

/**
 * A small API server: objects with resourceVersion, generation and finalizers, merge patches that conflict, lists in
 * pages, Tables, watches, and RBAC as a function.
 */
export class FakeApi {
  readonly received: Received[] = [];
  /** True for a request that RBAC refuses. */
  deny: (verb: string, plural: string, namespace: string | undefined) => boolean = () => false;
  /** Kinds that this cluster does not know. */
  missing: readonly string[] = [];
  /** Plays the controller: it is told of every change. */
  controller: (object: Stored, type: Change["type"]) => void = () => undefined;
  /** Answers before anything else, where it returns true. */
  intercept: (request: http.IncomingMessage, response: http.ServerResponse) => boolean = () => false;
  readonly #objects = new Map<string, Stored>();
  readonly #changes: Change[] = [];
  readonly #watchers = new Set<Watcher>();
  readonly #server: http.Server;
  #version = 100;

  constructor(tls?: https.ServerOptions) {
    const listen = (request: http.IncomingMessage, response: http.ServerResponse): void =>
      void this.#handle(request, response);
    this.#server = tls === undefined ? http.createServer(listen) : https.createServer(tls, listen);
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Puts an object in, new or instead of the one with its name. */
  put(plural: string, given: Given): Stored {
    const { metadata } = given;
    const key = keyOf(plural, metadata.namespace, metadata.name);
    const before = this.#objects.get(key);
    const now = { ...groups[plural], ...given } as unknown as Stored;
    now.metadata = {
      uid: before?.metadata.uid ?? `uid-${key}`,
      creationTimestamp: "2026-01-01T00:00:00Z",
      generation: 1,
      ...metadata,
      resourceVersion: String((this.#version += 1)),
    };
    this.#objects.set(key, now);
    this.#tell(plural, before === undefined ? "ADDED" : "MODIFIED", now);
    return now;
  }

  /** The object as it is now. */
  get(plural: string, namespace: string | undefined, name: string): Stored | undefined {
    return this.#objects.get(keyOf(plural, namespace, name));
  }

  /** Takes an object out at once, finalizers or not. */
  drop(plural: string, namespace: string | undefined, name: string): void {
    const key = keyOf(plural, namespace, name);
    const object = this.#objects.get(key);
    if (object === undefined) return;
    this.#objects.delete(key);
    this.#tell(plural, "DELETED", {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String((this.#version += 1)) },
    });
  }

  #tell(plural: string, type: Change["type"], object: Stored): void {
    const change = { collection: plural, version: Number(object.metadata.resourceVersion), type, object };
    this.#changes.push(change);
    for (const watcher of this.#watchers) watcher(change);
    setImmediate(() => this.controller(object, type));
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { method = "GET", url = "/", headers } = request;
    this.received.push({ method, url, headers, body });
    if (this.intercept(request, response)) return;
    const { pathname, searchParams: query } = new URL(url, "http://fake");
    const match =
      /^\/(?:api|apis\/[^/]+)\/v1(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?$/.exec(
        pathname,
      );
    const { plural = "", namespace, name } = match?.groups ?? {};
    if (plural === "selfsubjectaccessreviews") return this.#review(body, response);
    if (groups[plural] === undefined || this.missing.includes(plural)) {
      response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
      return;
    }
    const verb =
      {
        GET: name === undefined ? (query.get("watch") === "true" ? "watch" : "list") : "get",
        POST: "create",
        PUT: "update",
        PATCH: "patch",
        DELETE: "delete",
      }[method] ?? "";
    if (this.deny(verb, plural, namespace)) {
      const { apiVersion } = groups[plural];
      const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
      const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
      return send(
        response,
        403,
        failure(
          403,
          "Forbidden",
          `${plural}.${group ?? ""} is forbidden: User "marvin" cannot ${verb} resource "${plural}" in API group "${group ?? ""}" ${where}`,
        ),
      );
    }
    if (verb === "watch") return this.#watch(plural, namespace, query, headers.accept ?? "", response);
    if (verb === "list") return this.#list(plural, namespace, query, headers.accept ?? "", response);
    if (verb === "create") return this.#create(plural, namespace, query, JSON.parse(body) as Given, response);
    const object = this.get(plural, namespace, name ?? "");
    if (object === undefined)
      return send(
        response,
        404,
        failure(
          404,
          "NotFound",
          `${plural}.${groups[plural].apiVersion.split("/")[0] ?? ""} "${name ?? ""}" not found`,
        ),
      );
    const { resourceVersion } = object.metadata;
    if (verb === "get")
      return send(
        response,
        200,
        headers.accept?.includes("as=Table") === true ? table([object], { resourceVersion }) : object,
      );
    if (verb === "update") return this.#update(plural, object, query, JSON.parse(body) as Given, response);
    if (verb === "patch") return this.#patch(plural, object, query, headers, JSON.parse(body) as Stored, response);
    return this.#delete(
      plural,
      object,
      query,
      JSON.parse(body) as { preconditions?: { uid?: string }; dryRun?: string[] },
      response,
    );
  }

  #review(body: string, response: http.ServerResponse): void {
    const { spec } = JSON.parse(body) as {
      spec: { resourceAttributes: { verb: string; resource: string; namespace?: string } };
    };
    const { verb, resource, namespace } = spec.resourceAttributes;
    send(response, 201, { spec, status: { allowed: !this.deny(verb, resource, namespace) } });
  }

  #create(
    plural: string,
    namespace: string | undefined,
    query: URLSearchParams,
    given: Given,
    response: http.ServerResponse,
  ): void {
    if (this.get(plural, namespace, given.metadata.name) !== undefined)
      return send(response, 409, failure(409, "AlreadyExists", `${plural} "${given.metadata.name}" already exists`));
    if (query.get("dryRun") === "All")
      return send(response, 201, { ...given, metadata: { ...given.metadata, uid: "dry" } });
    send(
      response,
      201,
      this.put(plural, {
        ...given,
        metadata: { ...given.metadata, ...(namespace === undefined ? {} : { namespace }) },
      }),
    );
  }

  #update(plural: string, object: Stored, query: URLSearchParams, given: Given, response: http.ServerResponse): void {
    const { uid, resourceVersion } = given.metadata as { uid?: string; resourceVersion?: string };
    if ((uid ?? object.metadata.uid) !== object.metadata.uid || resourceVersion !== object.metadata.resourceVersion)
      return send(
        response,
        409,
        failure(409, "Conflict", "the object has been modified; please apply your changes to the latest version"),
      );
    send(response, 200, query.get("dryRun") === "All" ? given : this.put(plural, given));
  }

  #patch(
    plural: string,
    object: Stored,
    query: URLSearchParams,
    headers: http.IncomingHttpHeaders,
    change: Stored,
    response: http.ServerResponse,
  ): void {
    if (headers["content-type"] !== "application/merge-patch+json")
      return send(response, 415, failure(415, "UnsupportedMediaType", "the fake takes merge patches only"));
    const expected = change.metadata.resourceVersion;
    if (expected !== undefined && expected !== object.metadata.resourceVersion)
      return send(
        response,
        409,
        failure(409, "Conflict", "the object has been modified; please apply your changes to the latest version"),
      );
    const patched = mergePatch(object, change) as Stored;
    const changed = JSON.stringify(patched.spec) !== JSON.stringify(object.spec);
    if (changed) patched.metadata = { ...patched.metadata, generation: object.metadata.generation + 1 };
    send(response, 200, query.get("dryRun") === "All" ? patched : this.put(plural, patched));
  }

  #delete(
    plural: string,
    object: Stored,
    query: URLSearchParams,
    options: { preconditions?: { uid?: string }; dryRun?: string[] },
    response: http.ServerResponse,
  ): void {
    const uid = options.preconditions?.uid;
    if (uid !== undefined && uid !== object.metadata.uid)
      return send(response, 409, failure(409, "Conflict", `Precondition failed: UID in precondition: ${uid}`));
    if (options.dryRun?.includes("All") !== true && query.get("dryRun") !== "All") {
      const { namespace, name, finalizers = [] } = object.metadata;
      if (finalizers.length === 0) this.drop(plural, namespace, name);
      else this.put(plural, { ...object, metadata: { ...object.metadata, deletionTimestamp: "2026-01-02T00:00:00Z" } });
    }
    send(response, 200, { kind: "Status", apiVersion: "v1", status: "Success" });
  }

  #selected(plural: string, namespace: string | undefined, query: URLSearchParams): readonly Stored[] {
    const wanted = selector(namespace, query);
    return [...this.#objects]
      .filter(([key, object]) => key.startsWith(`${plural}/`) && wanted(object))
      .map(([, object]) => object);
  }

  #list(
    plural: string,
    namespace: string | undefined,
    query: URLSearchParams,
    accept: string,
    response: http.ServerResponse,
  ): void {
    const all = this.#selected(plural, namespace, query);
    const from = Number(query.get("continue") ?? 0);
    const limit = Number(query.get("limit") ?? all.length);
    const items = all.slice(from, from + limit);
    const more = from + limit < all.length ? { continue: String(from + limit) } : {};
    const metadata = { resourceVersion: String(this.#version), ...more };
    send(
      response,
      200,
      accept.includes("as=Table") ? table(items, metadata) : { kind: "List", apiVersion: "v1", metadata, items },
    );
  }

  #watch(
    plural: string,
    namespace: string | undefined,
    query: URLSearchParams,
    accept: string,
    response: http.ServerResponse,
  ): void {
    const wanted = selector(namespace, query);
    const asTable = accept.includes("as=Table");
    const from = Number(query.get("resourceVersion") ?? this.#version);
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const write: Watcher = ({ collection, version, type, object }) => {
      if (collection !== plural || version <= from || !wanted(object)) return;
      const shown = asTable ? table([object], { resourceVersion: object.metadata.resourceVersion }) : object;
      response.write(`${JSON.stringify({ type, object: shown })}\n`);
    };
    for (const change of this.#changes) write(change);
    this.#watchers.add(write);
    response.on("close", () => this.#watchers.delete(write));
  }
}

function keyOf(plural: string, namespace: string | undefined, name: string): string {
  return `${plural}/${namespace ?? ""}/${name}`;
}
