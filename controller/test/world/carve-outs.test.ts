import { expect, test } from "vitest";
import type { HostRecord } from "../../src/world/host-record.ts";
import { Register } from "../../src/world/register.ts";
import { claim, heldBy } from "../support/builders.ts";

test("X1: however many carve-outs there are below a primary, no more are looked at than are told", () => {
  let looked = 0;
  const counted = (record: HostRecord): HostRecord =>
    Object.defineProperty({ ...record }, "holder", {
      get: () => {
        looked += 1;
        return record.holder;
      },
    });
  const register = new Register({ byDomain: false });
  for (let i = 0; i < 5_000; i++)
    register.set(counted(heldBy(claim(`mallory-${String(i % 7)}/${String(i)}`, `n${String(i)}.acme.org`))));
  looked = 0;
  expect(register.carveOuts("acme.org" as never, "acme-org", 100)).toBeUndefined();
  expect(looked).toBeLessThan(200);
});
