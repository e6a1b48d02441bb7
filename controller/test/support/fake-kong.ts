import { projected } from "../../src/kong/project.ts";
import { collectionTable, serviceIdOf } from "../../src/plan/kong/collections.ts";
import { taggedName, taggedNamespace } from "../../src/plan/kong/tags.ts";
import type { Kong } from "../../src/kong/client.ts";
import { KongError } from "../../src/kong/errors.ts";
import type { KongErrorKind } from "../../src/kong/errors.ts";
import type { Collection, Entities } from "../../src/plan/kong/entities.ts";
import { settings } from "./builders.ts";

type Any = Entities[Collection];

/** A Kong in memory that keeps Kong's own rules on ids, names and references, and notes every write. */
export class FakeKong implements Kong {
  readonly stored: { [C in Collection]: Map<string, Entities[C]> } = {
    services: new Map(),
    plugins: new Map(),
    routes: new Map(),
    certificates: new Map(),
    snis: new Map(),
  };
  /** Every write that took effect, oldest first. */
  readonly writes: string[] = [];
  preFunction = true;
  takeOverMs = 0;
  version = "3.9.1";
  srvFirst = false;
  dnsCacheMs = 5_000;
  away = false;
  /** Consulted before each call; may throw. */
  fault: (call: string) => void = () => undefined;
  /** How long the way of each call there takes, by its name. */
  way: (call: string) => Promise<void> = () => Promise.resolve();
  /** Told after every write, whosever it is. */
  onWrite: () => void = () => undefined;
  /** The ids of what was ever put under a name or on a service: much of it may have gone or changed since. */
  readonly #ids = new Map<string, Set<string>>();
  /** Asked after each write took effect whether its answer gets lost. */
  answerLost: (call: string) => boolean = () => false;

  readonly info = async (): ReturnType<Kong["info"]> => {
    await this.#call("info");
    return {
      version: this.version,
      database: "postgres",
      routerFlavor: "traditional_compatible",
      readsReplica: false,
      takeOverMs: this.takeOverMs,
      otherNodesMs: 0,
      srvFirst: this.srvFirst,
      dnsCacheMs: this.dnsCacheMs,
      preFunction: this.preFunction,
    };
  };

  readonly ready = async (): Promise<boolean> => {
    await this.#call("ready");
    return true;
  };

  readonly list = async function* (this: FakeKong, collection: Collection) {
    await this.#call(`list ${collection}`);
    const found = [...this.stored[collection].values()].filter((entity) => entity.tags.includes(settings.kongTag));
    yield found.map((entity) => known(collection, entity));
  }.bind(this) as Kong["list"];

  readonly foreignRoutes = async function* (this: FakeKong) {
    await this.#call("list foreign routes");
    const routes = [...this.stored.routes.values()].filter((route) => !route.tags.includes(settings.kongTag));
    yield routes.map(({ id, name, hosts, tags }) => ({ id, name, hosts: hosts ?? [], tags }));
  }.bind(this) as Kong["foreignRoutes"];

  readonly get: Kong["get"] = async (collection, id) => {
    await this.#call(`get ${collection}/${id}`);
    const entity = this.stored[collection].get(id);
    if (entity === undefined) return undefined;
    return { entity: known(collection, entity), ours: entity.tags.includes(settings.kongTag) };
  };

