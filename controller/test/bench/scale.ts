/** What one change costs, and what a claim does, among few claims and among many: `scale.ts --help` says how. */
import { createHistogram } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { FakeCluster } from "../support/fake-cluster.ts";
import { changes, placeOf } from "./changes.ts";
import { crowdCosts } from "./crowds.ts";
import { measured } from "./measured.ts";
import type { Cost, Measured } from "./measured.ts";
import { claimsPerTeam, platform } from "./platform.ts";

const usage = `usage: node --expose-gc scale.ts [--claims 100,10000,100000] [--rounds 200] [--crowds 10,100,1000]
  A controller on platforms of so many claims (${String(claimsPerTeam)} a team, two teams or more), with cluster and Kong in memory, so that the times are its
  own; then with crowds of one tenant. The exit code is 1 if a change takes more calls, or a fifth more decisions, on the
  larger platform, or a restart writes anything.`;

const { values } = parseArgs({
  options: {
    claims: { type: "string", default: "100,10000,100000" },
    rounds: { type: "string", default: "200" },
    crowds: { type: "string", default: "10,100,1000" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(usage);
else await bench(numbers(values.claims), Number(values.rounds), numbers(values.crowds));

/** What was measured on one platform. */
interface Size {
  readonly claims: number;
  readonly firstPass: Cost;
  readonly restart: Cost;
  /** What the restart wrote. */
  readonly writes: number;
  /** Bytes of heap for each claim: its own objects (claim, record, Ingress ...), and what the controller keeps beside them. */
  readonly bytes: { readonly objects: number; readonly kept: number };
  /** In the order of {@link changes}. */
  readonly changes: readonly Changed[];
}

/** One kind of change: what it cost the last time, and how long it took in all rounds. */
interface Changed {
  readonly last: Cost;
  readonly medianUs: number;
  readonly p99Us: number;
}

async function bench(sizes: readonly number[], rounds: number, crowds: readonly number[]): Promise<void> {
  const sound = (claims: number): boolean => claims >= 2 * claimsPerTeam && claims % claimsPerTeam === 0;
  if (!sizes.every(sound) || !(rounds >= 1)) throw new Error(usage);
  // So that V8 has compiled what is measured.
  await size(Math.min(1000, Math.max(...sizes)), rounds);
  const done: Size[] = [];
  for (const claims of sizes) done.push(await size(claims, rounds));
  print(done);
  await printCrowds(crowds);
  const [least, ...others] = done;
  const more = others.some(({ changes: other }) =>
    other.some(({ last }, i) => takesMore(last, least?.changes[i]?.last)),
  );
  process.exitCode = more || done.some(({ writes }) => writes > 0) ? 1 : 0;
}

/** Measures a platform of so many claims from nothing on. */
async function size(claims: number, rounds: number): Promise<Size> {
  const cluster = platform(claims);
  const first = await measured(cluster);
  await first.stop();
  const { kong } = first;
  const before = cluster.writes.length + kong.writes.length;
  const empty = heap();
  const controller = await measured(cluster, kong);
  const kept = heap() - empty;
  const writes = cluster.writes.length + kong.writes.length - before;
  const bytes = { objects: objectBytes(cluster) / claims, kept: kept / claims };
  const all = await play(controller, cluster, claims, rounds);
  await controller.stop();
  return { claims, firstPass: first.start, restart: controller.start, writes, bytes, changes: all };
}

/** Plays the rounds, each all over the platform. */
async function play(
  { cost }: Measured,
  cluster: FakeCluster,
  claims: number,
  rounds: number,
): Promise<readonly Changed[]> {
  const times = changes.map(() => createHistogram());
  let last: readonly Cost[] = [];
  for (let round = 0; round < rounds; round++) {
    const costs: Cost[] = [];
    for (const [i, { make }] of changes.entries()) {
      const one = await cost(() => make(placeOf(cluster, claims, round)));
      times[i]?.record(Math.max(1, Math.round(one.us * 1000)));
      costs.push(one);
    }
    last = costs;
  }
  return last.map((one, i) => ({
    last: one,
    medianUs: (times[i]?.percentile(50) ?? NaN) / 1000,
    p99Us: (times[i]?.percentile(99) ?? NaN) / 1000,
  }));
}

function print(sizes: readonly Size[]): void {
  const title = (claims: number): string => `${claims.toLocaleString("en-US")} claims`;
  const columns = <T>(of: (size: Size) => T): Record<string, T> =>
    Object.fromEntries(sizes.map((one) => [title(one.claims), of(one)]));
  const last = sizes.length - 1;
  console.log("\nOne change: calls to Kubernetes and Kong, and decisions");
  console.table(byChange((i) => columns((one) => counts(one.changes[i]?.last))));
  console.log("\nOne change: microseconds, median (99th percentile)");
  console.table(
    byChange((i) => {
      const median = (at: number): number => sizes[at]?.changes[i]?.medianUs ?? NaN;
      return {
        ...columns(
          ({ changes: all }) => `${(all[i]?.medianUs ?? NaN).toFixed(0)} (${(all[i]?.p99Us ?? NaN).toFixed(0)})`,
        ),
        "last / first": (median(last) / median(0)).toFixed(2),
      };
    }),
  );
  console.log("\nAll of it, for each claim");
  console.table({
    "from nothing to live, us": columns(({ claims, firstPass }) => Math.round(firstPass.us / claims)),
    "a restart, us": columns(({ claims, restart }) => Math.round(restart.us / claims)),
    "writes of that restart": columns(({ writes }) => writes),
    "heap: its objects, bytes": columns(({ bytes }) => Math.round(bytes.objects)),
    "heap: kept beside them, bytes": columns(({ bytes }) => Math.round(bytes.kept)),
  });
}

async function printCrowds(crowds: readonly number[]): Promise<void> {
  const rows: Record<string, Record<string, string>> = {};
  for (const crowd of crowds) {
    for (const [what, us] of Object.entries(await crowdCosts(crowd)))
      rows[what] = { ...rows[what], [crowd.toLocaleString("en-US")]: us.toFixed(0) };
  }
  console.log("\nAmong a tenant's crowd: microseconds");
  console.table(rows);
}

function numbers(text: string): readonly number[] {
  return text.split(",").map(Number);
}

function byChange<T>(of: (i: number) => T): Record<string, T> {
  return Object.fromEntries(changes.map(({ what }, i) => [what, of(i)]));
}

function counts(cost: Cost | undefined): string {
  return cost === undefined ? "" : `${String(cost.kube)} + ${String(cost.kong)}, ${String(cost.decisions)}`;
}

/** Which of two things that happen at once comes first decides about one decision more or less: a few are no growth. */
function takesMore(a: Cost, b: Cost | undefined): boolean {
  return b === undefined || a.kube > b.kube || a.kong > b.kong || a.decisions > 1.2 * b.decisions;
}

/** How much heap a copy of everything in the cluster takes. */
function objectBytes(cluster: FakeCluster): number {
  const before = heap();
  const copy = cluster.snapshot().map((event) => structuredClone(event));
  const bytes = heap() - before;
  if (copy.length === 0) throw new Error("the cluster is empty");
  return bytes;
}

/** Bytes of heap in use, garbage left out. */
function heap(): number {
  if (globalThis.gc === undefined) throw new Error(usage);
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
