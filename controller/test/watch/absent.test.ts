/** Kinds that the API server does not serve, for a while or at all. */
import { describe, expect, test } from "vitest";
import { watches as table } from "../../src/watch/kinds.ts";
import { startWatches } from "../../src/watch/watches.ts";
import { fakeApi, statusAnswer } from "../kube/fake-api.ts";
import { checksOf } from "../support/checks.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeLog } from "../kube/fake-log.ts";

const classes = "/apis/networking.k8s.io/v1/ingressclasses";
const domains = "/apis/platform.koli.io/v1/domains";

/** Watches of an API server that does not serve `path` while `gone` is true; of the kinds, IngressClass is optional. */
async function started(path: string, gone: boolean, streamsLists = true) {
  const api = fakeApi();
  const clock = new FakeClock();
  const log = fakeLog();
  const told: string[] = [];
  const state = { gone };
  api.streamsLists = streamsLists;
  api.put(classes, { metadata: { name: "kong" } });
  api.put(domains, { metadata: { name: "acme", namespace: "shop" }, spec: { primary: "acme.org" } });
  api.fault = (request) =>
    state.gone && request.path === path ? { status: 404, headers: {}, body: "404 page not found\n" } : undefined;
  const watches = startWatches({
    ...{ transport: api, clock, random: () => 0.5, log },
    watches: table.map((watch) => (watch.kind === "IngressClass" ? { ...watch, optional: true } : watch)),
    onEvent: (event) => told.push(`${event.type} ${event.type === "set" ? event.object.name : event.name}`),
    onSynced: () => told.push("synced"),
  });
  await clock.pass(0);
  const line = (kind: string) => checksOf({ watches }).find(({ name }) => name === `watch/${kind}`);
  const remove = (): void => {
    state.gone = true;
    for (const watch of api.watches) if (watch.path === path) watch.close();
  };
  const restart = (): void => {
    state.gone = false;
  };
  const asked = (): number => api.requests.filter((request) => request.path === path).length;
  return { api, asked, clock, line, log, remove, restart, told, watches };
}

describe.each([
  { way: "streamed", streamsLists: true },
  { way: "in pages", streamsLists: false },
])("an optional kind, its lists $way,", ({ streamsLists }) => {
  test("that is not installed is no obstacle, is said to be so, and is looked for about twice a minute", async () => {
    const { asked, clock, line, log, told, watches } = await started(classes, true, streamsLists);
    expect(told).toEqual(["set acme"]);
    await clock.pass(3_000);
    expect(told).toEqual(["set acme", "synced"]);
    expect(line("IngressClass")).toEqual({ name: "watch/IngressClass", ok: true, detail: "not installed" });
    const before = asked();
    await clock.pass(300_000);
    expect(asked() - before).toBe(10);
    expect(line("IngressClass")).toMatchObject({ ok: true, detail: "not installed" });
    expect(log.lines.filter(({ message }) => message.includes("not installed"))).toHaveLength(1);
    await watches.stop();
  });

  test("that is installed later is listed and followed", async () => {
    const { api, clock, line, restart, told, watches } = await started(classes, true, streamsLists);
    await clock.pass(3_000);
    restart();
    await clock.pass(40_000);
    expect(told).toEqual(["set acme", "synced", "set kong"]);
    expect(line("IngressClass")?.detail).toContain("last heard of");
    api.put(classes, { metadata: { name: "other" } });
    await clock.pass(0);
    expect(told.at(-1)).toBe("set other");
    await watches.stop();
  });

  test("that is removed takes all of its objects with it, and comes back with them", async () => {
    const { clock, line, remove, restart, told, watches } = await started(classes, false, streamsLists);
    await clock.pass(60_000);
    told.length = 0;
    remove();
    await clock.pass(10_000);
    expect(told).toEqual(["delete kong"]);
    expect(line("IngressClass")).toMatchObject({ ok: true, detail: "not installed" });
    restart();
    await clock.pass(40_000);
    expect(told).toEqual(["delete kong", "set kong"]);
    await watches.stop();
  });

  test("is not gone because of one answer that it is not there, or of an API server that is away", async () => {
    const { api, clock, remove, restart, told, watches } = await started(classes, false, streamsLists);
    await clock.pass(60_000);
    told.length = 0;
    remove();
    await clock.pass(900);
    restart();
    await clock.pass(60_000);
    api.fault = ({ path }) => (path === classes ? statusAnswer(503, "ServiceUnavailable") : undefined);
    for (const watch of api.watches) watch.reset();
    await clock.pass(60_000);
    expect(told).toEqual([]);
    await watches.stop();
  });
});

describe("a CRD of ours that is missing", () => {
  const sentence = "the CRD domains.platform.koli.io is not installed: kubectl apply -f crds/";

  test("keeps everything waiting, and is said in a sentence", async () => {
    const { clock, line, log, restart, told, watches } = await started(domains, true);
    await clock.pass(60_000);
    expect(told).toEqual(["set kong"]);
    expect(line("Domain")).toEqual({ name: "watch/Domain", ok: false, detail: sentence });
    expect(watches.health()).toContainEqual(
      expect.objectContaining({ kind: "Domain", synced: false, installed: false, problem: sentence }),
    );
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: "warn", fields: expect.objectContaining({ kind: "Domain", error: sentence }) }),
    );
    restart();
    await clock.pass(31_000);
    expect(told).toEqual(["set kong", "set acme", "synced"]);
    expect(line("Domain")).toMatchObject({ ok: true });
    await watches.stop();
  });

  test("and was there before is said at once, and nothing that is known is given up", async () => {
    const { clock, line, remove, told, watches } = await started(domains, false);
    await clock.pass(60_000);
    told.length = 0;
    remove();
    await clock.pass(10_000);
    expect(line("Domain")).toEqual({ name: "watch/Domain", ok: false, detail: sentence });
    await clock.pass(140_000);
    expect(watches.health()).toContainEqual(expect.objectContaining({ kind: "Domain", synced: true, stale: true }));
    expect(told).toEqual([]);
    await watches.stop();
  });
});

test("what is known is stale when it could not be listed again for too long, however lively the API server is", async () => {
  const { api, clock, line, watches } = await started(domains, false);
  await clock.pass(60_000);
  api.bookmark(domains);
  await clock.pass(0);
  api.put("/api/v1/pods", { metadata: { name: "elsewhere" } });
  api.compact();
  api.endsLists = false;
  /** The list comes to nothing once more, after a sign of life. */
  const breakOff = async (): Promise<void> => {
    await clock.pass(15_000);
    for (const watch of api.watches) {
      if (watch.path !== domains || !watch.open()) continue;
      api.put(domains, { metadata: { name: "acme", namespace: "shop" }, spec: { primary: "acme.org" } });
      watch.reset();
    }
  };
  for (const watch of api.watches) if (watch.path === domains) watch.reset();
  for (let n = 0; n < 8; n += 1) await breakOff();
  expect(line("Domain")).toMatchObject({ ok: true });
  for (let n = 0; n < 4; n += 1) await breakOff();
  const health = watches.health().find(({ kind }) => kind === "Domain");
  expect(health).toMatchObject({ synced: true, stale: true, problem: expect.stringContaining("WATCH") });
  expect(health?.lastActivityMs).toBeLessThan(60_000);
  expect(health?.lastCurrentMs).toBeGreaterThan(145_000);
  expect(line("Domain")).toMatchObject({ ok: false, detail: expect.stringContaining("broke off") });
  await watches.stop();
});
