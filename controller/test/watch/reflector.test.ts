import { describe, expect, test } from "vitest";
import type { KubeResponse } from "../../src/kube/calls.ts";
import { unavailable } from "../../src/kube/errors.ts";
import type { WorldEvent } from "../../src/world/event.ts";
import { statusAnswer } from "../kube/fake-api.ts";
import { beginsList, follow, service, services, ways } from "./kit.ts";

describe.each(ways)("a reflector in a healthy world, its lists $way,", ({ streamsLists }) => {
  test("lists, then passes on what changes", async () => {
    const { api, clock, told } = await follow((api) => api.put(services, service("a")), undefined, { streamsLists });
    expect(told()).toEqual(["set a:80", "listed"]);
    api.put(services, service("b"));
    api.put(services, service("a", 81));
    api.remove(services, "b", "shop");
    await clock.pass(0);
    expect(told()).toEqual(["set b:80", "set a:81", "delete b"]);
  });

  test("goes on from the last bookmark, at once and without listing, when the server ends the watch", async () => {
    const { api, clock, counts, told } = await follow(undefined, undefined, { streamsLists });
    const elsewhere = api.put("/api/v1/pods", service("elsewhere"));
    api.bookmark(services);
    await clock.pass(60_000);
    api.compact();
    api.watches[0]?.close();
    await clock.pass(0);
    expect(counts()).toEqual({ lists: 1, watches: 2 });
    expect(api.watches[1]?.query["resourceVersion"]).toBe(elsewhere.metadata["resourceVersion"]);
    expect(told()).toEqual(["listed"]);
  });

  test("asks for bookmarks and for an end after 290 s, and ends a watch itself that outlives that by 10 s", async () => {
    const { api, clock, counts } = await follow(undefined, undefined, { streamsLists });
    expect(api.watches[0]?.query).toMatchObject({ allowWatchBookmarks: "true", timeoutSeconds: "290" });
    for (let bookmarks = 0; bookmarks < 10; bookmarks += 1) {
      await clock.pass(29_999);
      api.bookmark(services);
    }
    await clock.pass(9);
    expect(counts().watches).toBe(1);
    await clock.pass(1);
    expect(api.watches[0]?.open()).toBe(false);
    expect(counts()).toEqual({ lists: 1, watches: 2 });
  });

  test("passes nothing on, and asks for nothing, once it is stopped", async () => {
    const { api, clock, counts, reflector, told } = await follow(undefined, undefined, { streamsLists });
    api.put(services, service("late"));
    await reflector.stop();
    api.put(services, service("later"));
    await clock.pass(600_000);
    expect(told()).toEqual(["listed"]);
    expect(counts()).toEqual({ lists: 1, watches: 1 });
  });
});

describe.each(ways)("a reflector that is asked to list anew, its lists $way,", ({ streamsLists }) => {
  test("says when all has come that was written before, though its connection is dead without a sign", async () => {
    const { api, clock, reflector, told } = await follow((api) => api.put(services, service("a")), undefined, {
      streamsLists,
    });
    told();
    api.watches[0]?.mute();
    api.put(services, service("b"));
    await clock.pass(1_000);
    expect(told()).toEqual([]);
    const listed = answerOf(reflector.relist());
    await clock.pass(0);
    expect(told()).toEqual(["set b:80", "listed"]);
    expect(listed.come).toBe(true);
    api.put(services, service("c"));
    await clock.pass(0);
    expect(told()).toEqual(["set c:80"]);
  });

  test("says nothing while nothing can be listed, and goes on until it can", async () => {
    const { api, clock, reflector } = await follow(undefined, undefined, { streamsLists });
    api.fault = () => Promise.reject<KubeResponse>(unavailable("GET", new Error("other side closed")));
    const listed = [answerOf(reflector.relist()), answerOf(reflector.relist())];
    await clock.pass(120_000);
    expect(listed.map(({ come }) => come)).toEqual([false, false]);
    api.fault = undefined;
    await clock.pass(30_000);
    expect(listed.map(({ come }) => come)).toEqual([true, true]);
  });

  test("is not answered by a list that had begun before, which is given up", async () => {
    const { api, clock, reflector, told } = await follow(undefined, undefined, { streamsLists });
    let hangs = true;
    api.fault = (request) => {
      if (!hangs || !beginsList(request)) return undefined;
      return new Promise((_, reject) => request.signal?.addEventListener("abort", reject));
    };
    const first = answerOf(reflector.relist());
    await clock.pass(0);
    api.put(services, service("b"));
    told();
    hangs = false;
    const second = answerOf(reflector.relist());
    await clock.pass(0);
    expect([first.come, second.come]).toEqual([true, true]);
    expect(told()).toEqual(["set b:80", "listed"]);
  });
});

