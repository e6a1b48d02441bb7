import { expect, test } from "vitest";
import type { KongRequest, KongResponse } from "../../src/kong/calls.ts";
import { longestAnswer } from "../../src/kong/calls.ts";
import { kongClient } from "../../src/kong/client.ts";
import { KongError } from "../../src/kong/errors.ts";
import { kongTransport } from "../../src/kong/transport.ts";
import { adminServer, json } from "./admin-server.ts";
import { answeredRoute } from "./answering-kong.ts";
import { tag } from "./examples.ts";
import { answered, fakeTransport } from "./fake-transport.ts";

const pageBytes = 10_000;

/** A Kong with routes whose paths are as long as the numbers say; it pages as Kong does, by the last id. */
function kongWith(lengths: readonly number[]) {
  const routes = lengths.map((length, i) => ({ ...answeredRoute, id: String(i), paths: [`/${"x".repeat(length)}`] }));
  const answer = ({ query, maxBytes = longestAnswer }: KongRequest): KongResponse => {
    const from = Number(query?.["offset"] ?? 0);
    const to = from + Number(query?.["size"]);
    const page = { data: routes.slice(from, to), offset: to < routes.length ? String(to) : undefined };
    const response = answered(200, page);
    if (response.bytes > maxBytes) throw new KongError("too long", { kind: "tooLong" });
    return response;
  };
  const transport = fakeTransport(answer);
  return { kong: kongClient(transport, { tag, pageSize: 100, pageBytes }), transport };
}

async function idsIn({ kong }: ReturnType<typeof kongWith>): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of kong.list("routes")) ids.push(...page.map(({ id }) => id));
  return ids;
}

const expectedIds = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => String(i));

test("pages that are too long are asked for in halves, and each entity comes once", async () => {
  const made = kongWith(Array.from({ length: 300 }, () => 2_000));
  expect(await idsIn(made)).toEqual(expectedIds(300));
  const sizes = made.transport.requests.map(({ query }) => Number(query?.["size"]));
  expect(sizes.slice(0, 6)).toEqual([100, 50, 25, 12, 6, 3]);
  // Once it is known how long they are, not every page is tried in vain.
  expect(sizes.length).toBeLessThan(175);
});

test("pages grow back when the entities are short again", async () => {
  const made = kongWith([...Array.from({ length: 20 }, () => 5_000), ...Array.from({ length: 500 }, () => 0)]);
  expect(await idsIn(made)).toEqual(expectedIds(520));
  expect(made.transport.requests.length).toBeLessThan(100);
  expect(Number(made.transport.requests.at(-1)?.query?.["size"])).toBeGreaterThan(5);
});

test("an entity that is too long all by itself is read alone and kept short, and the list goes on behind it", async () => {
  const made = kongWith([0, 0, 1_000_000, 0, 0]);
  const routes: { readonly id: string }[] = [];
  for await (const page of made.kong.list("routes")) routes.push(...page);
  expect(routes.map(({ id }) => id)).toEqual(expectedIds(5));
  expect(JSON.stringify(routes).length).toBeLessThan(5_000);
});

test("an entity longer than any answer may be ends the list with an error", async () => {
  const transport = fakeTransport(() => {
    throw new KongError("too long", { kind: "tooLong" });
  });
  const kong = kongClient(transport, { tag, pageSize: 100, pageBytes });
  await expect(kong.list("routes")[Symbol.asyncIterator]().next()).rejects.toMatchObject({ kind: "tooLong" });
  expect(transport.requests.at(-1)).toMatchObject({ query: { size: 1 }, maxBytes: longestAnswer });
});

test("an answer of more bytes than the request allows is given up while it is read", async () => {
  const server = await adminServer((response) => json(response, 200, { data: ["x".repeat(1_000_000)] }));
  const transport = kongTransport({ url: server.url, timeoutMs: 5_000, connections: 1 });
  const request = { method: "GET", path: "/routes", maxBytes: 100_000 } as const;
  await expect(transport.request(request)).rejects.toMatchObject({
    kind: "tooLong",
    why: "its answer is longer than 100000 bytes",
    outcomeUnknown: false,
  });
  expect(await transport.request({ ...request, maxBytes: 2_000_000 })).toMatchObject({ status: 200 });
  await transport.close();
  await server.close();
});
