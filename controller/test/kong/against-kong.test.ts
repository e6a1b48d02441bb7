import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectionsNeeded, kongClient, requireSupportedKong } from "../../src/kong/client.ts";
import type { Kong } from "../../src/kong/client.ts";
import { KongError } from "../../src/kong/errors.ts";
import type { KongErrorKind } from "../../src/kong/errors.ts";
import { kongTransport } from "../../src/kong/transport.ts";
import type { KongTransport } from "../../src/kong/calls.ts";
import type { Collection, KongPlugin, KongRoute, KongService } from "../../src/plan/kong/entities.ts";
import * as examples from "./examples.ts";
import { runningKong } from "./running-kong.ts";
import type { RunningKong } from "./running-kong.ts";

/** Every character that the setting takes, and a mark of this run: other runs and other owners are not touched. */
const run = randomUUID();
const tag = `test:${run}@a.b_c~d+e`;
let running: RunningKong;
let transport: KongTransport;
let kong: Kong;
let stranger: Kong;

beforeAll(async () => {
  running = await runningKong();
  transport = kongTransport({ url: running.adminUrl, timeoutMs: 10_000, connections: connectionsNeeded({}) });
  kong = kongClient(transport, { tag, pageSize: 2 });
  stranger = kongClient(transport, { tag: `stranger-${run}` });
});

afterAll(async () => {
  for (const collection of ["routes", "plugins", "services"] as const) {
    for (const client of [kong, stranger])
      for (const id of await idsOf(client, collection)) await client.remove(collection, id);
  }
  await transport.close();
  await running.stop();
});

async function idsOf(client: Kong, collection: Collection): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of client.list(collection)) ids.push(...page.map(({ id }) => id));
  return ids;
}

const service = (change: Partial<KongService> = {}): KongService => {
  const id = randomUUID();
  return { ...examples.service, id, name: `s-${id}`, tags: [tag], ...change };
};
const route = (serviceId: string, change: Partial<KongRoute> = {}): KongRoute => {
  const id = randomUUID();
  const own = {
    id,
    name: `r-${id}`,
    service: { id: serviceId },
    hosts: [`${id}.acme.test`],
    tags: ["k8s:team:shop", tag],
  };
  return { ...examples.route, ...own, ...change };
};
const plugin = (serviceId: string): KongPlugin => ({
  id: randomUUID(),
  name: "pre-function",
  service: { id: serviceId },
  config: { access: ["return"], rewrite: [], certificate: [] },
  enabled: true,
  tags: [tag],
});

async function created(change: Partial<KongService> = {}): Promise<KongService> {
  const made = service(change);
  await kong.create("services", made);
  return made;
}

async function kindOf(call: Promise<void>): Promise<KongErrorKind | "no error"> {
  try {
    await call;
    return "no error";
  } catch (error) {
    if (error instanceof KongError && !error.outcomeUnknown) return error.kind;
    throw error;
  }
}