describe.each(ways)("a reflector whose watch is opened anew, its lists $way,", ({ streamsLists }) => {
  test("passes on what a connection that is dead without a sign has missed, from where it was, and nothing twice", async () => {
    const { api, clock, counts, reflector, told } = await follow(undefined, undefined, { streamsLists });
    api.put(services, service("a"));
    const last = api.put(services, service("b"));
    await clock.pass(0);
    api.watches[0]?.mute();
    api.put(services, service("a", 81));
    api.remove(services, "b", "shop");
    await clock.pass(1_000);
    expect(told()).toEqual(["listed", "set a:80", "set b:80"]);
    const opened = answerOf(reflector.reopen());
    await clock.pass(0);
    expect(opened.come).toBe(true);
    expect(told()).toEqual(["set a:81", "delete b"]);
    expect(counts()).toEqual({ lists: 1, watches: 2 });
    expect(api.watches[0]?.open()).toBe(false);
    expect(api.watches[1]?.query["resourceVersion"]).toBe(last.metadata["resourceVersion"]);
  });

  test("is waited for no longer than two seconds while the API server does not answer, and goes on all the same", async () => {
    const { api, clock, reflector, told } = await follow(undefined, undefined, { streamsLists });
    api.fault = () => Promise.reject<KubeResponse>(unavailable("GET", new Error("other side closed")));
    const opened = answerOf(reflector.reopen());
    await clock.pass(1_999);
    expect(opened.come).toBe(false);
    await clock.pass(1);
    expect(opened.come).toBe(true);
    api.fault = undefined;
    api.put(services, service("b"));
    await clock.pass(30_000);
    expect(told()).toEqual(["listed", "set b:80"]);
  });

  test("is what it was where everything is being listed anyway, or there is nothing of the kind", async () => {
    const { api, clock, counts, reflector, told } = await follow(
      (api) => (api.fault = () => statusAnswer(404, "NotFound")),
      undefined,
      { streamsLists, optional: true },
    );
    await clock.pass(5_000);
    expect(told()).toEqual(["listed"]);
    const before = counts();
    const opened = answerOf(reflector.reopen());
    await clock.pass(0);
    expect([opened.come, counts()]).toEqual([true, before]);
    api.fault = undefined;
    await clock.pass(60_000);
    expect(told()).toEqual(["listed"]);
  });
});

/** Whether what was asked for has come. */
function answerOf(answer: Promise<void>): { readonly come: boolean } {
  const found = { come: false };
  void answer.then(() => (found.come = true));
  return found;
}

