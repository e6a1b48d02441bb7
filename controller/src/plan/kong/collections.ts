import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { Collection, Entities, KongRoute, KongSni } from "./entities.ts";
import { list, listOrNull, lists, plain, reference, referredId, secret, set } from "./fields.ts";
import type { Field, Reference } from "./fields.ts";
import { taggedHost } from "./tags.ts";

/** All that has to be known of a collection of the Admin API to read, compare, write and remove what is ours there. */
export interface CollectionRow<E> {
  /** One of them, in messages: "a service". */
  readonly one: string;
  readonly fields: { readonly [K in keyof E]-?: Field };
  /** The hosts that an entity concerns; absent: none. */
  readonly hosts?: (entity: E) => readonly RouteHost[];
}

/** A row for each collection. */
export type CollectionTable = { readonly [C in Collection]: CollectionRow<Entities[C]> };

/** The collections of the Admin API that we write to. */
export const collectionTable: CollectionTable = {
  services: {
    one: "a service",
    fields: {
      id: plain,
      name: plain,
      protocol: plain,
      host: plain,
      port: plain,
      path: plain,
      connect_timeout: plain,
      read_timeout: plain,
      write_timeout: plain,
      retries: plain,
      enabled: plain,
      tags: set,
    },
  },
  plugins: {
    one: "a plugin",
    fields: {
      id: plain,
      name: plain,
      service: reference("services", { goesWithIt: true }),
      config: lists("access", "rewrite", "certificate"),
      enabled: plain,
      tags: set,
    },
  },
  routes: {
    one: "a route",
    fields: {
      id: plain,
      name: plain,
      service: reference("services", { goesWithIt: false }),
      hosts: listOrNull,
      paths: list,
      methods: plain,
      headers: plain,
      snis: plain,
      protocols: set,
      https_redirect_status_code: plain,
      regex_priority: plain,
      strip_path: plain,
      preserve_host: plain,
      tags: set,
    },
    hosts: hostsOfRoute,
  },
  certificates: {
    one: "a certificate",
    fields: { id: plain, cert: secret, key: secret, cert_alt: secret, key_alt: secret, tags: set },
  },
  snis: {
    one: "a server name",
    // A certificate takes its SNIs with it.
    fields: { id: plain, name: plain, certificate: reference("certificates", { goesWithIt: true }), tags: set },
    hosts: hostsOfSni,
  },
};

/** A field of a row that refers to another entity. */
export interface ReferenceField extends Reference {
  readonly field: string;
}

/** The fields of a collection that refer to other entities. */
export function referencesOf(table: CollectionTable, collection: Collection): readonly ReferenceField[] {
  return Object.entries<Field>(table[collection].fields).flatMap(([field, { refersTo }]) =>
    refersTo === undefined ? [] : [{ field, ...refersTo }],
  );
}

/** The collections in the order in which entities are created and listed: what others refer to comes first. */
export function inOrder(table: CollectionTable): readonly Collection[] {
  const ordered = new Set<Collection>();
  const add = (collection: Collection): void => {
    for (const { to } of referencesOf(table, collection)) add(to);
    ordered.add(collection);
  };
  for (const collection of Object.keys(table) as Collection[]) add(collection);
  return [...ordered];
}

/** The id of the service of a route or plugin; "" for one that anybody tagged, and that has none. */
export function serviceIdOf({ service }: Entities["routes"] | Entities["plugins"]): string {
  return referredId(service);
}

/**
 * Our tag says which host a route is for, whatever its `hosts` have become. Tagged entities may come from anybody: one
 * without that tag is for its hosts, and one without hosts for every host.
 */
function hostsOfRoute({ tags, hosts }: KongRoute): readonly RouteHost[] {
  const host = taggedHost(tags);
  if (host !== undefined) return [host];
  return hosts === null || hosts.length === 0 ? [anyHost] : (hosts as readonly Host[]);
}

/** As of a route: whatever somebody else makes of its name. */
function hostsOfSni({ tags, name }: KongSni): readonly RouteHost[] {
  return [taggedHost(tags) ?? (name as Host)];
}
