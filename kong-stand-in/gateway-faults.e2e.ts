import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startGateway, type FaultRule, type RunningGateway } from "./src/index.ts";

describe("the stand-in misbehaves on demand", () => {
  let gateway: RunningGateway;
  beforeEach(async () => {
    gateway = await startGateway({ controlPort: 0 });
  });
  afterEach(() => gateway.stop());

  const create = (name: string): Promise<Response> =>
    fetch(`${gateway.adminUrl}/services`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name, host: "h" }),
    });
  const names = (): readonly (string | null)[] => [...gateway.store.services.values()].map(({ name }) => name);

  test("a status in place of the answer leaves the write undone, or done if it is asked to", async () => {
    gateway.faults.add({ effect: { kind: "status", status: 503 } });
    gateway.faults.add({ effect: { kind: "status", status: 500, after: true } });
    expect((await create("before")).status).toBe(503);
    expect((await create("after")).status).toBe(500);
    expect(names()).toEqual(["after"]);
    expect((await create("healthy")).status).toBe(201);
  });

  test("a reset comes before the write, or after it took effect", async () => {
    gateway.faults.add({ effect: { kind: "reset" } });
    gateway.faults.add({ effect: { kind: "reset", after: true } });
    await expect(create("before")).rejects.toThrow();
    await expect(create("after")).rejects.toThrow();
    expect(names()).toEqual(["after"]);
  });

  test("half of an answer comes, and then the connection ends", async () => {
    gateway.faults.add({ effect: { kind: "half-answer" } });
    const answer = await create("written");
    expect(answer.status).toBe(201);
    await expect(answer.text()).rejects.toThrow();
    expect(names()).toEqual(["written"]);
  });

  test("silence lasts until the client gives up", async () => {
    gateway.faults.add({ effect: { kind: "silence" } });
    await expect(fetch(`${gateway.adminUrl}/services`, { signal: AbortSignal.timeout(100) })).rejects.toThrow(
      /timeout/,
    );
  });

  test("429 says when to come again", async () => {
    gateway.faults.add({ effect: { kind: "retry-later", seconds: 7 } });
    const answer = await create("later");
    expect([answer.status, answer.headers.get("Retry-After"), names()]).toEqual([429, "7", []]);
  });

  test("a partial list has its first rows and says that it is complete", async () => {
    for (const name of ["a", "b", "c"]) await create(name);
    gateway.faults.add({ effect: { kind: "partial-list", keep: 1 }, path: "^/services$" });
    const list = (await (await fetch(`${gateway.adminUrl}/services`)).json()) as { data: unknown[]; next: unknown };
    expect([list.data.length, list.next]).toEqual([1, null]);
  });

  test("a rule hits the calls that it names, after those that it skips, as often as it says", async () => {
    gateway.faults.add({
      effect: { kind: "status", status: 502 },
      method: "POST",
      path: "^/services$",
      skip: 1,
      count: 2,
    });
    const statuses = [];
    for (const name of ["a", "b", "c", "d"]) statuses.push((await create(name)).status);
    expect(statuses).toEqual([201, 502, 502, 201]);
    expect(gateway.faults.rules()).toEqual([]);
  });

  test("it goes away, refuses connections, and comes back on the same port with what it knew", async () => {
    await create("kept");
    await gateway.faults.goAway();
    await expect(fetch(`${gateway.adminUrl}/services/kept`)).rejects.toThrow();
    await gateway.faults.comeBack();
    expect((await fetch(`${gateway.adminUrl}/services/kept`)).status).toBe(200);
  });

  test("the calls are remembered, and the writes among them can be told", async () => {
    await create("a");
    await fetch(`${gateway.adminUrl}/services?size=1`);
    await fetch(`${gateway.adminUrl}/services/a`, { method: "DELETE" });
    expect(gateway.calls.all().map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /services",
      "GET /services?size=1",
      "DELETE /services/a",
    ]);
    expect(gateway.calls.writes()).toEqual(["POST /services", "DELETE /services/a"]);
  });

  test("another process can do the same over the control port", async () => {
    const control = (method: string, path: string, body?: FaultRule): Promise<Response> =>
      fetch(`${gateway.controlUrl}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    await control("POST", "/__faults", { effect: { kind: "status", status: 503 } });
    expect((await create("a")).status).toBe(503);
    await control("POST", "/__faults/away");
    await expect(create("b")).rejects.toThrow();
    await control("POST", "/__faults/back");
    expect((await create("c")).status).toBe(201);
    const { calls } = (await (await control("GET", "/__calls")).json()) as { calls: readonly unknown[] };
    expect(calls).toHaveLength(2);
  });

  test("the Admin API itself knows nothing of faults", async () => {
    expect((await fetch(`${gateway.adminUrl}/__faults`)).status).toBe(404);
  });
});
