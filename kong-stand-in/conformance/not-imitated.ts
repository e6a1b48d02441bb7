import type { Exchange } from "./recordings.ts";

/** A kind of calls that the stand-in does not answer as recorded, with the reason. A controller makes none of them. */
export type LeftOut = {
  readonly kind: string;
  readonly is: (call: Exchange["request"]) => boolean;
  readonly reason: string;
};

/** Single exchanges that the stand-in answers differently. */
export type NotImitated = {
  readonly topic: string;
  readonly exchanges: readonly string[];
  readonly reason: string;
  /** Whether any Kong but the one that was recorded answers differently. */
  readonly tellsOfTheNode?: true;
};

/** Why an exchange may be answered differently, by the stand-in or by any Kong; undefined if it may not. */
export function excuse(topic: string, { name, request }: Exchange, isStandIn: boolean): string | undefined {
  const single = NOT_IMITATED.find((entry) => entry.topic === topic && entry.exchanges.includes(name));
  if (!isStandIn && readsSchema(request)) return SCHEMAS_GROW;
  if (!isStandIn) return single?.tellsOfTheNode === true ? single.reason : undefined;
  return (LEFT_OUT.find(({ is }) => is(request)) ?? single)?.reason;
}

const SCHEMAS_GROW =
  "a worker adds defaults to a schema as it uses it (`len_min`, `required`): it tells of that worker's past";

const readsSchema = ({ method, path }: Exchange["request"]): boolean =>
  method === "GET" && /^\/(schemas|plugins\/schema)\//.test(path);

const below = (folders: string) => {
  const path = new RegExp(`^/(${folders})(?=[/?]|$)`);
  return (call: Exchange["request"]) => path.test(call.path);
};

/** Each is recorded at least once, which the suite checks. */
export const LEFT_OUT: readonly LeftOut[] = [
  {
    kind: "bodies that are forms",
    is: ({ headers = {} }) =>
      Object.entries(headers).some(
        ([name, value]) => /^content-type$/i.test(name) && /^(multipart|.*\/x-www-form)/.test(value),
      ),
    reason: "clients of an API send JSON; forms are for people with curl",
  },
  {
    kind: "schemas as data, and validation without writing",
    is: (call) => below("schemas")(call) || /^\/plugins\/(schema\/|enabled)/.test(call.path),
    reason: "a client that knows what it writes has no use for them; a fault is told by the write itself",
  },
  { kind: "tags as entities", is: below("tags"), reason: "lists are filtered by tag instead" },
  {
    kind: "entities of other kinds",
    is: below("consumers|upstreams|targets|ca_certificates|workspaces"),
    reason: "services name their hosts themselves, and nobody logs in",
  },
  {
    kind: "one entity through another",
    is: ({ path }) => /^\/\w+\/[^/]+\/(service|certificate|\w+\/[^/?]+)(\?|$)/.test(path),
    reason: "each has a path of its own; the list below a parent is kept",
  },
  {
    kind: "a certificate by the name of an SNI",
    is: ({ path }) => /^\/certificates\/(?![0-9a-f-]{36}(?=[/?]|$))/.test(path),
    reason: "who has written a certificate knows its id",
  },
  {
    kind: "sizes in units of one's own",
    is: ({ path }) => path.startsWith("/status?"),
    reason: "they are for people who look at a node",
  },
  {
    kind: "what other ways to run a Kong need",
    is: below("config|clustering|cache|debug"),
    reason: "they are for a Kong without a database, for a cluster of Kongs, and for its own care",
  },
];

/** The suite keeps it true: one that is answered as recorded after all has no place here. */
export const NOT_IMITATED: readonly NotImitated[] = [
  {
    topic: "root-and-status",
    exchanges: ["root"],
    reason: "the answer lists some 250 settings of the node that was recorded; the stand-in tells those it obeys",
    tellsOfTheNode: true,
  },
  {
    topic: "root-and-status",
    exchanges: ["plugins-enabled"],
    reason: "which plugins there are is up to the node",
    tellsOfTheNode: true,
  },
  {
    topic: "routes",
    exchanges: ["nested-list"],
    reason: "what it lists was written through the parent's path",
  },
  {
    topic: "routes",
    exchanges: ["paths-regex-quantifier-huge"],
    reason: "only PCRE refuses a count of more than 65535; the stand-in has Rust's engine alone",
  },
  {
    topic: "tags-and-paging",
    exchanges: ["size-array", "tags-array"],
    reason: "names in brackets are lists only in forms; in a query nobody sends them",
  },
];
