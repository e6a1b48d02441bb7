import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { refreshAbove } from "../../src/apply/kube/fresh-reads.ts";
import type { KubeContext } from "../../src/apply/kube/context.ts";
import { factKeys } from "../../src/world/keys.ts";
import { Reads } from "../../src/world/reads.ts";
import type { TermState } from "../../src/world/term-state.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { HostRecord } from "../../src/world/host-record.ts";
import { claim, heldBy, world } from "../support/builders.ts";

const acme = claim("acme-org/acme", "acme.org", { generation: 3 });
const host = "x.b.acme.org" as Host;
const [b, top] = ["b.acme.org", "acme.org"] as const;

/** What the API server has, where it differs from what the watches have shown. */
interface Actual {
  readonly record?: HostRecord | undefined;
  readonly claim?: Claim | undefined;
}

/** Asks afresh for what is above {@link host}; the decision has read the records of these names. */
async function refreshed(
  actual: Actual,
  read: readonly string[] = [b, top],
): Promise<{ readonly state: TermState; readonly calls: readonly string[] }> {
  const calls: string[] = [];
  const kube = {
    getRecord: async (name: string) => {
      calls.push(`record ${name}`);
      if (name !== top) return undefined;
      return "record" in actual ? actual.record : heldBy(acme);
    },
    getClaim: async (namespace: string, name: string) => {
      calls.push(`claim ${namespace}/${name}`);
      return "claim" in actual ? actual.claim : acme;
    },
  };
  const state = world({ claims: [acme], records: [heldBy(acme)] });
  const reads = new Reads(read.map((above) => factKeys.record(above as Host)));
  await refreshAbove({ state, kube } as unknown as KubeContext, host, reads);
  return { state, calls: calls.sort() };
}

test("the records of the names above are asked for, and the claims that hold them", async () => {
  const { calls, state } = await refreshed({});
  expect(calls).toEqual(["claim acme-org/acme", "record acme.org", "record b.acme.org"]);
  expect(state.isGone(top as Host, acme.uid)).toBe(false);
});

test("a name on which the decision does not rest is not asked for", async () => {
  expect((await refreshed({}, [b])).calls).toEqual(["record b.acme.org"]);
});

test("a claim that the API server has otherwise is known so at once", async () => {
  const shared = { ...acme, resourceVersion: "2", generation: 4, delegates: ["b-org"] };
  const { state } = await refreshed({ claim: shared });
  expect(state.world.claim("acme-org", "acme")?.delegates).toEqual(["b-org"]);
});

test.each<[string, Claim | undefined]>([
  ["is gone", undefined],
  ["was made anew", { ...acme, uid: "uid-another", resourceVersion: "7" }],
])("a holder that %s is known to be gone", async (_what, found) => {
  expect((await refreshed({ claim: found })).state.isGone(top as Host, acme.uid)).toBe(true);
});

test("a record that the API server has otherwise is known so at once, and its holder is asked for", async () => {
  const next = claim("next-org/acme", "acme.org");
  const { calls, state } = await refreshed({ record: { ...heldBy(next), resourceVersion: "2" } });
  expect(state.world.record(top as Host)?.holder?.namespace).toBe("next-org");
  expect(calls).toContain("claim next-org/acme");
});

test("a record that is gone is known to be", async () => {
  expect((await refreshed({ record: undefined })).state.world.record(top as Host)).toBeUndefined();
});

test("a record that is made while the API server is asked is not taken for one that is gone", async () => {
  const state = world({ claims: [acme] });
  const made = heldBy(acme, {}, []);
  const kube = {
    getRecord: async (name: string) => {
      if (name === top) state.world.learn({ type: "set", kind: "HostRecord", object: made });
      return undefined;
    },
  };
  await refreshAbove({ state, kube } as unknown as KubeContext, host, new Reads([factKeys.record(top as Host)]));
  expect(state.world.record(top as Host)).toBe(made);
});
