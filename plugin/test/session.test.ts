import { afterEach, beforeEach, expect, test } from "vitest";

import { openTerminal } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

test("a 429 with Retry-After is tried again", async () => {
  let left = 2;
  terminal.api.intercept = (_request, response) => {
    left -= 1;
    if (left < 0) return false;
    response.writeHead(429, { "retry-after": "1" }).end();
    return true;
  };
  expect((await terminal.type(["list"])).code).toBe(0);
});

test("--request-timeout ends a request that is not answered", async () => {
  terminal.api.intercept = () => true;
  expect(await terminal.type(["list", "--request-timeout=100ms"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^error: the server 127.0.0.1:\d+ did not answer within 0.1s \(--request-timeout\)\n$/,
    ),
  });
});

test("a server that is not there is named", async () => {
  await terminal.api.stop();
  expect((await terminal.type(["list"])).stderr).toMatch(
    /^error: the connection to the server 127.0.0.1:\d+ was refused - did you specify the right host or port\?\n$/,
  );
  terminal = await openTerminal();
});

test("401 and odd answers are sentences", async () => {
  let status = 401;
  terminal.api.intercept = (_request, response) => {
    response.writeHead(status).end("something odd");
    return true;
  };
  expect((await terminal.type(["list"])).stderr).toBe("error: you must be logged in to the server (Unauthorized)\n");
  status = 500;
  expect((await terminal.type(["list"])).stderr).toBe("error: something odd\n");
});

test("-v=6 shows requests on stderr", async () => {
  const { stderr } = await terminal.type(["whois", "acme.org", "-v=6"]);
  expect(stderr).toMatch(
    /^GET http:\/\/127.0.0.1:\d+\/apis\/platform.koli.io\/v1\/hostrecords\/acme.org 404 in \d+ ms\n$/,
  );
});

test("-n, before or after the command, is the namespace that is read", async () => {
  await terminal.type(["-n", "one", "list"]);
  await terminal.type(["list", "-n=two"]);
  const lists = terminal.api.received.filter(({ url }) => url.includes("/domains"));
  expect(lists.map(({ url }) => /namespaces\/(\w+)\//.exec(url)?.[1])).toEqual(["one", "two"]);
});

test("what the API server warns of is passed on, as kubectl does", async () => {
  terminal.api.intercept = (_request, response) => {
    response.setHeader("warning", '299 - "the field is \\"old\\""');
    return false;
  };
  expect((await terminal.type(["whois", "acme.org"])).stderr).toBe('Warning: the field is "old"\n');
});
