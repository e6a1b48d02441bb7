import { type Table } from "../lua.ts";
import type { Call } from "./call.ts";
import type { Answer } from "./message.ts";

/** What answers a call. */
export type Handler = (call: Call) => Answer;

/** One path of the Admin API with a handler for each of its methods. */
export type Endpoint = {
  readonly path: string;
  readonly methods: Readonly<Record<string, Handler>>;
};

/** An endpoint with the parameters that its path has in a request. */
export type Match = { readonly endpoint: Endpoint; readonly parameters: Table };

/** The endpoints as a tree of path segments; a segment as it stands wins over a parameter. */
export class Router {
  #root: Node = { children: new Map() };

  constructor(endpoints: readonly Endpoint[]) {
    for (const endpoint of endpoints) this.#add(endpoint);
  }

  /** The endpoint of a path as sent. One slash at the end does not matter. */
  match(path: string): Match | undefined {
    const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
    const segments = trimmed === "/" ? [] : trimmed.split("/").slice(1);
    if (!trimmed.startsWith("/") || segments.includes("")) return undefined;
    return find(this.#root, segments, {});
  }

  #add(endpoint: Endpoint): void {
    let node = this.#root;
    for (const segment of endpoint.path.split("/").filter((part) => part !== "")) {
      const name = segment.startsWith(":") ? ":" : segment;
      const next: Node = node.children.get(name) ?? { children: new Map(), parameters: new Set() };
      if (name === ":") next.parameters?.add(segment.slice(1));
      node.children.set(name, next);
      node = next;
    }
    node.endpoint = { ...endpoint, methods: { ...node.endpoint?.methods, ...endpoint.methods } };
  }
}

type Node = { readonly children: Map<string, Node>; readonly parameters?: Set<string>; endpoint?: Endpoint };

function find(node: Node, segments: readonly string[], parameters: Table): Match | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) return node.endpoint && { endpoint: node.endpoint, parameters };
  const exact = segment === ":" ? undefined : node.children.get(segment);
  const found = exact && find(exact, rest, parameters);
  if (found !== undefined) return found;
  const any = node.children.get(":");
  if (any === undefined) return undefined;
  const named = Object.fromEntries([...any.parameters!].map((name) => [name, segment]));
  return find(any, rest, { ...parameters, ...named });
}

/** The methods of an endpoint as OPTIONS names them. */
export function allowedMethods({ methods }: Endpoint): string {
  const names = new Set([...Object.keys(methods), "OPTIONS"]);
  if ("GET" in methods) names.add("HEAD");
  return [...names].sort().join(", ");
}
