import { expect, test } from "vitest";
import type { HostRecord } from "../../src/world/host-record.ts";
import { claim, heldBy, namespace } from "../support/builders.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { run } from "../support/controller.ts";

const day = 24 * 3_600_000;

/** The record of a host that the namespace released in that minute. */
function released(ns: string, host: string, minute: number): HostRecord {
  const owner = claim(`${ns}/${host}`, host);
  const to = `2026-04-04T10:${String(minute).padStart(2, "0")}:00Z`;
  const tenure = {
    kind: "primary",
    namespace: ns,
    name: host,
    uid: owner.uid,
    from: to,
    to,
    reason: "Deleted",
  } as const;
  return { ...heldBy(owner), holder: undefined, history: [tenure] };
}

const left = (cluster: FakeCluster): readonly string[] =>
  cluster
    .all("HostRecord")
    .map(({ host }) => host as string)
    .sort();

test("O10: released records of namespaces that are gone share one allowance, and the oldest go first", async () => {
  const { cluster, settled, stop } = run({ limits: { releasedPerNamespace: 3 } });
  const names = ["a", "b", "c", "d", "e", "f"];
  for (const ns of names) cluster.put("Namespace", namespace(ns));
  for (const [i, ns] of names.entries())
    for (let n = 0; n < 5; n++) cluster.put("HostRecord", released(ns, `${ns}${String(n)}.example`, i * 5 + n));
  await settled();
  expect(left(cluster)).toHaveLength(18);

  for (const ns of names.slice(1)) cluster.remove("Namespace", "", ns);
  await settled();
  expect(left(cluster)).toEqual(["a2", "a3", "a4", "f2", "f3", "f4"].map((name) => `${name}.example`));
  await stop();
});

test("O10: a new leader finds what namespaces left that were gone before, and what was never held", async () => {
  const cluster = new FakeCluster();
  const clock = new FakeClock();
  for (const [i, ns] of ["x", "y", "z"].entries()) cluster.put("HostRecord", released(ns, `${ns}.example`, i));
  const again = run({ cluster, clock, limits: { releasedPerNamespace: 2, retentionMs: 2 * day } });
  await again.settled();
  expect(left(cluster)).toEqual(["y.example", "z.example"]);
  await clock.pass(3 * day);
  expect(left(cluster)).toEqual([]);
  await again.stop();
});

test("O10: a namespace that comes back under its name has the records of that name again: nothing tells them apart", async () => {
  const { cluster, settled, stop } = run({ limits: { releasedPerNamespace: 2 } });
  for (const [i, ns] of ["x", "y"].entries()) cluster.put("HostRecord", released(ns, `${ns}.example`, i));
  await settled();
  cluster.put("Namespace", namespace("x", "uid-another"));
  await settled();
  for (const [i, ns] of ["w", "z"].entries()) cluster.put("HostRecord", released(ns, `${ns}.example`, 10 + i));
  await settled();
  expect(left(cluster)).toEqual(["w.example", "x.example", "z.example"]);
  expect(cluster.get("HostRecord", "y.example")).toBeUndefined();
  await stop();
});
