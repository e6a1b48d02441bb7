import { describe, expect, test } from "vitest";
import type { Kong, KongCall } from "../../src/kong/client.ts";
import { KongError } from "../../src/kong/errors.ts";
import type { KongPlugin, KongRoute } from "../../src/plan/kong/entities.ts";
import { answered } from "./fake-transport.ts";
import { answeredRoute, kongAnswering } from "./answering-kong.ts";
import { id, route, service, serviceId, tag } from "./examples.ts";

async function listed(kong: Kong): Promise<readonly (readonly KongRoute[])[]> {
  const pages: (readonly KongRoute[])[] = [];
  for await (const page of kong.list("routes")) pages.push(page);
  return pages;
}

describe("a list", () => {
  test("follows the offset through empty pages, with tag and size each time", async () => {
    const pages: Readonly<Record<string, unknown>> = {
      start: { data: [answeredRoute], offset: "one", next: "/routes?offset=one" },
      one: { data: [], offset: "two" },
      two: { data: {}, offset: "three" },
      three: { data: [{ ...answeredRoute, id: "other" }], next: null },
    };
    const { kong, transport } = kongAnswering(({ query }) => answered(200, pages[query?.["offset"] ?? "start"]));
    expect((await listed(kong)).map((page) => page.map((one) => one.id))).toEqual([[id], [], [], ["other"]]);
    expect(transport.requests.map(({ path, query }) => [path, query])).toEqual([
      ["/routes", { tags: tag, size: 2, offset: undefined }],
      ["/routes", { tags: tag, size: 2, offset: "one" }],
      ["/routes", { tags: tag, size: 2, offset: "two" }],
      ["/routes", { tags: tag, size: 2, offset: "three" }],
    ]);
  });

  test("yields the fields that we own, with sets in order and arrays as they are", async () => {
    const { kong } = kongAnswering(() => answered(200, { data: [answeredRoute] }));
    expect(await listed(kong)).toEqual([[route]]);
  });

  test("leaves out what does not carry our tag, should Kong not have filtered", async () => {
    const foreign = { ...answeredRoute, id: "foreign", tags: ["theirs"] };
    const { kong } = kongAnswering(() => answered(200, { data: [foreign, { ...foreign, tags: null }, answeredRoute] }));
    expect((await listed(kong)).flat().map((one) => one.id)).toEqual([id]);
  });

  test("yields an entity of ours whose shape somebody changed, as far as it can be read", async () => {
    const changed = { id, tags: [tag], hosts: null, paths: null, service: null, protocols: {}, strip_path: true };
    const { kong } = kongAnswering(() => answered(200, { data: [changed] }));
    expect(await listed(kong)).toEqual([
      [{ id, tags: [tag], hosts: null, paths: [], service: null, protocols: [], strip_path: true }],
    ]);
  });

  test.each([
    ["no data", { next: null }],
    ["an entity without id", { data: [{ name: "x" }] }],
    ["an offset that is no text", { data: [], offset: 3 }],
    ["the same offset again", { data: [], offset: "again" }],
    ["no object", []],
  ])("with %s is an error, never a short list", async (_, page) => {
    const { kong } = kongAnswering(() => answered(200, page));
    await expect(listed(kong)).rejects.toMatchObject({ name: "KongError", kind: "unavailable", outcomeUnknown: false });
  });

  test("of a collection that is not there is an error, never an empty list", async () => {
    const { kong } = kongAnswering(() => answered(404, { message: "Not found" }));
    await expect(listed(kong)).rejects.toMatchObject({ kind: "unavailable", status: 404 });
  });
});