describe.each(ways)("what a reflector passes on after a new list that is $way", ({ streamsLists }) => {
  test("is what differs: new, changed, gone, and replaced by a namesake", async () => {
    const { api, clock, told } = await follow(
      (api) => {
        for (const name of ["same", "changed", "gone", "replaced"]) api.put(services, service(name));
      },
      undefined,
      { streamsLists },
    );
    told();
    api.watches[0]?.mute();
    api.put(services, service("new"));
    api.put(services, service("changed", 81));
    api.remove(services, "gone", "shop");
    api.remove(services, "replaced", "shop");
    api.put(services, service("replaced", 82));
    api.compact();
    api.watches[0]?.close();
    await clock.pass(10_000);
    expect(told()).toEqual([
      "set changed:81",
      "set new:80",
      "delete replaced",
      "set replaced:82",
      "delete gone",
      "listed",
    ]);
  });

  test("says of what is gone which incarnation it was, and by which version it was gone", async () => {
    const events: WorldEvent[] = [];
    const { api, clock } = await follow(
      (api) => ["gone", "deleted", "replaced"].map((name) => api.put(services, service(name))),
      (event) => events.push(event),
      { streamsLists },
    );
    const uidOf = (name: string): unknown => api.get(services, name, "shop")?.metadata["uid"];
    const uids = { gone: uidOf("gone"), deleted: uidOf("deleted"), replaced: uidOf("replaced") };
    events.length = 0;
    api.remove(services, "deleted", "shop");
    await clock.pass(0);
    const place = { type: "delete", kind: "Service", namespace: "shop" };
    expect(events).toEqual([{ ...place, name: "deleted", uid: uids.deleted, resourceVersion: "104" }]);
    api.watches[0]?.mute();
    api.remove(services, "gone", "shop");
    api.remove(services, "replaced", "shop");
    const { metadata } = api.put(services, service("replaced"));
    api.compact();
    api.watches[0]?.close();
    await clock.pass(10_000);
    expect(events.slice(1)).toEqual([
      { ...place, name: "replaced", uid: uids.replaced, resourceVersion: metadata["resourceVersion"] },
      expect.objectContaining({ type: "set", object: expect.objectContaining({ uid: metadata["uid"] }) }),
      { ...place, name: "gone", uid: uids.gone, resourceVersion: "107" },
    ]);
  });
});

test("an object that only a list broken between two pages lacked is not gone", async () => {
  const { api, clock, told } = await follow(
    (api) => {
      for (let n = 0; n < 600; n += 1) api.put(services, service(`s${n}`));
    },
    undefined,
    { streamsLists: false },
  );
  told();
  api.fault = ({ query }) =>
    query?.["continue"] === undefined ? undefined : { status: 500, headers: {}, body: "out of order" };
  api.watches[0]?.mute();
  api.put(services, service("s0", 81));
  api.compact();
  api.watches[0]?.close();
  await clock.pass(20_000);
  expect(told()).toEqual(["set s0:81"]);
  api.fault = undefined;
  await clock.pass(60_000);
  expect(told()).toEqual(["listed"]);
});

test("an object that only a streamed list lacked, which broke off before its end, is not gone", async () => {
  const { api, clock, told } = await follow((api) => api.put(services, service("a")));
  told();
  api.watches[0]?.mute();
  api.endsLists = false;
  api.put(services, service("a", 81));
  const tear = (): void => api.watches.at(-1)?.reset();
  api.compact();
  api.watches[0]?.close();
  await clock.pass(10_000);
  tear();
  await clock.pass(10_000);
  expect(told()).toEqual(["set a:81"]);
  api.endsLists = true;
  tear();
  await clock.pass(60_000);
  expect(told()).toEqual(["listed"]);
});

describe("an object that can't be understood", () => {
  const nameless = { metadata: { name: "odd", namespace: "shop", uid: "" } };

  test("is left out and said so, and its neighbours are passed on", async () => {
    const { log, told } = await follow((api) => {
      api.put(services, nameless);
      api.put(services, service("a"));
    });
    expect(told()).toEqual(["set a:80", "listed"]);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: "warn", fields: expect.objectContaining({ object: "shop/odd" }) }),
    );
  });

  test("is gone if it could be understood before, and comes back when it can be again", async () => {
    const { api, clock, told } = await follow((api) => api.put(services, service("odd")));
    told();
    api.put(services, nameless);
    await clock.pass(0);
    expect(told()).toEqual(["delete odd"]);
    api.put(services, { ...service("odd"), metadata: { ...nameless.metadata, uid: "uid-9" } });
    await clock.pass(0);
    expect(told()).toEqual(["set odd:80"]);
  });
});

test("a handler that throws is logged and loses nothing but its own event", async () => {
  const { api, clock, log, told } = await follow(undefined, (event) => {
    if (event.type === "set" && event.object.name === "bad") throw new Error("the handler broke");
  });
  api.put(services, service("bad"));
  api.put(services, service("good"));
  await clock.pass(0);
  expect(told()).toEqual(["listed", "set bad:80", "set good:80"]);
  expect(log.lines.map(({ fields }) => fields["error"])).toContain("the handler broke");
});
