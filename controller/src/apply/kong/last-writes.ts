import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Kong } from "../../kong/client.ts";
import { KongError } from "../../kong/errors.ts";
import type { Log } from "../../operations/logging/logger.ts";
import type { Collection } from "../../plan/kong/entities.ts";
import type { Clock } from "../../time/clock.ts";
import type { ActualState } from "./actual-state.ts";

/** Writes that are remembered, of all hosts; the oldest are forgotten. */
const mostRemembered = 1_000;

/** One write to Kong, and what came of it. */
export interface NotedWrite {
  /** When Kong had answered, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly act: "create" | "update" | "remove";
  readonly collection: Collection;
  readonly id: string;
  /** The hosts that the entity concerns; of what several hosts share, none. */
  readonly hosts: readonly RouteHost[];
  /** `ok`, or the kind of the error. */
  readonly outcome: string;
}

/** Writes in a row that Kong has not taken, of more than one entity: it answers, and its database may be one that can't be written. */
export interface UntakenWrites {
  readonly writes: number;
  /** For how long, in milliseconds. */
  readonly forMs: number;
  /** What Kong said to the last one, to be continued from a colon. */
  readonly why: string;
}

/** Milliseconds within which what fails is tried again: when nobody has tried for longer, nothing is known. */
const newsMs = 120_000;

/** The last writes to Kong of a term, for whoever asks why a host is as it is; each is said in the log at the level debug. */
export class LastWrites {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  readonly #actual: ActualState;
  readonly #log: Log;
  readonly #writes: NotedWrite[] = [];
  #next = 0;
  #untaken: { id: string; several: boolean; writes: number; since: number; last: number; why: string } | undefined;

  constructor(clock: Pick<Clock, "now" | "monotonic">, log: Log, actual: ActualState) {
    this.#clock = clock;
    this.#log = log;
    this.#actual = actual;
  }

  /** Those that concern the host, or one of these entities, which it shares with others; the newest first. */
  of(host: RouteHost, shared: ReadonlySet<string>): readonly NotedWrite[] {
    const inOrder = [...this.#writes.slice(this.#next), ...this.#writes.slice(0, this.#next)];
    return inOrder.filter(({ hosts, id }) => hosts.includes(host) || shared.has(id)).reverse();
  }

  /** The last writes, where Kong has taken none of them; undefined: it has, or they were all of one entity, or are long ago. */
  get untaken(): UntakenWrites | undefined {
    const now = this.#clock.monotonic();
    if (this.#untaken?.several !== true || now - this.#untaken.last > newsMs) return undefined;
    const { since, why, writes } = this.#untaken;
    return { writes, forMs: now - since, why };
  }

  /** The same Kong, whose writes are noted. */
  noting(kong: Kong): Kong {
    const noted = async (write: Omit<NotedWrite, "atMs" | "outcome">, call: Promise<void>): Promise<void> => {
      const note = (outcome: string): void => {
        this.#put({ ...write, atMs: this.#clock.now(), outcome });
      };
      try {
        await call;
        note("ok");
        this.#untaken = undefined;
      } catch (error) {
        note(error instanceof KongError ? error.kind : "failed");
        if (error instanceof KongError) this.#noteFailure(write.id, error);
        throw error;
      }
    };
    return {
      info: (signal) => kong.info(signal),
      ready: (signal) => kong.ready(signal),
      list: (collection, signal) => kong.list(collection, signal),
      foreignRoutes: (signal) => kong.foreignRoutes(signal),
      get: (collection, id, options) => kong.get(collection, id, options),
      create: (collection, entity, options) => {
        const hosts = this.#actual.table[collection].hosts?.(entity) ?? [];
        return noted({ act: "create", collection, id: entity.id, hosts }, kong.create(collection, entity, options));
      },
      update: (collection, id, fields, options) => {
        const write = { act: "update", collection, id, hosts: this.#hostsOf(collection, id) } as const;
        return noted(write, kong.update(collection, id, fields, options));
      },
      remove: (collection, id, options) => {
        const write = { act: "remove", collection, id, hosts: this.#hostsOf(collection, id) } as const;
        return noted(write, kong.remove(collection, id, options));
      },
    };
  }

  /** A refusal is an answer of one that could have written. */
  #noteFailure(id: string, { kind, why }: KongError): void {
    const last = this.#clock.monotonic();
    const before = this.#untaken ?? { id, several: false, writes: 0, since: last };
    const several = before.several || before.id !== id;
    this.#untaken = kind === "unavailable" ? { ...before, several, writes: before.writes + 1, last, why } : undefined;
  }

  #hostsOf(collection: Collection, id: string): readonly RouteHost[] {
    const entity = this.#actual.get(collection, id);
    return entity === undefined ? [] : (this.#actual.table[collection].hosts?.(entity as never) ?? []);
  }

  #put(write: NotedWrite): void {
    const { act, collection, hosts, id, outcome } = write;
    this.#log.debug({ act, collection, id, hosts: hosts.join(" "), outcome }, "Kong was written to");
    this.#writes[this.#next] = write;
    this.#next = (this.#next + 1) % mostRemembered;
  }
}
