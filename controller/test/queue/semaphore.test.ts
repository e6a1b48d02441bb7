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
    held[0]?.answer(answered(200, {}));
    await first;
    await settle();
    expect(held.map(({ request }) => request.body)).toEqual([{ port: 1 }, { port: 2 }, { port: 3 }]);
    held[1]?.answer(answered(500, {}));
    held[2]?.answer(answered(200, {}));
    await settle();
    held[3]?.answer(answered(200, {}));
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
    const waiting = kong.create("services", service, controller.signal);
    await settle();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ kind: "unavailable", outcomeUnknown: false });
    await expect(kong.create("services", service, controller.signal)).rejects.toMatchObject({ outcomeUnknown: false });
    for (const { answer } of held) answer(answered(201, {}));
    await Promise.all(running);
    expect(held).toHaveLength(2);
  });

  test("need as many connections as there are places", () => {
    expect(connectionsNeeded({ writes: 3, removals: 4, reads: 5 })).toBe(12);
    expect(connectionsNeeded({ writes: 16, removals: 16 })).toBe(40);
  });
});
