/** How a kind is listed, by what the API server knows and by how much tenants have written. */
import { describe, expect, test } from "vitest";
import { tooLong } from "../../src/kube/size.ts";
import type { KubeRequest } from "../../src/kube/calls.ts";
import type { FakeApi } from "../kube/fake-api.ts";
import { follow, service, services } from "./kit.ts";

const many = (count: number) => (api: FakeApi) => {
  for (let n = 0; n < count; n += 1) api.put(services, service(`s${n}`));
};
const pagesOf = ({ requests }: FakeApi): readonly KubeRequest[] =>
  requests.filter(({ query }) => query?.["watch"] === undefined);
const limitsOf = (api: FakeApi): readonly number[] => pagesOf(api).map(({ query }) => Number(query?.["limit"]));

describe("a streamed list", () => {
  test("is asked for as of now, and followed on the same connection", async () => {
    const { api, clock, counts, told } = await follow(many(2));
    expect(api.watches[0]?.query).toMatchObject({
      ...{ watch: "true", sendInitialEvents: "true", resourceVersion: "", resourceVersionMatch: "NotOlderThan" },
      allowWatchBookmarks: "true",
    });
    expect(told()).toEqual(["set s0:80", "set s1:80", "listed"]);
    api.put(services, service("s0", 81));
    await clock.pass(0);
    expect(told()).toEqual(["set s0:81"]);
    expect(counts()).toEqual({ lists: 1, watches: 1 });
  });

  test("passes on what changes before its end", async () => {
    const { api, clock, told } = await follow((api) => {
      api.endsLists = false;
      many(2)(api);
    });
    api.remove(services, "s0", "shop");
    api.put(services, service("s2"));
    await clock.pass(0);
    expect(told()).toEqual(["set s0:80", "set s1:80", "delete s0", "set s2:80"]);
  });

  test("goes on after it from its end, not from the version of an object in it", async () => {
    const { api, clock } = await follow(many(2));
    const elsewhere = api.put("/api/v1/pods", service("elsewhere"));
    await clock.pass(6_000);
    api.bookmark(services);
    await clock.pass(0);
    api.watches[0]?.close();
    await clock.pass(0);
    expect(api.watches[1]?.query).toMatchObject({ resourceVersion: elsewhere.metadata["resourceVersion"] });
    expect(api.watches[1]?.query).not.toHaveProperty("sendInitialEvents");
  });
});

describe("a server that does not stream lists", () => {
  test("writes an empty list of metadata without items", async () => {
    const empty = { status: 200, headers: {}, body: { metadata: { resourceVersion: "7" }, items: null } };
    const { told } = await follow(
      (api) => {
        api.fault = ({ query }) => (query?.["watch"] === undefined ? empty : undefined);
      },
      undefined,
      { streamsLists: false, metadataOnly: true },
    );
    expect(told()).toContain("listed");
  });

  test("and says so is asked for pages of 500, without a resourceVersion, so that no lagging cache answers", async () => {
    const { api, told } = await follow(many(1_200), undefined, { streamsLists: false });
    expect(told()).toHaveLength(1_201);
    expect(limitsOf(api)).toEqual([500, 500, 500]);
    for (const { query } of pagesOf(api)) expect(query).not.toHaveProperty("resourceVersion");
  });

  test("and never says that its list is complete is asked for pages after 20 s", async () => {
    const { api, clock, told } = await follow((api) => {
      api.endsLists = false;
      many(2)(api);
    });
    await clock.pass(19_999);
    expect(told()).toEqual(["set s0:80", "set s1:80"]);
    await clock.pass(1);
    expect(told()).toEqual(["listed"]);
    expect(limitsOf(api)).toEqual([500]);
  });

  test("and ends its streams is asked for pages, also the next time", async () => {
    const { api, clock, counts, told } = await follow((api) => {
      api.endsLists = false;
      api.put(services, service("a"));
    });
    api.watches[0]?.close();
    await clock.pass(3_000);
    expect(told()).toEqual(["set a:80", "listed"]);
    api.compact();
    api.put("/api/v1/pods", service("elsewhere"));
    api.compact();
    api.watches[1]?.reset();
    await clock.pass(10_000);
    expect(told()).toEqual(["listed"]);
    expect(counts()).toMatchObject({ lists: 3 });
    expect(limitsOf(api)).toEqual([500, 500]);
  });
});

describe("pages", () => {
  /** A server whose answers are too long where they hold more than `most` objects. */
  const longWith = (most: (from: number) => number) => (api: FakeApi) => {
    many(20)(api);
    api.fault = ({ maxBytes, query, path }) => {
      const [limit, from] = [Number(query?.["limit"]), Number(query?.["continue"]?.split(":")[1] ?? 0)];
      if (query?.["watch"] !== undefined || limit <= most(from)) return undefined;
      return Promise.reject(tooLong(`GET ${path}`, "an answer", maxBytes ?? 0));
    };
  };

  test("that are too long are asked for with half as many objects, down to one, and grow again", async () => {
    const { api, told } = await follow(
      longWith((from) => (from < 3 ? 1 : 500)),
      undefined,
      { streamsLists: false },
    );
    expect(told()).toHaveLength(21);
    expect(limitsOf(api)).toEqual([500, 250, 125, 62, 31, 15, 7, 3, 1, 2, 1, 2, 1, 2, 4, 8, 16]);
    for (const { maxBytes, query } of pagesOf(api)) {
      expect(maxBytes).toBe(query?.["limit"] === "1" ? undefined : 4 * 1024 * 1024);
    }
  });

  test("of one object that is too long fail the list with a sentence, again and again but not often", async () => {
    const { api, clock, log, told } = await follow(
      longWith(() => 0),
      undefined,
      { streamsLists: false },
    );
    await clock.pass(60_000);
    expect(told()).toEqual([]);
    expect(limitsOf(api).filter((limit) => limit === 1).length).toBeLessThan(10);
    expect(log.lines).toContainEqual(
      expect.objectContaining({
        level: "warn",
        fields: expect.objectContaining({ error: expect.stringContaining("which is not read") }),
      }),
    );
  });

  test("whose snapshot expires between two of them begin anew", async () => {
    let expirations = 1;
    const { api, clock, told } = await follow(
      (api) => {
        many(700)(api);
        api.fault = ({ query }) => {
          if (query?.["continue"] !== undefined && (expirations -= 1) >= 0) api.compact();
          return undefined;
        };
      },
      undefined,
      { streamsLists: false },
    );
    await clock.pass(3_000);
    expect(told()).toHaveLength(701);
    expect(limitsOf(api)).toEqual([500, 500, 500, 500]);
  });

  test("that hold no list fail it", async () => {
    let nonsense = 1;
    const { clock, told } = await follow(
      (api) => {
        many(1)(api);
        api.fault = ({ query }) =>
          query?.["watch"] === undefined && (nonsense -= 1) >= 0 ? { status: 200, headers: {}, body: "?" } : undefined;
      },
      undefined,
      { streamsLists: false },
    );
    expect(told()).toEqual([]);
    await clock.pass(3_000);
    expect(told()).toEqual(["set s0:80", "listed"]);
  });
});

test("a kind that is watched in part is listed and watched by its selectors", async () => {
  for (const streamsLists of [true, false]) {
    const selectors = { labelSelector: "app=web", fieldSelector: "type=kubernetes.io/tls" };
    const { api } = await follow(undefined, undefined, { streamsLists, ...selectors });
    expect(api.requests.length).toBe(streamsLists ? 1 : 3);
    for (const { query } of api.requests) expect(query).toMatchObject(selectors);
  }
});
