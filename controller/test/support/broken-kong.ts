import { jsonAnswer } from "../../src/kong/answers.ts";
import type { KongRequest, KongResponse } from "../../src/kong/calls.ts";
import { kongClient } from "../../src/kong/client.ts";
import type { Kong } from "../../src/kong/client.ts";
import { AnswerTooLong, ExchangeFailed } from "../../src/kong/exchange.ts";
import { networkError, TookTooLong } from "../../src/kong/network.ts";
import { settings } from "./builders.ts";

/** What can come back in place of Kong's own answer, by what went wrong. */
export const brokenAnswers = {
  "429 with Retry-After": () => answer(429, '{"message":"API rate limit exceeded"}', { "retry-after": "2" }),
  "500 in Kong's words": () => answer(500, '{"message":"An unexpected error occurred"}'),
  "502 with a page of HTML": () => answer(502, "<html><body>Bad Gateway</body></html>"),
  "somebody else's JSON that says OK": () => answer(200, '{"hello":"world"}'),
  "somebody else's JSON that says Created": () => answer(201, '{"hello":"world"}'),
  "a conflict that is none": () => answer(409, '{"code":5,"name":"unique constraint violation","message":"induced"}'),
  "an id that is taken by nobody": () =>
    answer(400, '{"code":3,"name":"primary key violation","message":"induced","fields":{}}'),
  "a refusal that is none": () => answer(400, '{"code":2,"name":"schema violation","message":"induced","fields":{}}'),
  "404 for what is there": () => answer(404, '{"message":"Not found"}'),
  "a connection that is cut": () => thrown(Object.assign(new Error("induced"), { code: "ECONNRESET" })),
  "an answer of 64 MB": () => thrown(new AnswerTooLong("induced")),
  "an answer that never ends": () => thrown(new TookTooLong()),
} as const satisfies Readonly<Record<string, () => (request: KongRequest) => KongResponse>>;

/** One of {@link brokenAnswers}. */
export type BrokenAnswer = keyof typeof brokenAnswers;

/**
 * The Kong, of whose calls those that `isBroken` names are answered so: by the client as it is, over a connection that
 * brings that. With `after`, the call took effect first.
 */
export function brokenKong(
  kong: Kong,
  answered: BrokenAnswer,
  { after, isBroken }: { readonly after: boolean; readonly isBroken: (call: string) => boolean },
): Kong {
  const broken = kongClient(
    { request: async (request) => brokenAnswers[answered]()(request), close: async () => undefined },
    { tag: settings.kongTag },
  );
  const call = async <T>(name: string, whole: () => Promise<T>, instead: () => Promise<T>): Promise<T> => {
    if (!isBroken(name)) return whole();
    if (after) await whole();
    return instead();
  };
  const listed = <T>(name: string, whole: () => AsyncIterable<T>, instead: () => AsyncIterable<T>): AsyncIterable<T> =>
    isBroken(name) ? instead() : whole();
  return {
    info: (...of) => call("info", () => kong.info(...of), () => broken.info(...of)), // prettier-ignore
    ready: (...of) => call("ready", () => kong.ready(...of), () => broken.ready(...of)), // prettier-ignore
    list: (of, ...more) => listed(`list ${of}`, () => kong.list(of, ...more), () => broken.list(of, ...more)), // prettier-ignore
    foreignRoutes: (...of) => listed("list foreign routes", () => kong.foreignRoutes(...of), () => broken.foreignRoutes(...of)), // prettier-ignore
    get: (of, ...more) => call(`get ${of}`, () => kong.get(of, ...more), () => broken.get(of, ...more)), // prettier-ignore
    create: (of, ...more) => call(`create ${of}`, () => kong.create(of, ...more), () => broken.create(of, ...more)), // prettier-ignore
    update: (of, ...more) => call(`update ${of}`, () => kong.update(of, ...more), () => broken.update(of, ...more)), // prettier-ignore
    remove: (of, ...more) => call(`remove ${of}`, () => kong.remove(of, ...more), () => broken.remove(of, ...more)), // prettier-ignore
  };
}

function answer(status: number, text: string, headers: Readonly<Record<string, string>> = {}) {
  return (request: KongRequest): KongResponse => jsonAnswer(request, { status, headers, text, bytes: text.length }, 0);
}

function thrown(cause: Error) {
  return (request: KongRequest): KongResponse => {
    throw networkError(request, new ExchangeFailed(true, cause), 10_000);
  };
}