describe("the foreign routes", () => {
  test("are all routes without our tag, cut to what is told of them", async () => {
    const foreign = {
      ...answeredRoute,
      id: "foreign",
      name: "x".repeat(1_000),
      tags: Array.from({ length: 50 }, String),
    };
    const bare = { id: "bare", name: null, hosts: null, tags: null };
    const { kong, transport } = kongAnswering(({ query }) =>
      query?.["offset"] === undefined
        ? answered(200, { data: [answeredRoute, foreign], offset: "more" })
        : answered(200, { data: [bare] }),
    );
    const found: unknown[] = [];
    for await (const page of kong.foreignRoutes()) found.push(...page);
    expect(found).toEqual([
      { id: "foreign", name: "x".repeat(200), hosts: ["shop.acme.org"], tags: foreign.tags.slice(0, 20) },
      { id: "bare", name: "", hosts: [], tags: [] },
    ]);
    expect(transport.requests.map(({ path, query }) => [path, query?.["tags"]])).toEqual([
      ["/routes", undefined],
      ["/routes", undefined],
    ]);
  });
});

describe("one entity", () => {
  test("is ours if it carries our tag", async () => {
    const { kong, transport } = kongAnswering(() => answered(200, answeredRoute));
    expect(await kong.get("routes", id)).toEqual({ entity: route, ours: true });
    expect(transport.requests[0]).toMatchObject({ method: "GET", path: `/routes/${id}` });
  });

  test("is foreign if it carries other tags, or none", async () => {
    const { kong } = kongAnswering(() => answered(200, { ...answeredRoute, tags: null }));
    expect(await kong.get("routes", id)).toEqual({ entity: { ...route, tags: [] }, ours: false });
  });

  test("is absent where Kong says so, and only there", async () => {
    const bodies = [
      { message: "Not found" },
      { message: "not found", code: 6 },
      { message: "no Route matched with those values" },
    ];
    const { kong, transport } = kongAnswering(() => answered(404, bodies[transport.requests.length - 1]));
    expect(await kong.get("routes", id)).toBeUndefined();
    expect(await kong.get("routes", id)).toBeUndefined();
    await expect(kong.get("routes", id)).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("a plugin is read with what it does at access", async () => {
    const plugin: KongPlugin = {
      id: "b1000000-0000-4000-8000-000000000001",
      name: "pre-function",
      service: { id: serviceId },
      config: { access: ["return"], rewrite: [], certificate: [] },
      enabled: true,
      tags: [tag],
    };
    const answer = {
      ...plugin,
      config: { access: ["return"], certificate: {}, log: {} },
      route: null,
      protocols: ["http"],
    };
    const { kong } = kongAnswering(() => answered(200, answer));
    expect(await kong.get("plugins", plugin.id)).toEqual({ entity: plugin, ours: true });
  });
});

describe("a write", () => {
  test("creates by POST with the id that was chosen, changes by PATCH what was named, removes by DELETE", async () => {
    const status: Readonly<Record<string, number>> = { POST: 201, PATCH: 200, DELETE: 204 };
    const { kong, transport } = kongAnswering(({ method }) => answered(status[method] ?? 500, { id: serviceId }));
    await kong.create("services", service);
    await kong.update("services", serviceId, { port: 81 });
    await kong.remove("services", serviceId);
    expect(transport.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "/services", service],
      ["PATCH", `/services/${serviceId}`, { port: 81 }],
      ["DELETE", `/services/${serviceId}`, undefined],
    ]);
  });

  test("that Kong answers with another success is not believed", async () => {
    const { kong } = kongAnswering(() => answered(200, { login: "here" }));
    await expect(kong.create("services", service)).rejects.toMatchObject({ kind: "unavailable", outcomeUnknown: true });
    await expect(kong.remove("services", serviceId)).rejects.toMatchObject({
      kind: "unavailable",
      outcomeUnknown: true,
    });
  });

  test.each([{ login: "here" }, { id: "another" }, [], undefined])(
    "that is answered with the status of success and %j, which is not the entity, is not believed",
    async (body) => {
      const { kong } = kongAnswering(({ method }) => answered(method === "POST" ? 201 : 200, body));
      const unsure = { kind: "unavailable", outcomeUnknown: true };
      await expect(kong.create("services", service)).rejects.toMatchObject(unsure);
      await expect(kong.update("services", serviceId, { port: 81 })).rejects.toMatchObject(unsure);
      await expect(kong.get("services", serviceId)).rejects.toMatchObject({ kind: "unavailable" });
    },
  );

  test("removing what Kong says is not there succeeds; a stranger's 404 does not count", async () => {
    const bodies = [{ code: 6, message: "could not find the entity" }, { message: "Not found" }];
    const { kong, transport } = kongAnswering(() => answered(404, bodies[transport.requests.length - 1]));
    await kong.remove("routes", id);
    await expect(kong.remove("routes", id)).rejects.toMatchObject({ kind: "unavailable" });
  });

  const violation = (code: number, name: string, fields: unknown): unknown => ({
    code,
    name,
    message: `${name} of it`,
    fields,
  });
  test.each([
    [400, violation(3, "primary key violation", { id }), "idTaken"],
    [409, violation(5, "unique constraint violation", { name: "x" }), "nameTaken"],
    [400, violation(4, "foreign key violation", { service: { id } }), "missingReference"],
    [400, violation(13, "foreign keys unresolved", { service: { name: "x" } }), "missingReference"],
    [400, violation(4, "foreign key violation", { "@referenced_by": "routes" }), "stillReferenced"],
    [404, violation(6, "not found", { id }), "notFound"],
    [400, violation(2, "schema violation", { paths: ["x"] }), "refused"],
    [405, violation(12, "operation unsupported", {}), "refused"],
    [400, { message: "Cannot parse JSON body" }, "refused"],
    [401, { message: "Unauthorized" }, "unavailable"],
    [403, { message: "Forbidden" }, "unavailable"],
    [429, { message: "API rate limit exceeded" }, "unavailable"],
    [404, { message: "Not found" }, "unavailable"],
    [500, { message: "An unexpected error occurred" }, "unavailable"],
    [503, { message: "no healthy upstream" }, "unavailable"],
  ])("that is answered with %i %j is %s", async (status, body, kind) => {
    const { kong } = kongAnswering(() => answered(status, body));
    const error: unknown = await kong.update("routes", id, { strip_path: true }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KongError);
    expect(error).toMatchObject({ status, kind, outcomeUnknown: status >= 500 });
  });

  test("has Kong's words, code and fields in its error, and not more of them than fit", async () => {
    const body = violation(2, "schema violation", { paths: ["should start with: /"] });
    const long = { code: 2, message: "x".repeat(5_000) };
    const { kong, transport } = kongAnswering(() => answered(400, transport.requests.length === 1 ? body : long));
    await expect(kong.create("routes", route)).rejects.toMatchObject({
      message: "Kong refused POST /routes (400, schema violation): schema violation of it",
      code: 2,
      kongName: "schema violation",
      kongMessage: "schema violation of it",
      why: "schema violation of it",
      fields: { paths: ["should start with: /"] },
    });
    const error: unknown = await kong.create("routes", route).catch((thrown: unknown) => thrown);
    expect((error as Error).message.length).toBeLessThan(600);
  });
});

test("every call is observed with its outcome", async () => {
  const calls: KongCall[] = [];
  const answers = [answered(200, answeredRoute), answered(404, { message: "Not found" }), answered(409, { code: 5 })];
  const { kong, transport } = kongAnswering(
    () => answers[transport.requests.length - 1] ?? answered(500),
    (call) => calls.push(call),
  );
  await kong.get("routes", id);
  await kong.get("routes", id);
  await kong.create("services", service).catch(() => undefined);
  await kong.info().catch(() => undefined);
  expect(calls.map(({ method, collection, outcome }) => [method, collection, outcome])).toEqual([
    ["GET", "routes", "ok"],
    ["GET", "routes", "notFound"],
    ["POST", "services", "nameTaken"],
    ["GET", "root", "unavailable"],
  ]);
  expect(calls.every(({ seconds }) => seconds >= 0 && seconds < 1)).toBe(true);
});
