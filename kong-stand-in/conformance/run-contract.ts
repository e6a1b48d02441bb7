import { randomBytes } from "node:crypto";

import type { Fact, Step } from "./fact.ts";
import { removeAll } from "./replay-topic.ts";
import { send, type WireResponse } from "./wire.ts";

/** A certificate and its key in PEM. */
export type Pair = { readonly cert: string; readonly key: string };

/** Shows a fact at the Admin API at `base` with entities of its own, and removes them; undefined if it holds. */
export async function differenceFrom(fact: Fact, base: string, pairs: readonly Pair[]): Promise<string | undefined> {
  const words = new Words(pairs);
  const written: string[] = [];
  try {
    for (const step of fact.steps) {
      const [method, path] = words.fill(step.call).split(" ") as [string, string];
      const answer = await send(base, { method, path, ...bodyOf(step, words) });
      const body = parsed(answer);
      written.push(...entityIn(method, path, body));
      const difference = differenceIn(step, answer, body, words);
      if (difference !== undefined) return `${method} ${path}: ${difference}`;
      words.remember(body);
    }
    return undefined;
  } finally {
    await removeAll(base, written);
  }
}

/** What `$S1`, `$name`, `$CERT1` and `$offset` stand for in one run of one fact. */
class Words {
  #run = randomBytes(6).toString("hex");
  #pairs: readonly Pair[];
  #offset = "";

  constructor(pairs: readonly Pair[]) {
    this.#pairs = pairs;
  }

  fill<T>(value: T): T {
    if (typeof value === "string") return this.#fillText(value) as T;
    if (Array.isArray(value)) return value.map((item) => this.fill(item as unknown)) as T;
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.fill(item)])) as T;
  }

  remember(body: unknown): void {
    const offset = (body as { readonly offset?: unknown } | null)?.offset;
    if (typeof offset === "string") this.#offset = encodeURIComponent(offset);
  }

  #fillText(text: string): string {
    return text
      .replace(
        /\$(CERT|KEY)([12])/g,
        (_, kind: string, i: string) => this.#pairs[Number(i) - 1]![kind === "CERT" ? "cert" : "key"],
      )
      .replaceAll("$offset", this.#offset)
      .replace(/\$([A-Z])(\d)(\^?)/g, (_, kind: string, i: string, capitals: string) => {
        const id = `${this.#run.slice(0, 8)}-${this.#run.slice(8)}-4000-8000-00000000${kind.charCodeAt(0)}0${i}`;
        return capitals === "" ? id : id.toUpperCase();
      })
      .replace(/\$([a-z]+)/g, (_, name: string) => `${name}-${this.#run}`);
  }
}

function bodyOf(step: Step, words: Words): { readonly headers?: Record<string, string>; readonly body?: string } {
  if (step.body === undefined) return {};
  const filled = words.fill(step.body);
  const body = typeof filled === "string" ? filled : JSON.stringify(filled);
  return { headers: { "Content-Type": step.type ?? "application/json" }, body };
}

function differenceIn(step: Step, answer: WireResponse, body: unknown, words: Words): string | undefined {
  if (answer.status !== step.status)
    return `status ${answer.status} instead of ${step.status}: ${JSON.stringify(body)}`;
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    if (answer.headers[name] !== value) return `header ${name} is ${answer.headers[name]} instead of ${value}`;
  }
  return step.answer === undefined ? undefined : lacking(words.fill(step.answer), body, "");
}

/** Where the body lacks what is expected: an object may have more fields, a list must not have more entries. */
function lacking(expected: unknown, actual: unknown, at: string): string | undefined {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return differs(expected, actual, at);
    return expected.map((item, i) => lacking(item, actual[i], `${at}[${i}]`)).find((found) => found !== undefined);
  }
  if (expected === null || typeof expected !== "object")
    return expected === actual ? undefined : differs(expected, actual, at);
  if (actual === null || typeof actual !== "object") return differs(expected, actual, at);
  return Object.entries(expected)
    .map(([key, value]) => lacking(value, (actual as Record<string, unknown>)[key], `${at}.${key}`))
    .find((found) => found !== undefined);
}

function differs(expected: unknown, actual: unknown, at: string): string {
  return `${at || "the body"} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
}

function parsed({ headers, body }: WireResponse): unknown {
  return /json/.test(headers["Content-Type"] ?? "") && body.length > 0
    ? (JSON.parse(body.toString()) as unknown)
    : undefined;
}

function entityIn(method: string, path: string, body: unknown): readonly string[] {
  const id = (body as { readonly id?: unknown } | undefined)?.id;
  if (typeof id !== "string" || !["POST", "PUT"].includes(method)) return [];
  const parts = path.split("/").slice(1);
  return [`/${method === "POST" ? parts.at(-1) : parts[0]}/${id}`];
}
