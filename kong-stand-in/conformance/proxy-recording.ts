import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Received } from "./echo-upstream.ts";
import type { RawRequest } from "./raw-client.ts";

/** A call of the Admin API that was made before a scenario's requests; a body of null is none. */
export type AdminCall = {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
};

/** A request with what the real proxy made of it; `body` is JSON or text, absent where an upstream answered. */
export type RecordedRequest = {
  readonly name: string;
  readonly request: RawRequest & { readonly debug?: boolean };
  readonly result: {
    readonly status: number;
    readonly route?: string;
    readonly service?: string;
    readonly certificate?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly upstream?: Received;
    readonly body?: unknown;
  };
};

/** Admin calls and then requests; it begins with nothing, unless it continues the one before. */
export type Scenario = {
  readonly name: string;
  readonly continues?: boolean;
  readonly entities: readonly AdminCall[];
  readonly requests: readonly RecordedRequest[];
};

/** Ports that were recorded, and those that stand for them now. */
export type Ports = ReadonlyMap<number, number>;

/** The scenarios of a proxy recording. */
export function readScenarios(folder: string, file: string): readonly Scenario[] {
  return (JSON.parse(readFileSync(join(folder, file), "utf8")) as { scenarios: readonly Scenario[] }).scenarios;
}

/**
 * Puts today's ports into a recorded value: numbers in a field `port` or `upstream`, `:port` at the end of a text, and
 * a text that is nothing but the port.
 */
export function withPorts<T>(value: T, ports: Ports, field = ""): T {
  if (typeof value === "number" && (field === "port" || field === "upstream")) return (ports.get(value) ?? value) as T;
  if (typeof value === "string") return portsInText(value, ports) as T;
  if (Array.isArray(value)) return value.map((item) => withPorts(item as unknown, ports)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withPorts(item as unknown, ports, key)]),
  ) as T;
}

function portsInText(text: string, ports: Ports): string {
  const found = /^(.*:)?(\d+)$/.exec(text);
  const port = found === null ? undefined : ports.get(Number(found[2]));
  return port === undefined ? text : `${found![1] ?? ""}${port}`;
}
