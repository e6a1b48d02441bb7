import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** One recorded call of the Admin API. */
export type Exchange = {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
};

/** The folder with what a real Kong answered: KONG_RECORDINGS, or beside the checkout; undefined if there is none. */
export function recordingsFolder(): string | undefined {
  const given = process.env["KONG_RECORDINGS"];
  const folder = given ?? resolve(import.meta.dirname, "../../../shared/kong-recordings");
  if (existsSync(join(folder, "services.json"))) return folder;
  if (given !== undefined) throw new Error(`KONG_RECORDINGS is ${given}, but there is no services.json in it`);
  return undefined;
}

/** The exchanges of a topic in their order. */
export function exchangesOf(folder: string, topic: string): readonly Exchange[] {
  const file = JSON.parse(readFileSync(join(folder, `${topic}.json`), "utf8")) as { readonly exchanges: Exchange[] };
  return file.exchanges;
}