describe("Kong", () => {
  test("is one that can be used, and is ready", async () => {
    const info = await kong.info();
    expect(requireSupportedKong(info)).toEqual({});
    expect(info).toMatchObject({ database: "postgres", preFunction: true });
    expect(await kong.ready()).toBe(true);
  });

  test("gives back what was created: all that is ours, nothing else", async () => {
    const [s, p] = [service(), plugin("")];
    const ofService = { ...p, service: { id: s.id } };
    const r = route(s.id);
    await kong.create("services", s);
    await kong.create("plugins", ofService);
    await kong.create("routes", r);
    expect(await kong.get("services", s.id)).toEqual({ entity: s, ours: true });
    expect(await kong.get("plugins", p.id)).toEqual({ entity: ofService, ours: true });
    expect(await kong.get("routes", r.id)).toEqual({ entity: r, ours: true });
    expect(await stranger.get("routes", r.id)).toEqual({ entity: r, ours: false });
    expect(await idsOf(stranger, "routes")).toEqual([]);
  });

  test("changes what an update names and leaves the rest", async () => {
    const s = await created();
    const r = route(s.id);
    await kong.create("routes", r);
    await kong.update("services", s.id, { port: 8080, enabled: false });
    await kong.update("routes", r.id, { hosts: null, protocols: ["https"], strip_path: true });
    expect((await kong.get("services", s.id))?.entity).toEqual({ ...s, port: 8080, enabled: false });
    expect((await kong.get("routes", r.id))?.entity).toEqual({
      ...r,
      hosts: null,
      protocols: ["https"],
      strip_path: true,
    });
  });

  test("lists everything of ours page by page, each entity once", async () => {
    const s = await created();
    const made = Array.from({ length: 7 }, () => route(s.id));
    await Promise.all(made.map((r) => kong.create("routes", r)));
    const pages: KongRoute[][] = [];
    for await (const page of kong.list("routes")) pages.push([...page]);
    const found = new Map(pages.flat().map((r) => [r.id, r]));
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.flat()).toHaveLength(found.size);
    for (const r of made) expect(found.get(r.id)).toEqual(r);
  });

  test("removes, also what is not there", async () => {
    const s = await created();
    await kong.remove("services", s.id);
    await kong.remove("services", s.id);
    expect(await kong.get("services", s.id)).toBeUndefined();
    expect(await idsOf(kong, "services")).not.toContain(s.id);
  });
});

describe("what Kong does not do has its kind:", () => {
  test("an id that is taken, also by a stranger's entity, which stays as it is", async () => {
    const theirs = service({ tags: [`stranger-${run}`] });
    await stranger.create("services", theirs);
    expect(await kindOf(kong.create("services", service({ id: theirs.id })))).toBe("idTaken");
    expect(await kong.get("services", theirs.id)).toEqual({ entity: theirs, ours: false });
  });

  test("a name that is taken, at creation and later", async () => {
    const [one, other] = [await created(), await created()];
    expect(await kindOf(kong.create("services", service({ name: one.name })))).toBe("nameTaken");
    expect(await kindOf(kong.update("services", other.id, { name: one.name }))).toBe("nameTaken");
  });

  test("a second plugin of the same kind on a service", async () => {
    const s = await created();
    await kong.create("plugins", plugin(s.id));
    expect(await kindOf(kong.create("plugins", plugin(s.id)))).toBe("nameTaken");
  });

  test("a service that is missing", async () => {
    expect(await kindOf(kong.create("routes", route(randomUUID())))).toBe("missingReference");
    expect(await kindOf(kong.create("plugins", plugin(randomUUID())))).toBe("missingReference");
  });

  test("a service that routes still refer to", async () => {
    const s = await created();
    const r = route(s.id);
    await kong.create("routes", r);
    expect(await kindOf(kong.remove("services", s.id))).toBe("stillReferenced");
    await kong.remove("routes", r.id);
    expect(await kindOf(kong.remove("services", s.id))).toBe("no error");
  });

  test("an update of what is gone", async () => {
    expect(await kindOf(kong.update("services", randomUUID(), { port: 81 }))).toBe("notFound");
    expect(await kindOf(kong.update("routes", randomUUID(), { strip_path: true }))).toBe("notFound");
  });

  test("an entity that breaks Kong's rules, with Kong's words", async () => {
    const s = await created();
    const call = kong.create("routes", route(s.id, { paths: ["no-slash"] }));
    await expect(call).rejects.toMatchObject({
      kind: "refused",
      status: 400,
      code: 2,
      kongName: "schema violation",
      kongMessage: expect.stringContaining("should start with: /") as string,
    });
  });

  test("a Kong that is not there", async () => {
    const away = kongTransport({ url: "http://127.0.0.1:1", timeoutMs: 2_000, connections: 1 });
    expect(await kindOf(kongClient(away, { tag }).create("services", service()))).toBe("unavailable");
    await away.close();
  });
});
