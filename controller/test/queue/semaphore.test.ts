import { describe, expect, test } from "vitest";
import { connectionsNeeded } from "../../src/kong/client.ts";
import type { KongRequest, KongResponse } from "../../src/kong/calls.ts";
import { answeredRoute, kongAnswering } from "../kong/answering-kong.ts";
import { id, service, serviceId } from "../kong/examples.ts";
import { answered } from "../kong/fake-transport.ts";

describe("many calls at once", () => {
  /** A Kong that answers when told to. */
  function hanging() {
    const held: { readonly request: KongRequest; readonly answer: (response: KongResponse) => void }[] = [];
    const made = kongAnswering((request) => new Promise((resolve) => held.push({ request, answer: resolve })));
    return { ...made, held };
  }
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test("are sent as far as places are free, in the order in which they came", async () => {
    const { kong, held } = hanging();
    const [first, ...others] = [1, 2, 3, 4].map((port) => kong.update("services", serviceId, { port }));
    const settled = Promise.allSettled(others);
    await settle();
    expect(held.map(({ request }) => request.body)).toEqual([{ port: 1 }, { port: 2 }]);
    held[0]?.answer(answered(200, { id: serviceId }));
    await first;
    await settle();
    expect(held.map(({ request }) => request.body)).toEqual([{ port: 1 }, { port: 2 }, { port: 3 }]);
    held[1]?.answer(answered(500, {}));
    held[2]?.answer(answered(200, { id: serviceId }));
    await settle();
    held[3]?.answer(answered(200, { id: serviceId }));
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  });

  test("removals and reads go on while every write hangs", async () => {
    const { kong, held } = hanging();
    const writes = Array.from({ length: 5 }, () => kong.create("services", service));
    const removal = kong.remove("routes", id);
    const reading = kong.get("routes", id);
    await settle();
    for (const { request, answer } of held) {
      if (request.method === "DELETE") answer(answered(204));
      if (request.method === "GET") answer(answered(200, answeredRoute));
    }
    await removal;
    expect((await reading)?.ours).toBe(true);
    expect(held.filter(({ request }) => request.method === "POST")).toHaveLength(2);
    expect(writes).toHaveLength(5);
  });

  test("one that is given up while it waits is never sent", async () => {
    const { kong, held } = hanging();
    const controller = new AbortController();
    const running = [kong.create("services", service), kong.create("services", service)];
    const waiting = kong.create("services", service, { signal: controller.signal });
    await settle();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ kind: "unavailable", outcomeUnknown: false });
    await expect(kong.create("services", service, { signal: controller.signal })).rejects.toMatchObject({
      outcomeUnknown: false,
    });
    for (const { answer } of held) answer(answered(201, { id: serviceId }));
    await Promise.all(running);
    expect(held).toHaveLength(2);
  });

  test("take turns by tenant, in each lane: one with very many delays the others by one call at a time", async () => {
    const { kong, held } = hanging();
    const call = (kind: "write" | "removal", tenant: string, port: number): Promise<void> =>
      kind === "write"
        ? kong.update("services", serviceId, { port }, { tenant })
        : kong.remove("services", `${tenant}-${String(port)}`, { tenant });
    const running: Promise<void>[] = [];
    for (const kind of ["write", "removal"] as const) {
      for (let i = 0; i < 6; i++) running.push(call(kind, "mallory", i));
      for (const tenant of ["acme", "shop"]) running.push(call(kind, tenant, 100));
    }
    for (let answeredCalls = 0; answeredCalls < running.length; answeredCalls++) {
      await settle();
      const { request, answer } = held[answeredCalls] ?? {};
      answer?.(request?.method === "DELETE" ? answered(204) : answered(200, { id: serviceId }));
    }
    await Promise.all(running);
    const order = (method: string): readonly unknown[] =>
      held.filter(({ request }) => request.method === method).map(({ request }) => request.body ?? request.path);
    expect(
      order("PATCH")
        .slice(0, 5)
        .map((body) => (body as { port: number }).port),
    ).toEqual([0, 1, 2, 100, 100]);
    expect(order("DELETE").slice(2, 5)).toEqual(["/services/mallory-2", "/services/acme-100", "/services/shop-100"]);
  });

  test("leave no place behind when they are given up in the middle of a line", async () => {
    const { kong, held } = hanging();
    const given = new AbortController();
    const [first, second] = [0, 1].map((port) => kong.update("services", serviceId, { port }));
    const left = kong.update("services", serviceId, { port: 2 }, { tenant: "a", signal: given.signal });
    const stays = kong.update("services", serviceId, { port: 3 }, { tenant: "a" });
    await settle();
    given.abort();
    await expect(left).rejects.toMatchObject({ kind: "unavailable" });
    for (const { answer } of held) answer(answered(200, { id: serviceId }));
    await Promise.all([first, second]);
    await settle();
    held[2]?.answer(answered(200, { id: serviceId }));
    await stays;
    expect(held.map(({ request }) => request.body)).toEqual([{ port: 0 }, { port: 1 }, { port: 3 }]);
  });

  test("need as many connections as there are places", () => {
    expect(connectionsNeeded({ writes: 3, removals: 4, reads: 5 })).toBe(12);
    expect(connectionsNeeded({ writes: 16, removals: 16 })).toBe(40);
  });
});
