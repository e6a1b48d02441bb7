import { expect, test } from "vitest";
import { ActualState } from "../../src/apply/kong/actual-state.ts";
import { LastWrites } from "../../src/apply/kong/last-writes.ts";
import { KongError } from "../../src/kong/errors.ts";
import { route } from "../kong/examples.ts";
import { fakeLog } from "../kube/fake-log.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeKong } from "../support/fake-kong.ts";

const why = "it failed (500): An unexpected error occurred";
const readOnly = new KongError("induced", { kind: "unavailable", status: 500, why });

/** A Kong whose writes are noted, and what comes of the next one. */
function stage() {
  const [clock, kong] = [new FakeClock(), new FakeKong()];
  const last = new LastWrites(clock, fakeLog(), new ActualState());
  const noting = last.noting(kong);
  const write = async (id: string, failure?: KongError): Promise<void> => {
    kong.fault = () => {
      if (failure !== undefined) throw failure;
    };
    await noting.create("routes", { ...route, id, name: id }).catch(() => undefined);
  };
  return { clock, last, write };
}

test("that Kong takes no writes is known from those of several entities, with how many they are, since when, and what it says", async () => {
  const { clock, last, write } = stage();
  await write("a", readOnly);
  await clock.pass(5_000);
  await write("a", readOnly);
  expect(last.untaken, "one entity may be to blame by itself").toBeUndefined();
  await clock.pass(5_000);
  await write("b", readOnly);
  await clock.pass(20_000);
  await write("a", readOnly);
  expect(last.untaken).toEqual({ writes: 4, forMs: 30_000, why });
  await clock.pass(121_000);
  expect(last.untaken, "nobody has tried for long").toBeUndefined();
});

test.each([
  ["one is taken", undefined],
  ["one is refused, by a Kong that could have taken it", new KongError("induced", { kind: "refused", status: 400 })],
])("it is no longer so as soon as %s", async (_, outcome) => {
  const { last, write } = stage();
  for (const id of ["a", "b"]) await write(id, readOnly);
  expect(last.untaken).toBeDefined();
  await write("c", outcome);
  expect(last.untaken).toBeUndefined();
  await write("a", readOnly);
  expect(last.untaken).toBeUndefined();
});
