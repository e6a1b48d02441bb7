import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import type { AdminRequest } from "./admin/http/message.ts";
import { writeAnswer, type Gate, type WireAnswer } from "./admin/server.ts";
import type { CallLog } from "./calls.ts";

/** What goes wrong with a call. `after` means that the call takes effect all the same. */
export type Effect =
  /** Nothing but the rule's delay. */
  | { readonly kind: "delay" }
  /** An answer with this status, and Kong's body for an unexpected error unless another is given. */
  | { readonly kind: "status"; readonly status: number; readonly body?: unknown; readonly after?: boolean }
  /** 429 with Retry-After, in seconds. */
  | { readonly kind: "retry-later"; readonly seconds: number }
  /** The connection is reset instead of an answer. */
  | { readonly kind: "reset"; readonly after?: boolean }
  /** The call takes effect; the answer's head and half of its body come, then the connection is reset. */
  | { readonly kind: "half-answer" }
  /** Silence: neither an answer nor an end. */
  | { readonly kind: "silence"; readonly after?: boolean }
  /** A list loses all rows but the first ones, and says that it is complete. */
  | { readonly kind: "partial-list"; readonly keep: number };

/** A fault and the calls that it hits; without method and path it hits any. */
export type FaultRule = {
  readonly effect: Effect;
  readonly method?: string;
  /** A regular expression for the path without its query. */
  readonly path?: string;
  /** How many matching calls are left alone first. */
  readonly skip?: number;
  /** How many calls are hit, one unless given. */
  readonly count?: number;
  /** How long a hit call waits before anything else, in milliseconds. */
  readonly delayMs?: number;
};

/** The door that clients come through: closed, it refuses connections and ends those that are open. */
export type Door = { readonly close: () => Promise<void>; readonly open: () => Promise<void> };

type Active = { readonly id: number; readonly rule: FaultRule; seen: number; hits: number };

/**
 * Lets the Admin API misbehave on demand. Rules are looked at in the order in which they were added; the first one
 * that matches a call is used. A rule that has hit as often as it may is gone.
 */
export class Faults {
  #active: Active[] = [];
  #lastId = 0;
  #calls: CallLog;
  #now: () => number;
  #wait: (ms: number) => Promise<unknown>;
  #door: Door | undefined;
  #away = false;

  /** `now` gives milliseconds since 1970, `wait` lets as many pass. */
  constructor(calls: CallLog, now: () => number, wait: (ms: number) => Promise<unknown> = sleep) {
    this.#calls = calls;
    this.#now = now;
    this.#wait = wait;
  }

  get away(): boolean {
    return this.#away;
  }

  /** Adds a rule; returns its number. */
  add(rule: FaultRule): number {
    this.#active.push({ id: ++this.#lastId, rule, seen: 0, hits: 0 });
    return this.#lastId;
  }

  /** Removes every rule. */
  clear(): void {
    this.#active = [];
  }

  /** The rules that can still hit, with the number of their hits so far. */
  rules(): readonly { readonly id: number; readonly rule: FaultRule; readonly hits: number }[] {
    return this.#active.map(({ id, rule, hits }) => ({ id, rule, hits }));
  }

  /** Refuses connections from now on; open ones end. */
  async goAway(): Promise<void> {
    if (this.#away || this.#door === undefined) return;
    this.#away = true;
    await this.#door.close();
  }

  /** Listens again, on the same port. */
  async comeBack(): Promise<void> {
    if (!this.#away || this.#door === undefined) return;
    await this.#door.open();
    this.#away = false;
  }

  /** Tells how clients are kept out. */
  attach(door: Door): void {
    this.#door = door;
  }

  /** Every call of the Admin API passes here. */
  readonly gate: Gate = async (request, response, answer) => {
    this.#calls.record({ method: request.method, path: withQuery(request), time: this.#now() });
    const rule = this.#take(request);
    if (rule === undefined) {
      writeAnswer(response, answer());
      return;
    }
    if (rule.delayMs !== undefined) await this.#wait(rule.delayMs);
    misbehave(rule.effect, response, answer);
  };

  #take(request: AdminRequest): FaultRule | undefined {
    for (const active of this.#active) {
      if (!matches(active.rule, request) || active.seen++ < (active.rule.skip ?? 0)) continue;
      active.hits++;
      if (active.hits >= (active.rule.count ?? 1)) this.#active = this.#active.filter((other) => other !== active);
      return active.rule;
    }
    return undefined;
  }
}

function matches({ method, path }: FaultRule, request: AdminRequest): boolean {
  return (
    (method === undefined || method === request.method) && (path === undefined || new RegExp(path).test(request.path))
  );
}

function misbehave(effect: Effect, response: ServerResponse, answer: () => WireAnswer): void {
  switch (effect.kind) {
    case "delay":
      return writeAnswer(response, answer());
    case "status":
      if (effect.after) answer();
      return writeAnswer(
        response,
        jsonAnswer(effect.status, effect.body ?? { message: "An unexpected error occurred" }),
      );
    case "retry-later":
      return writeAnswer(
        response,
        jsonAnswer(429, { message: "Too many requests" }, { "Retry-After": String(effect.seconds) }),
      );
    case "reset":
      if (effect.after) answer();
      return void response.socket?.resetAndDestroy();
    case "half-answer":
      return writeHalf(response, answer());
    case "silence":
      if (effect.after) answer();
      return;
    case "partial-list":
      return writeAnswer(response, partialList(answer(), effect.keep));
  }
}

function writeHalf(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  const socket = response.socket;
  response.writeHead(status, headers);
  response.write(body.subarray(0, body.length / 2), () => socket?.resetAndDestroy());
}

function partialList(answer: WireAnswer, keep: number): WireAnswer {
  const list = JSON.parse(answer.body.toString()) as { readonly data?: readonly unknown[] };
  if (!Array.isArray(list.data)) return answer;
  return jsonAnswer(answer.status, { data: list.data.slice(0, keep), next: null });
}

function jsonAnswer(status: number, content: unknown, more: Readonly<Record<string, string>> = {}): WireAnswer {
  const body = Buffer.from(JSON.stringify(content));
  const headers = { "Content-Type": "application/json; charset=utf-8", "Content-Length": String(body.length), ...more };
  return { status, headers, body };
}

function withQuery({ path, query }: AdminRequest): string {
  return query === "" ? path : `${path}?${query}`;
}