  readonly create: Kong["create"] = async (collection, entity) => {
    await this.#call(`create ${collection}`);
    if (this.stored[collection].has(entity.id)) throw failed("idTaken");
    if (collection !== "plugins" && this.#find(collection, nameSlot(entity)).length > 0) throw failed("nameTaken");
    if ("service" in entity && !this.stored.services.has(entity.service.id)) throw failed("missingReference");
    if ("certificate" in entity && !this.stored.certificates.has(entity.certificate.id))
      throw failed("missingReference");
    this.put(collection, entity);
    this.writes.push(`create ${collection} ${label(entity)}`);
    this.#answer(`create ${collection}`);
  };

  readonly update: Kong["update"] = async (collection, id, fields) => {
    await this.#call(`update ${collection}`);
    const found = this.stored[collection].get(id);
    if (found === undefined) throw failed("notFound");
    const changed = { ...found, ...fields };
    if ("certificate" in changed && !this.stored.certificates.has(changed.certificate.id))
      throw failed("missingReference");
    this.put(collection, changed);
    this.writes.push(`update ${collection} ${label(found)} {${Object.keys(fields).join()}}`);
    this.#answer(`update ${collection}`);
  };

  readonly remove: Kong["remove"] = async (collection, id) => {
    await this.#call(`remove ${collection}`);
    const found = this.stored[collection].get(id);
    if (collection === "services") {
      if (this.#find("routes", serviceSlot(id)).length > 0) throw failed("stillReferenced");
      for (const plugin of this.#find("plugins", serviceSlot(id))) this.stored.plugins.delete(plugin.id);
    }
    if (collection === "certificates") {
      for (const { id: sni } of this.snisOf(id)) this.stored.snis.delete(sni);
    }
    this.stored[collection].delete(id);
    if (found !== undefined) this.writes.push(`remove ${collection} ${label(found)}`);
    this.#answer(`remove ${collection}`);
  };

  /** Puts an entity there behind everybody's back. */
  put<C extends Collection>(collection: C, entity: Entities[C]): void {
    (this.stored[collection] as Map<string, Entities[C]>).set(entity.id, entity);
    for (const slot of slotsOf(entity)) this.#ids.set(slot, (this.#ids.get(slot) ?? new Set()).add(entity.id));
  }

  /** "host path -> service" of every route, sorted. */
  routes(): readonly string[] {
    return [...this.stored.routes.values()]
      .flatMap((route) =>
        (route.hosts ?? ["(any)"]).map(
          (host) => `${host} ${route.paths.join()} -> ${this.stored.services.get(route.service.id)?.name ?? "nothing"}`,
        ),
      )
      .sort();
  }

  /** "name -> namespace/secret" of every SNI, sorted, by the tags of its certificate. */
  snis(): readonly string[] {
    return [...this.stored.snis.values()]
      .map(({ name, certificate }) => {
        const { tags = [] } = this.stored.certificates.get(certificate.id) ?? {};
        return `${name} -> ${taggedNamespace(tags) ?? "?"}/${taggedName(tags) ?? "?"}`;
      })
      .sort();
  }

  /** The SNIs that lead to a certificate. */
  snisOf(certificate: string): readonly Entities["snis"][] {
    return [...this.stored.snis.values()].filter((sni) => sni.certificate.id === certificate);
  }

  /** What has the name, or is on the service, now. */
  #find<C extends Collection>(collection: C, slot: string): readonly Entities[C][] {
    return [...(this.#ids.get(slot) ?? [])].flatMap((id) => {
      const entity = this.stored[collection].get(id);
      return entity !== undefined && slotsOf(entity).includes(slot) ? [entity] : [];
    });
  }

  #answer(call: string): void {
    this.onWrite();
    if (this.answerLost(call)) throw new KongError("induced: no answer", { kind: "unavailable", outcomeUnknown: true });
  }

  async #call(name: string): Promise<void> {
    await this.way(name);
    if (this.away) throw failed("unavailable");
    this.fault(name);
  }
}

function slotsOf(entity: Any): readonly string[] {
  return [nameSlot(entity), ...("service" in entity ? [serviceSlot(serviceIdOf(entity))] : [])];
}

function nameSlot(entity: Any): string {
  return `named ${"name" in entity ? entity.name : entity.id}`;
}

/** As the client tells it: of a secret nothing but its hash. */
function known<C extends Collection>(collection: C, entity: Entities[C]): Entities[C] {
  return projected(collectionTable[collection], entity);
}

function serviceSlot(id: string): string {
  return `on ${id}`;
}

function label(entity: Any): string {
  if ("hosts" in entity) return `${entity.hosts?.join() ?? "(any)"} ${entity.paths.join()}`;
  return "name" in entity ? entity.name : `${taggedNamespace(entity.tags) ?? "?"}/${taggedName(entity.tags) ?? "?"}`;
}

function failed(kind: KongErrorKind): KongError {
  return new KongError(`induced: ${kind}`, { kind });
}
