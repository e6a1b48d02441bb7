import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { askRoutes } from "../../src/reconcile/ask-routes.ts";
import { EventLoop } from "../../src/time/event-loop.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";
import { world } from "../support/builders.ts";

const host = "acme.org" as Host;

/** A term in which the gateway can be asked, and those who wait for its answers. */
function asking() {
  const state = world({});
  state.setKong({ synced: true, preFunction: true, asks: true });
  const waiting: { readonly proved: () => void; readonly failed: (() => void) | undefined }[] = [];
  const context = {
    ...{ state, asksRoutes: new Map<Host, { since: number; as: string }>(), answeredRoutes: [] },
    eventLoop: new EventLoop(new FakeClock()),
    proof: {
      whenProved: (_about: string, proved: () => void, failed?: () => void) => void waiting.push({ proved, failed }),
    },
  };
  const comes = (): void => state.setLive(host, { namespaces: ["acme-org"], written: ["acme-org"], guard: false });
  const goes = (): void => state.setLive(host, { namespaces: [], guard: false });
  const ask = (): void => askRoutes(context, host, "acme-org Programmed");
  return { ask, comes, context, goes, state, waiting };
}

test("X3: attack: a host whose routes come and go while the gateway is away is asked for once, and then for what it has", async () => {
  const { ask, comes, goes, state, waiting } = asking();
  for (let i = 0; i < 1_000; i++) {
    comes();
    ask();
    if (i < 999) goes();
  }
  expect(waiting).toHaveLength(1);
  waiting[0]?.failed?.();
  await settle();
  expect(state.shownRoutes(host)).toEqual({ kind: "since", late: true });
  waiting.shift()?.proved();
  await settle();
  // That was about the routes of then.
  expect(state.shownRoutes(host)).toEqual({ kind: "since", late: true });
  expect(waiting).toHaveLength(1);
  waiting.shift()?.proved();
  await settle();
  expect(state.shownRoutes(host)).toEqual({ kind: "since", as: "acme-org Programmed" });
  expect(waiting).toEqual([]);
});

test("X3: the answers for very many hosts, where others are to have their turn, are noted in pieces, and none is left out", async () => {
  const { context, state, waiting } = asking();
  const hosts = Array.from({ length: 1_000 }, (_, i) => `host-${String(i)}.org` as Host);
  for (const one of hosts) {
    state.setLive(one, { namespaces: ["acme-org"], written: ["acme-org"], guard: false });
    askRoutes(context, one, "acme-org Programmed");
  }
  let pieces = 0;
  context.eventLoop.inPieces = async (work) => {
    for (;;) {
      await Promise.resolve();
      pieces += 1;
      const { done, value } = work.next();
      if (done === true) return value;
    }
  };
  for (const { proved } of waiting) proved();
  await settle();
  expect(pieces).toBe(10);
  expect(hosts.filter((one) => state.shownRoutes(one).kind !== "since" || context.asksRoutes.has(one))).toEqual([]);
});
