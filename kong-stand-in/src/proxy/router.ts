import type { Route } from "../entities.ts";
import { Bucket, isTriedBefore } from "./bucket.ts";
import { bytesOf, textOf } from "./bytes.ts";
import { splitHostPort } from "./lua-number.ts";
import { matcherOf, type Facts, type HostPattern, type Matcher } from "./matcher.ts";
import { partsOf } from "./parts.ts";

/** A request as it stands on the wire: byte strings, the path normalised, the port that of the listener. */
export type RoutingRequest = {
  readonly scheme: "http" | "https";
  readonly method: string;
  readonly hostHeader: string | undefined;
  readonly port: number;
  readonly path: string;
  readonly sni: string | undefined;
  /** The values of a header, by the name in lower case with `_` for `-`. */
  readonly header: (name: string) => readonly string[];
};

/** The route that answers, with the part of the path that it matched (a byte string; undefined without paths). */
export type RouteMatch = { readonly route: Route; readonly prefix: string | undefined };

/**
 * Kong's router in the flavor `traditional_compatible`. Routes are found by host, then tried in Kong's order, so a
 * request costs what its host's routes cost, and a change what the changed route costs.
 */
export class Router {
  #matchers = new Map<string, readonly Matcher[]>();
  #byHost: Readonly<Record<HostPattern["kind"], Map<string, Bucket>>> = {
    is: new Map(),
    ends: new Map(),
    begins: new Map(),
  };
  #elsewhere = new Bucket();
  #uses = new Map<string, number>();

  /** Adds a route, in place of the one with its id. */
  put(route: Route): void {
    this.delete(route.id);
    if (!route.protocols.some((protocol) => HTTP_PROTOCOLS.has(protocol))) return;
    const matchers = partsOf(route)
      .map(matcherOf)
      .filter((matcher) => "match" in matcher);
    this.#matchers.set(route.id, matchers);
    for (const matcher of matchers) {
      for (const pattern of placesOf(matcher)) this.#add(pattern, matcher);
      for (const field of fieldsOf(matcher)) this.#uses.set(field, (this.#uses.get(field) ?? 0) + 1);
    }
  }

  delete(id: string): void {
    for (const matcher of this.#matchers.get(id) ?? []) {
      for (const pattern of placesOf(matcher)) this.#remove(pattern, matcher);
      for (const field of fieldsOf(matcher)) {
        const uses = (this.#uses.get(field) ?? 1) - 1;
        if (uses > 0) this.#uses.set(field, uses);
        else this.#uses.delete(field);
      }
    }
    this.#matchers.delete(id);
  }

  /** The route for a request among those that are served (not a disabled service's). */
  match(request: RoutingRequest, isServed: (route: Route) => boolean): RouteMatch | undefined {
    const facts = this.#facts(request);
    if (facts === undefined) return undefined;
    for (const matcher of inOrder(this.#candidates(facts.host))) {
      const found = isServed(matcher.route) ? matcher.match(facts) : undefined;
      if (found !== undefined) {
        return { route: matcher.route, prefix: found.prefix ? bytesOf(found.prefix) : undefined };
      }
    }
    return undefined;
  }

  /** Kong gives up on the whole request when a value that any route looks at is not UTF-8. */
  #facts(request: RoutingRequest): Facts | undefined {
    const path = textOf(request.path);
    const split = request.hostHeader === undefined ? undefined : splitHostPort(request.hostHeader);
    const host = split === undefined ? undefined : textOf(split.host);
    if (path === undefined && this.#uses.has(PATH)) return undefined;
    if (split !== undefined && host === undefined && this.#uses.has(HOST)) return undefined;
    const values = new Map<string, readonly string[]>();
    for (const field of this.#uses.keys()) {
      if (field === PATH || field === HOST) continue;
      const texts = request.header(field).map(textOf);
      if (texts.includes(undefined)) return undefined;
      values.set(field, texts as string[]);
    }
    return {
      scheme: request.scheme,
      method: request.method,
      host,
      port: split?.port ?? request.port,
      path: path ?? "",
      sni: request.sni,
      header: (name) => values.get(name) ?? [],
    };
  }

  #candidates(host: string | undefined): readonly Bucket[] {
    const buckets = [this.#elsewhere];
    if (host === undefined) return buckets;
    const { is, ends, begins } = this.#byHost;
    push(buckets, is.get(host));
    if (ends.size === 0 && begins.size === 0) return buckets;
    for (let dot = host.indexOf("."); dot !== -1; dot = host.indexOf(".", dot + 1)) {
      push(buckets, ends.get(host.slice(dot)));
      push(buckets, begins.get(host.slice(0, dot + 1)));
    }
    return buckets;
  }

  #add(place: HostPattern | undefined, matcher: Matcher): void {
    if (place === undefined) return this.#elsewhere.add(matcher);
    const buckets = this.#byHost[place.kind];
    const bucket = buckets.get(place.text) ?? new Bucket();
    bucket.add(matcher);
    buckets.set(place.text, bucket);
  }

  #remove(place: HostPattern | undefined, matcher: Matcher): void {
    if (place === undefined) return this.#elsewhere.remove(matcher);
    const bucket = this.#byHost[place.kind].get(place.text);
    bucket?.remove(matcher);
    if (bucket?.size === 0) this.#byHost[place.kind].delete(place.text);
  }
}

const HTTP_PROTOCOLS: ReadonlySet<string> = new Set(["http", "https", "grpc", "grpcs"]);
const PATH = "http.path";
const HOST = "http.host";

/** The hosts under which a matcher is found; undefined stands for any host. */
function placesOf(matcher: Matcher): readonly (HostPattern | undefined)[] {
  if (matcher.hosts.length === 0 || !matcher.hosts.every(isIndexable)) return [undefined];
  const places = new Map(matcher.hosts.map((host) => [`${host.kind} ${host.text}`, host]));
  return [...places.values()];
}

/** Wildcards are looked up at the dots of a host. */
function isIndexable({ kind, text }: HostPattern): boolean {
  return kind === "is" || (kind === "ends" ? text.startsWith(".") : text.endsWith("."));
}

function fieldsOf(matcher: Matcher): readonly string[] {
  const fields = [...matcher.headerNames];
  if (matcher.usesPath) fields.push(PATH);
  if (matcher.hosts.length > 0) fields.push(HOST);
  return fields;
}

function push(buckets: Bucket[], bucket: Bucket | undefined): void {
  if (bucket !== undefined) buckets.push(bucket);
}

/** Merges buckets: of their next matchers always the one that is tried first. */
function* inOrder(buckets: readonly Bucket[]): Generator<Matcher> {
  const next = buckets.map(() => 0);
  for (;;) {
    let first: Matcher | undefined;
    let from = 0;
    for (const [index, bucket] of buckets.entries()) {
      const matcher = bucket.at(next[index]!);
      if (matcher === undefined || (first !== undefined && !isTriedBefore(matcher, first))) continue;
      first = matcher;
      from = index;
    }
    if (first === undefined) return;
    next[from]!++;
    yield first;
  }
}
