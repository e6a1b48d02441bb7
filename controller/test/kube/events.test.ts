import { describe, expect, test } from "vitest";
import { eventRecorder } from "../../src/kube/events.ts";
import type { KubeEvent } from "../../src/kube/event-object.ts";
import { unavailable } from "../../src/kube/errors.ts";
import { fakeApi, statusAnswer } from "./fake-api.ts";
import type { FakeObject } from "./fake-api.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeLog } from "./fake-log.ts";

const path = "/apis/events.k8s.io/v1/events";

function recording() {
  const api = fakeApi();
  const clock = new FakeClock();
  const log = fakeLog();
  let random = 0;
  const options = { transport: api, clock, log, controllerName: "platform.koli.io/kong", instance: "pod-1" };
  const recorder = eventRecorder({ ...options, random: () => (random += 0.001) % 1 });
  return { api, clock, log, recorder };
}

function event(of: Partial<KubeEvent> & { readonly uid?: string; readonly namespace?: string } = {}): KubeEvent {
  const { uid = "u1", namespace = "shop", ...rest } = of;
  return {
    regarding: { apiVersion: "platform.koli.io/v1", kind: "Domain", namespace, name: "acme", uid },
    ...{ type: "Warning", reason: "AlreadyClaimed", action: "Decide", note: "someone else holds acme.org" },
    ...rest,
  };
}

/** The Event objects that were created, with the last state of each. */
function written(api: ReturnType<typeof fakeApi>): readonly FakeObject[] {
  const names = api.requests.filter(({ method }) => method === "POST").map(({ body }) => (body as FakeObject).metadata);
  return names.flatMap(({ name, namespace }) => api.get(path, name, namespace) ?? []);
}

describe("an event", () => {
  test("is written as events.k8s.io/v1 wants it", async () => {
    const { api, clock, recorder } = recording();
    recorder.record(event());
    await clock.pass(0);
    expect(written(api)).toEqual([
      expect.objectContaining({
        apiVersion: "events.k8s.io/v1",
        kind: "Event",
        metadata: expect.objectContaining({ namespace: "shop", name: expect.stringMatching(/^acme\.[0-9a-f]+$/) }),
        eventTime: "2026-04-04T12:00:00.000000Z",
        reportingController: "platform.koli.io/kong",
        reportingInstance: "pod-1",
        ...{ type: "Warning", reason: "AlreadyClaimed", action: "Decide", note: "someone else holds acme.org" },
        regarding: event().regarding,
      }),
    ]);
    expect(written(api)[0]).not.toHaveProperty("series");
  });

  test("on a cluster-scoped object lives in the namespace default", async () => {
    const { api, clock, recorder } = recording();
    recorder.record(event({ namespace: "" }));
    await clock.pass(0);
    expect(written(api)[0]?.metadata.namespace).toBe("default");
  });

  test("has a note of at most 1 kB, whole characters", async () => {
    const { api, clock, recorder } = recording();
    recorder.record(event({ note: "ü".repeat(100_000) }));
    await clock.pass(0);
    const note = String(written(api)[0]?.["note"]);
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
    expect(note).toMatch(/^ü+\.\.\.$/);
  });

  test("for an object with the longest name is still a valid name", async () => {
    const { api, clock, recorder } = recording();
    const name = `${"a".repeat(199)}.${"b".repeat(53)}`;
    recorder.record({ ...event(), regarding: { ...event().regarding, name } });
    await clock.pass(0);
    expect(written(api)[0]?.metadata.name).toMatch(/^a{199}\.[0-9a-f]{10,40}$/);
  });
});

describe("an event that repeats", () => {
  test("counts one series up, with ever fewer writes", async () => {
    const { api, clock, recorder } = recording();
    for (let second = 0; second < 600; second += 1) {
      recorder.record(event());
      await clock.pass(1_000);
    }
    await clock.pass(360_000);
    expect(written(api)).toHaveLength(1);
    expect(written(api)[0]?.["series"]).toMatchObject({ count: 600, lastObservedTime: "2026-04-04T12:09:59.000000Z" });
    expect(api.requests.length).toBeLessThan(10);
  });

  test("after six quiet minutes is a new one", async () => {
    const { api, clock, recorder } = recording();
    recorder.record(event());
    await clock.pass(360_001);
    recorder.record(event());
    await clock.pass(0);
    expect(written(api)).toHaveLength(2);
  });

  test("is a new one if the API server has forgotten the first", async () => {
    const { api, clock, recorder } = recording();
    recorder.record(event());
    await clock.pass(0);
    api.remove(path, String(written(api)[0]?.metadata.name), "shop");
    recorder.record(event());
    await clock.pass(10_000);
    expect(written(api)).toHaveLength(1);
    expect(written(api)[0]?.["series"]).toMatchObject({ count: 2 });
  });

  test("is told apart by object, reason and note", async () => {
    const { api, clock, recorder } = recording();
    for (const other of [{}, { uid: "u2" }, { reason: "ParentClaimed" }, { note: "else" }])
      recorder.record(event(other));
    await clock.pass(0);
    expect(written(api)).toHaveLength(4);
  });
});

