import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { kongClient } from "../../src/kong/client.ts";
import type { Kong } from "../../src/kong/client.ts";
import { kongTransport } from "../../src/kong/transport.ts";
import type { KongTransport } from "../../src/kong/calls.ts";
import type { KongService } from "../../src/plan/kong/entities.ts";
import { leadingNowhere } from "../../src/plan/kong/service.ts";
import { embeddedGateway } from "./running-kong.ts";
import type { EmbeddedGateway } from "./running-kong.ts";

let gateway: EmbeddedGateway;
let transport: KongTransport;
let kong: Kong;

beforeAll(async () => {
  gateway = await embeddedGateway();
});
beforeEach(() => {
  transport = kongTransport({ url: gateway.adminUrl, timeoutMs: 400, connections: 40 });
  kong = kongClient(transport, { tag: "ours", pageSize: 2, writes: 2, removals: 2 });
});
afterEach(async () => {
  await gateway.misbehave(undefined);
  await transport.close();
});
afterAll(() => gateway.stop());

const service = (): KongService => {
  const id = randomUUID();
  return {
    ...leadingNowhere,
    id,
    name: `s-${id}`,
    host: "shop.team.svc",
    tags: ["ours"],
  };
};

/** What a fault makes of a creation: its error, and whether Kong did it after all. */
async function createdUnder(effect: object): Promise<{ error: unknown; exists: boolean }> {
  const one = service();
  await gateway.misbehave({ effect, method: "POST" });
  const error: unknown = await kong.create("services", one).catch((thrown: unknown) => thrown);
  return { error, exists: (await kong.get("services", one.id)) !== undefined };
}

test.each<[object, boolean, object]>([
  [{ kind: "reset" }, false, { outcomeUnknown: true }],
  [{ kind: "reset", after: true }, true, { outcomeUnknown: true }],
  [{ kind: "half-answer" }, true, { outcomeUnknown: true }],
  [{ kind: "silence" }, false, { outcomeUnknown: true }],
  [{ kind: "silence", after: true }, true, { outcomeUnknown: true }],
  [{ kind: "status", status: 500 }, false, { outcomeUnknown: true, status: 500 }],
  [{ kind: "status", status: 502, after: true }, true, { outcomeUnknown: true, status: 502 }],
  [{ kind: "retry-later", seconds: 3 }, false, { outcomeUnknown: false, status: 429, retryAfterMs: 3_000 }],
])(
  "a creation under %j is unavailable (done: %s), and the error tells whether to look",
  async (effect, done, expected) => {
    const { error, exists } = await createdUnder(effect);
    expect(error).toMatchObject({ kind: "unavailable", ...expected });
    expect(exists).toBe(done);
  },
);

test.each([[{ kind: "reset" }], [{ kind: "half-answer" }], [{ kind: "silence" }], [{ kind: "status", status: 500 }]])(
  "a list that breaks off under %j on a later page throws instead of ending early",
  async (effect) => {
    for (let i = 0; i < 5; i++) await kong.create("services", service());
    await gateway.misbehave({ effect, method: "GET", path: "^/services$", skip: 1 });
    const pages: unknown[] = [];
    const listing = (async () => {
      for await (const page of kong.list("services")) pages.push(page);
    })();
    await expect(listing).rejects.toMatchObject({ kind: "unavailable", outcomeUnknown: false });
    expect(pages).toHaveLength(1);
  },
);

test("a Kong that was away is used again as soon as it is back", async () => {
  const one = service();
  await kong.create("services", one);
  await gateway.go("away");
  await expect(kong.remove("services", one.id)).rejects.toMatchObject({ kind: "unavailable" });
  await expect(kong.ready()).rejects.toMatchObject({ kind: "unavailable" });
  await gateway.go("back");
  expect(await kong.ready()).toBe(true);
  await kong.remove("services", one.id);
  expect(await kong.get("services", one.id)).toBeUndefined();
});

test("a removal is done while every place for writes is taken by calls that hang", async () => {
  const one = service();
  await kong.create("services", one);
  await gateway.misbehave({ effect: { kind: "silence" }, method: "POST", count: 2 });
  const hanging = Promise.allSettled([service(), service(), service()].map((other) => kong.create("services", other)));
  const ended: string[] = [];
  void hanging.then(() => ended.push("writes"));
  await kong.remove("services", one.id);
  ended.push("removal");
  expect(await kong.get("services", one.id)).toBeUndefined();
  expect((await hanging).map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  expect(ended).toEqual(["removal", "writes"]);
});
