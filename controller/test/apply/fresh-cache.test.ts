import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import type { Context } from "../../src/apply/context.ts";
import { requireFreshCache } from "../../src/apply/kube/fresh-cache.ts";
import { claim, heldBy, world } from "../support/builders.ts";

const acme = claim("acme-org/acme", "acme.org", { generation: 3 });

/** What the API server has, where it differs from what the watches have shown. */
interface Actual {
  readonly version?: string | undefined;
  readonly claim?: { readonly uid: string; readonly generation: number } | undefined;
}

async function asked(host: string, actual: Actual): Promise<readonly string[]> {
  const calls: string[] = [];
  const kube = {
    recordVersion: async (name: string) => {
      calls.push(`record ${name}`);
      return name === "acme.org" ? ("version" in actual ? actual.version : "1") : undefined;
    },
    getClaim: async (namespace: string, name: string) => {
      calls.push(`claim ${namespace}/${name}`);
      return "claim" in actual ? actual.claim : { uid: acme.uid, generation: 3 };
    },
  };
  const shown = world({ claims: [acme], records: [heldBy(acme)] });
  await requireFreshCache({ world: shown, kube } as unknown as Context, host as Host);
  return calls.sort();
}

test("the records of all names above are asked for, and the claims that hold them", async () => {
  expect(await asked("x.b.acme.org", {})).toEqual(["claim acme-org/acme", "record acme.org", "record b.acme.org"]);
});

test("a name that nothing can enclose asks nobody", async () => {
  expect(await asked("acme.org", {})).toEqual([]);
});

test.each<[string, Actual, RegExp]>([
  ["a record that is newer", { version: "2" }, /the record of acme\.org is newer/],
  ["a record that is gone", { version: undefined }, /the record of acme\.org is newer/],
  [
    "a claim whose spec is newer",
    { claim: { uid: acme.uid, generation: 4 } },
    /the claim that holds acme\.org is newer/,
  ],
  ["a claim made anew", { claim: { uid: "another", generation: 3 } }, /the claim that holds acme\.org is newer/],
  ["a claim that is gone", { claim: undefined }, /the claim that holds acme\.org is newer/],
])("%s than the watch has shown is waited for", async (_name, actual, message) => {
  await expect(asked("www.acme.org", actual)).rejects.toThrow(message);
});