describe("a flood", () => {
  test("of different events on one object is cut to ten, then two a minute", async () => {
    const { api, clock, recorder } = recording();
    for (let second = 0; second < 600; second += 1) {
      recorder.record(event({ note: `note ${second}` }));
      await clock.pass(1_000);
    }
    expect(written(api).length).toBeLessThanOrEqual(30);
    expect(written(api).length).toBeGreaterThanOrEqual(28);
    expect(recorder.dropped()).toBe(600 - written(api).length);
  });

  test("from one namespace is cut, and leaves room for the others", async () => {
    const { api, clock, recorder } = recording();
    for (let n = 0; n < 5_000; n += 1) recorder.record(event({ uid: `u${n}` }));
    recorder.record(event({ uid: "other", namespace: "quiet" }));
    await clock.pass(1_000);
    expect(written(api).filter(({ metadata }) => metadata.namespace === "shop")).toHaveLength(100);
    expect(written(api).filter(({ metadata }) => metadata.namespace === "quiet")).toHaveLength(1);
  });

  test("of which the API server takes no more from one namespace keeps nobody else's waiting", async () => {
    const { api, clock, recorder } = recording();
    api.fault = ({ path: asked }) =>
      asked.includes("/namespaces/shop/") ? statusAnswer(429, "TooManyRequests") : undefined;
    for (let n = 0; n < 100; n += 1) recorder.record(event({ uid: `u${n}` }));
    recorder.record(event({ uid: "other", namespace: "quiet" }));
    await clock.pass(0);
    expect(written(api).map(({ metadata }) => metadata.namespace)).toEqual(["quiet"]);
    // Of the one that waits no more is asked than that.
    expect(api.requests).toHaveLength(2);
    api.fault = undefined;
    await clock.pass(1_000);
    expect(written(api)).toHaveLength(101);
    expect(recorder.dropped()).toBe(0);
  });

  test("while the API server is away is bounded, and drop is counted", async () => {
    const { api, clock, recorder } = recording();
    api.fault = () => Promise.reject(unavailable("POST"));
    for (let n = 0; n < 5_000; n += 1) recorder.record(event({ uid: `u${n}`, namespace: `ns${n}` }));
    await clock.pass(0);
    expect(recorder.dropped()).toBe(3_999);
  });

  test("of a namespace of which the API server takes no more leave room for everybody else's, for as long as that goes on", async () => {
    const { api, clock, recorder } = recording();
    api.fault = ({ path: asked }) =>
      asked.includes("/namespaces/shop/") ? statusAnswer(429, "TooManyRequests") : undefined;
    for (let second = 0; second < 600; second += 1) {
      for (let n = 0; n < 3; n += 1) recorder.record(event({ uid: `u${second}.${n}` }));
      await clock.pass(1_000);
    }
    recorder.record(event({ uid: "other", namespace: "quiet" }));
    await clock.pass(0);
    expect(written(api).map(({ metadata }) => metadata.namespace)).toEqual(["quiet"]);
  });

  test("that waits for its namespace while very many others come is counted as dropped when there is no room for it", async () => {
    const { api, clock, recorder } = recording();
    api.fault = ({ path: asked }) =>
      asked.includes("/namespaces/shop/") ? statusAnswer(429, "TooManyRequests") : undefined;
    recorder.record(event());
    for (let n = 0; n < 2_000; n += 1) {
      recorder.record(event({ uid: `other${n}`, namespace: `ns${n}` }));
      if (n % 500 === 0) await clock.pass(0);
    }
    await clock.pass(0);
    expect(written(api)).toHaveLength(2_000);
    expect(recorder.dropped()).toBe(1);
  });
});

describe("trouble", () => {
  test("an API server that is away for a moment loses no event", async () => {
    const { api, clock, recorder } = recording();
    api.fault = () => statusAnswer(503, "ServiceUnavailable");
    recorder.record(event());
    await clock.pass(500);
    api.fault = undefined;
    await clock.pass(600);
    expect(written(api)).toHaveLength(1);
  });

  test("an event that the API server refuses is left out, and the next one is written", async () => {
    const { api, clock, log, recorder } = recording();
    api.fault = ({ body }) => ((body as FakeObject)["reason"] === "Bad" ? statusAnswer(403, "Forbidden") : undefined);
    recorder.record(event({ reason: "Bad" }));
    recorder.record(event());
    await clock.pass(0);
    expect(written(api)).toHaveLength(1);
    expect(recorder.dropped()).toBe(1);
    expect(log.lines).toMatchObject([{ level: "warn" }]);
  });

  test("an event of a namespace that is being deleted is left out without a warning", async () => {
    const { api, clock, log, recorder } = recording();
    const details = { causes: [{ reason: "NamespaceTerminating", field: "metadata.namespace" }] };
    api.fault = () => statusAnswer(403, "Forbidden", { details });
    recorder.record(event());
    await clock.pass(0);
    expect(log.lines).toMatchObject([{ level: "debug" }]);
  });
});

describe("stopping", () => {
  test("writes what is queued and what was counted since, and takes nothing more", async () => {
    const { api, clock, recorder } = recording();
    recorder.record(event());
    await clock.pass(0);
    recorder.record(event());
    recorder.record(event({ uid: "u2" }));
    await recorder.stop();
    recorder.record(event({ uid: "u3" }));
    await clock.pass(60_000);
    expect(written(api).map((object) => object["series"])).toEqual([expect.objectContaining({ count: 2 }), undefined]);
  });

  test("writes what waited for the API server to take more", async () => {
    const { api, clock, recorder } = recording();
    api.fault = () => statusAnswer(429, "TooManyRequests");
    recorder.record(event());
    await clock.pass(0);
    api.fault = undefined;
    const stopping = recorder.stop();
    await clock.pass(0);
    expect(written(api)).toHaveLength(1);
    await stopping;
  });

  test("waits no longer than it may for an API server that does not answer", async () => {
    const { api, clock, recorder } = recording();
    api.fault = ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(unavailable("POST"))));
    recorder.record(event());
    let stopped = false;
    void recorder.stop(2_000).then(() => (stopped = true));
    await clock.pass(1_999);
    expect(stopped).toBe(false);
    await clock.pass(1);
    expect(stopped).toBe(true);
  });
});
