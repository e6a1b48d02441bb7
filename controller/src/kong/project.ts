import type { Collection, Entities } from "../plan/kong/entities.ts";
import { isRecord } from "./answers.ts";

type Readers = { readonly [C in Collection]: { readonly [K in keyof Entities[C]]-?: (value: unknown) => unknown } };

/** The fields that we own, and how each is read: sets are sorted, references are cut to the id. */
const readers: Readers = {
  services: {
    id: asIs,
    name: asIs,
    protocol: asIs,
    host: asIs,
    port: asIs,
    path: asIs,
    connect_timeout: asIs,
    read_timeout: asIs,
    write_timeout: asIs,
    retries: asIs,
    enabled: asIs,
    tags: set,
  },
  plugins: { id: asIs, name: asIs, service: reference, config: phases, enabled: asIs, tags: set },
  routes: {
    id: asIs,
    name: asIs,
    service: reference,
    hosts: (value) => (value === null ? null : list(value)),
    paths: list,
    methods: asIs,
    headers: asIs,
    snis: asIs,
    protocols: set,
    https_redirect_status_code: asIs,
    regex_priority: asIs,
    strip_path: asIs,
    preserve_host: asIs,
    tags: set,
  },
};

/**
 * Kong's answer cut to the fields that we own. Somebody may have changed the entity to a shape that we never write: then
 * its fields are what they are, and differ from every entity that we want.
 */
export function projected<C extends Collection>(collection: C, answer: Readonly<Record<string, unknown>>): Entities[C] {
  const fields = Object.entries<(value: unknown) => unknown>(readers[collection])
    .filter(([field]) => answer[field] !== undefined)
    .map(([field, read]) => [field, read(answer[field])] as const);
  return Object.fromEntries(fields) as unknown as Entities[C];
}

/** True if the answer carries the tag. */
export function carries(tag: string, answer: Readonly<Record<string, unknown>>): boolean {
  return list(answer["tags"]).includes(tag);
}

function asIs(value: unknown): unknown {
  return value;
}

/** An array of strings. Kong writes an empty one as `{}` now and then: Lua has one type for both. */
function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function set(value: unknown): readonly string[] {
  return list(value).toSorted();
}

function reference(value: unknown): unknown {
  return isRecord(value) ? { id: value["id"] } : value;
}

function phases(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    (["access", "rewrite", "certificate"] as const).map((phase) => [phase, list(value[phase])]),
  );
}
