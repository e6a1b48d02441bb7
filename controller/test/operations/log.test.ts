import { describe, expect, test } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import { createLog } from "../../src/operations/logging/log.ts";
import type { LogOptions } from "../../src/operations/logging/log.ts";

function logging(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({
    level: "info",
    format: "json",
    destination: { write: (line) => lines.push(line) },
    clock: { now: () => Date.UTC(2026, 3, 4, 12, 25, 42), monotonic: () => 0 },
    ...options,
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "{}") as Record<string, unknown> };
}

describe("a message", () => {
  test("is one line of JSON with time, level, object, reason and duration", () => {
    const { log, lines } = logging();
    log.info({ object: "Domain team-a/shop", reason: "Held", durationMs: 12 }, "decided");
    expect(lines).toEqual([
      '{"level":"info","time":"2026-04-04T12:25:42.000Z","object":"Domain team-a/shop","reason":"Held","durationMs":12,"msg":"decided"}\n',
    ]);
  });

  test("that warns of what a namespace has is left out when twenty alike have been written", () => {
    const { log, lines } = logging();
    for (let n = 0; n < 100; n++) log.warn({ namespace: "shop", claim: "c" }, "it is too large");
    expect(lines).toHaveLength(20);
  });

  test("below the level is not written", () => {
    const { log, lines } = logging({ level: "warn" });
    log.debug({}, "a");
    log.info({}, "b");
    log.warn({}, "c");
    log.error({}, "d");
    expect(lines).toHaveLength(2);
  });

  test("below the level is written while debug is turned on, and the turns are told", () => {
    const { log, lines } = logging({ level: "warn" });
    log.toggleDebug();
    log.debug({}, "in detail");
    log.toggleDebug();
    log.info({}, "lost");
    expect(lines.map((line) => (JSON.parse(line) as Record<string, unknown>)["msg"])).toEqual([
      ...["the log level has changed", "in detail", "the log level has changed"],
    ]);
    expect(lines.at(-1)).toContain('"to":"warn"');
  });

  test("is one line of text for people, and stays one whatever a tenant wrote", () => {
    const { log, lines } = logging({ format: "text" });
    log.warn(
      { object: "Domain a/b", reason: "InvalidHost", host: "x\n2026 \u001b[31mERROR", counts: [1, 2] },
      "refused\nagain",
    );
    expect(lines).toEqual([
      '2026-04-04T12:25:42.000Z WARN  refused\\u{a}again object="Domain a/b" reason=InvalidHost host="x\\n2026 \\u001b[31mERROR" counts=[1,2]\n',
    ]);
  });
});

describe("an error", () => {
  test("is logged with its words, its kind and where it was thrown", () => {
    const { log, last } = logging();
    const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:8001"), { code: "ECONNREFUSED" });
    log.error({ err: new KongError("no answer", { kind: "unavailable", status: 503, cause }) }, "write failed");
    expect(last()["err"]).toMatchObject({
      type: "KongError",
      message: "no answer",
      kind: "unavailable",
      status: 503,
      outcomeUnknown: false,
      at: expect.arrayContaining([expect.stringContaining("log.test.ts")]) as unknown,
      cause: { type: "Error", message: "connect ECONNREFUSED 127.0.0.1:8001", code: "ECONNREFUSED" },
    });
  });

  test("loses whatever a client hung on it", () => {
    const { log, lines } = logging();
    const error = Object.assign(new Error("HTTP-Code: 401\nBody: hunter2\nHeaders: hunter2"), {
      body: { token: "hunter2" },
      headers: { authorization: "Bearer hunter2hunter2" },
      response: { config: { headers: { cookie: "hunter2" } } },
      request: "hunter2",
      config: { key: "hunter2" },
      code: 401,
    });
    log.error({ err: error }, "failed");
    log.error({ err: new Error("outer", { cause: error }) }, "failed");
    log.error({ err: new Error("first line\nhunter2 in the second") }, "failed");
    expect(lines.join("")).not.toContain("hunter2");
    expect(lines[0]).toContain('"code":401');
  });

  test("of a parser does not quote what was parsed", () => {
    const { log, lines } = logging();
    try {
      JSON.parse("hunter2");
    } catch (err) {
      log.error({ err }, "failed");
    }
    expect(lines[0]).toContain('"type":"SyntaxError"');
    expect(lines[0]).not.toContain("hunter2");
  });
});

test("an error is a sentence in a line of text: no stack, no JSON", () => {
  const { log, lines } = logging({ format: "text" });
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  log.warn({ err: new KongError("no answer", { kind: "unavailable", cause: refused }) }, "failed");
  log.warn({ err: new Error("the same", { cause: new Error("same") }), key: "a/b" }, "failed");
  expect(lines).toEqual([
    '2026-04-04T12:25:42.000Z WARN  failed err="no answer: connect ECONNREFUSED"\n',
    '2026-04-04T12:25:42.000Z WARN  failed err="the same" key=a/b\n',
  ]);
});

describe("no secret gets through", () => {
  const pem = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEhunter2\n-----END EC PRIVATE KEY-----";
  const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.c2lnbmF0dXJlaHVudGVyMg";

  test.each<[string, object, string]>([
    ["a field named like one", { token: "hunter2" }, "m"],
    ["headers", { headers: { authorization: "hunter2" }, requestHeaders: "hunter2" }, "m"],
    ["a body", { body: "hunter2", responseBody: ["hunter2"] }, "m"],
    ["an object, whatever it holds", { config: { deep: { deeper: "hunter2" } } }, "m"],
    ["a list of objects", { all: [{ key: "hunter2" }] }, "m"],
    ["a bearer token in a text", { detail: "sent Bearer hunter2hunter2" }, "and Basic aHVudGVyMg== hunter"],
    ["a setting in a text", { detail: "Kong-Admin-Token: hunter2, password=hunter2" }, 'api_key="hunter2"'],
    ["a password in an address", { url: "https://admin:hunter2@kong:8444/" }, "at //x:hunter2@y"],
    ["a key", { detail: pem }, `read ${pem}`],
    ["half a key", { detail: pem.slice(0, 45) }, "m"],
    ["a JSON web token", { detail: jwt }, `got ${jwt}`],
    ["a header's value that was set for Kong", { detail: "upstream said swordfish-hunter2" }, "swordfish-hunter2"],
  ])("%s", (_, fields, message) => {
    for (const format of ["json", "text"] as const) {
      const { log, lines } = logging({ format, secrets: ["swordfish-hunter2"] });
      log.error(fields, message);
      const detail = "detail" in fields ? String(fields.detail) : "";
      log.error({ err: new Error(detail, { cause: new Error(message) }) }, "m");
      expect(lines).toHaveLength(2);
      expect(lines.join("")).not.toMatch(/hunter2|aHVudGVyMg|eyJhbGci|MHcCAQEE/);
    }
  });

  test("and what is no secret stays", () => {
    const { log, last } = logging();
    const fields = {
      key: "team-a/shop",
      url: "http://kong:8001/routes",
      host: "token.acme.org",
      tokenFile: "/run/token",
    };
    log.info(fields, "the basic facts of a token file");
    expect(last()).toMatchObject({ ...fields, msg: "the basic facts of a token file" });
  });
});
