/** An API server in memory: enough of one to be listed, watched and written to, and to misbehave. */
import { unavailable } from "../../src/kube/errors.ts";
import type { KubeRequest, KubeResponse, KubeTransport } from "../../src/kube/calls.ts";
import { fakeStream } from "./fake-stream.ts";
import type { FakeStream } from "./fake-stream.ts";

/** An object in the fake; `metadata` gets a uid and a resourceVersion. */
export interface FakeObject {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** A watch that somebody has open. */
export interface FakeWatch extends FakeStream {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

type Fault = (request: KubeRequest) => KubeResponse | Promise<KubeResponse | undefined> | undefined;

/** The fake, and its handles for tests. */
export interface FakeApi extends KubeTransport {
  readonly requests: readonly KubeRequest[];
  readonly watches: readonly FakeWatch[];
  /** False for one that knows nothing of lists that are streamed: it refuses to send what there is before a watch. */
  streamsLists: boolean;
  /** False for one that streams what there is and never says that this was all. */
  endsLists: boolean;
  /** Asked before every call; an answer, or a rejection, takes the place of the fake's own. */
  fault: Fault | undefined;
  /** Creates or changes an object as if somebody else did; `path` is its list's. */
  readonly put: (path: string, object: FakeObject) => FakeObject;
  readonly remove: (path: string, name: string, namespace?: string) => void;
  readonly get: (path: string, name: string, namespace?: string) => FakeObject | undefined;
  /** Sends a bookmark on every watch of the path. */
  readonly bookmark: (path: string) => void;
  /** Forgets past changes and open list snapshots: what asks for them gets 410. */
  readonly compact: () => void;
}

interface Change {
  readonly path: string;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: FakeObject;
  readonly version: number;
}

/** A `metav1.Status` answer. */
export function statusAnswer(code: number, reason: string, extra: object = {}, headers = {}): KubeResponse {
  return {
    status: code,
    headers,
    body: { kind: "Status", code, reason, message: `${reason}, said the fake`, ...extra },
  };
}

/** An empty API server. */
export function fakeApi(): FakeApi {
  const stores = new Map<string, Map<string, FakeObject>>();
  const snapshots = new Map<string, { readonly items: readonly FakeObject[]; readonly version: number }>();
  const requests: KubeRequest[] = [];
  const watches: FakeWatch[] = [];
  let changes: Change[] = [];
  let version = 100;
  let oldest = 100;
  let uids = 0;

  const storeOf = (path: string): Map<string, FakeObject> => {
    const store = stores.get(path) ?? new Map<string, FakeObject>();
    stores.set(path, store);
    return store;
  };
  const commit = (path: string, type: Change["type"], object: FakeObject): FakeObject => {
    version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    const key = keyOf(object.metadata.name, object.metadata.namespace);
    if (type === "DELETED") storeOf(path).delete(key);
    else storeOf(path).set(key, stored);
    const change = { path, type, object: stored, version };
    changes.push(change);
    for (const watch of watches) if (watch.path === path && watch.open()) watch.push(lineOf(change));
    return stored;
  };
  const put = (path: string, object: FakeObject): FakeObject => {
    const before = storeOf(path).get(keyOf(object.metadata.name, object.metadata.namespace));
    const uid = before?.metadata["uid"] ?? `uid-${(uids += 1)}`;
    const created = "2026-04-04T12:00:00Z";
    const metadata = { creationTimestamp: created, generation: 1, uid, ...object.metadata };
    return commit(path, before === undefined ? "ADDED" : "MODIFIED", { ...object, metadata });
  };
  const list = (path: string, query: Readonly<Record<string, string>>, namespace?: string): KubeResponse => {
    const token = query["continue"];
    const [id, offset] =
      token === undefined ? [`s${version}`, 0] : [token.split(":")[0] ?? "", Number(token.split(":")[1])];
    if (token === undefined) {
      const [, name] = /metadata\.name=([^,]+)/.exec(query["fieldSelector"] ?? "") ?? [];
      const items = [...storeOf(path).values()].filter(
        ({ metadata }) =>
          (namespace ?? metadata.namespace) === metadata.namespace && (name ?? metadata.name) === metadata.name,
      );
      snapshots.set(id, { items, version });
    }
    const snapshot = snapshots.get(id);
    if (snapshot === undefined) return statusAnswer(410, "Expired");
    const end = offset + Number(query["limit"] ?? Infinity);
    const more = end < snapshot.items.length ? { continue: `${id}:${end}` } : {};
    const metadata = { resourceVersion: String(snapshot.version), ...more };
    return { status: 200, headers: {}, body: { metadata, items: snapshot.items.slice(offset, end) } };
  };
  const write = (request: KubeRequest): KubeResponse => {
    const { list: path, name, namespace, sub } = placeOf(request.path);
    const sent = (request.body ?? {}) as FakeObject;
    const stored = storeOf(path).get(keyOf(name ?? sent.metadata?.name ?? "", namespace));
    const body =
      stored !== undefined && request.contentType === "application/json-patch+json"
        ? patched(stored, request.body as readonly PatchOperation[])
        : sent;
    if (body === undefined) return statusAnswer(422, "Invalid");
    const details = { details: { name: name ?? body.metadata?.name } };
    if (request.method === "POST") {
      if (stored !== undefined) return statusAnswer(409, "AlreadyExists", details);
      const metadata = { ...body.metadata, ...(namespace === undefined ? {} : { namespace }) };
      return { status: 201, headers: {}, body: put(path, { ...body, metadata }) };
    }
    if (stored === undefined) return statusAnswer(404, "NotFound", details);
    if (request.method === "GET") return { status: 200, headers: {}, body: stored };
    const wanted = (request.method === "DELETE" ? body["preconditions"] : body.metadata) as
      Record<string, unknown> | undefined;
    // The API server ignores the uid when the status of a custom resource is written.
    const ignoresUid = sub === "status" && path.startsWith("/apis/platform.koli.io/");
    for (const field of ignoresUid ? ["resourceVersion"] : ["uid", "resourceVersion"]) {
      if (wanted?.[field] !== undefined && wanted[field] !== stored.metadata[field])
        return statusAnswer(409, "Conflict", details);
    }
    if (request.method === "DELETE") return { status: 200, headers: {}, body: commit(path, "DELETED", stored) };
    const { metadata, ...rest } = body;
    const changed = sub === "status" ? { ...stored, status: body["status"] } : { ...stored, ...rest };
    const kept = { ...stored.metadata, ...(ignoresUid ? {} : metadata), resourceVersion: undefined };
    return { status: 200, headers: {}, body: put(path, { ...changed, metadata: kept }) };
  };
  const answer = async (request: KubeRequest): Promise<KubeResponse> => {
    await Promise.resolve();
    if (request.signal?.aborted) throw unavailable("cancelled");
    const { list: path, name, namespace } = placeOf(request.path);
    return request.method === "GET" && name === undefined ? list(path, request.query ?? {}, namespace) : write(request);
  };
  const watch = (request: KubeRequest): FakeWatch | undefined => {
    const { path, query = {} } = request;
    const from = query["sendInitialEvents"] === "true" ? undefined : Number(query["resourceVersion"]);
    if (from !== undefined && from < oldest) return undefined;
    const opened = { ...fakeStream(request.signal), path, query };
    const first = [...storeOf(path).values()].map((object) => JSON.stringify({ type: "ADDED", object }));
    if (from === undefined) for (const line of first) opened.push(line);
    else for (const change of changes) if (change.path === path && change.version > from) opened.push(lineOf(change));
    if (from === undefined && api.endsLists) opened.push(bookmarkOf(version, initialEventsEnd));
    watches.push(opened);
    return opened;
  };
  const refused = (request: KubeRequest): KubeResponse | undefined =>
    request.query?.["sendInitialEvents"] === "true" && !api.streamsLists ? statusAnswer(422, "Invalid") : undefined;

  const api: FakeApi = {
    requests,
    watches,
    streamsLists: true,
    endsLists: true,
    fault: undefined,
    put,
    remove: (path, name, namespace) => {
      const stored = storeOf(path).get(keyOf(name, namespace));
      if (stored !== undefined) commit(path, "DELETED", stored);
    },
    get: (path, name, namespace) => storeOf(path).get(keyOf(name, namespace)),
    bookmark: (path) => {
      for (const open of watches) if (open.path === path && open.open()) open.push(bookmarkOf(version));
    },
    compact: () => {
      changes = [];
      snapshots.clear();
      oldest = version;
    },
    request: async (request) => {
      requests.push(request);
      return (await api.fault?.(request)) ?? (await answer(request));
    },
    stream: async (request) => {
      requests.push(request);
      const faulty = (await api.fault?.(request)) ?? refused(request);
      const opened = faulty === undefined ? watch(request) : undefined;
      if (opened !== undefined) return { status: 200, headers: {}, lines: opened.lines };
      const { status, headers, body } = faulty ?? statusAnswer(410, "Expired");
      return { status, headers, body, lines: fakeStream(request.signal).lines };
    },
    close: async () => {
      for (const open of watches) open.close();
      await Promise.resolve();
    },
  };
  return api;
}

/** An operation of a JSON patch. */
interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** The object after the patch (RFC 6902, as far as it is used); undefined where the patch does not fit the object. */
function patched(object: FakeObject, operations: readonly PatchOperation[]): FakeObject | undefined {
  const copy = structuredClone(object);
  for (const { op, path, value } of operations) {
    const steps = path.split("/").slice(1);
    const last = steps.pop() ?? "";
    const parent = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], copy);
    if (Array.isArray(parent)) {
      const at = last === "-" ? parent.length : Number(last);
      if (op === "test" ? parent[at] !== value : op === "remove" && at >= parent.length) return undefined;
      if (op === "add") parent.splice(at, 0, value);
      if (op === "remove") parent.splice(at, 1);
    } else if (typeof parent === "object" && parent !== null) (parent as Record<string, unknown>)[last] = value;
    else return undefined;
  }
  return copy;
}

function keyOf(name: string, namespace: string | undefined): string {
  return `${namespace ?? ""}/${name}`;
}

function lineOf({ type, object }: Change): string {
  return JSON.stringify({ type, object });
}

const initialEventsEnd = { annotations: { "k8s.io/initial-events-end": "true" } };

function bookmarkOf(version: number, more: object = {}): string {
  return JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: String(version), ...more } } });
}

/** The list, namespace, name and subresource that a path is about. */
function placeOf(path: string): { list: string; namespace?: string; name?: string; sub?: string } {
  const parts = path.split("/").slice(1);
  const [prefix, rest] = [parts.slice(0, parts[0] === "api" ? 2 : 3), parts.slice(parts[0] === "api" ? 2 : 3)];
  const namespaced = rest[0] === "namespaces" && rest.length > 2;
  const [resource, name, sub] = namespaced ? rest.slice(2) : rest;
  return {
    list: `/${[...prefix, resource].join("/")}`,
    ...(namespaced && rest[1] !== undefined ? { namespace: rest[1] } : {}),
    ...(name === undefined ? {} : { name }),
    ...(sub === undefined ? {} : { sub }),
  };
}
