/** What a burst of names costs in orders, and how long it takes with bad names among them: `orders.ts --help` says how. */
import { parseArgs } from "node:util";
import type { Host } from "@domain-claims/crds/hostname";
import { letsEncryptLimits as limits } from "../../src/decide/certificates/limits.ts";
import { selfCheckMs } from "../decide/certificates/challenge-queue.ts";
import type { Validation } from "../decide/certificates/challenge-queue.ts";
import { Simulation } from "../decide/certificates/simulation.ts";

const usage = `usage: node orders.ts [--names 1,20,100,250,1000]
  Bursts of so many names of one team below one registrable domain, five every 50 ms, with the limits of Let's Encrypt.
  cert-manager and the certificate authority are simulated, under a clock that does not wait: 60 challenges are worked on at
  once, 20 are begun in each second, and each takes 8 s, as the self-check of HTTP-01 does, or 2 s, as Pebble does without it.
  The exit code is 1 if a burst takes more than 1.2 times the fewest orders, beside the first one where few names are tried, or
  if with 100 names and more the good ones wait more than twice as long where one in twenty is bad, by the first table.`;

/** At most so many times the fewest orders, and the time without bad names. */
const most = { orders: 1.2, time: 2 };

/** How many names there have to be for the time to be held to that: where few get nowhere, it is noticed after 15 s. */
const fromNames = 100;

const { values } = parseArgs({
  options: { names: { type: "string", default: "1,20,100,250,1000" }, help: { type: "boolean", default: false } },
});
if (values.help) console.log(usage);
else bench(values.names.split(",").map(Number));

interface Bursts {
  readonly count: number;
  readonly fewest: number;
  readonly good: Burst;
  readonly refused: Burst;
  readonly stuck: Burst;
}

/** What a burst took until the good names had certificates. */
interface Burst {
  readonly orders: number;
  readonly ms: number;
}

function bench(counts: readonly number[]): void {
  const missed = table(counts, selfCheckMs).filter(isTooMuch);
  table(counts, 2_000);
  for (const { count } of missed) console.log(`${String(count)} names take more orders, or more time, than they may`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

function isTooMuch({ count, fewest, good, refused, stuck }: Bursts): boolean {
  const first = count > limits.firstNames ? 1 : 0;
  const slowest = count < fromNames ? refused.ms : Math.max(refused.ms, stuck.ms);
  return good.orders > most.orders * fewest + first || slowest > most.time * good.ms;
}

function table(counts: readonly number[], challengeMs: number): readonly Bursts[] {
  const bursts = counts.map((count) => ({
    count,
    fewest: Math.ceil(count / limits.namesPerCertificate),
    good: burst(count, undefined, challengeMs),
    refused: burst(count, "refused", challengeMs),
    stuck: burst(count, "stuck", challengeMs),
  }));
  const each = `a challenge takes ${String(challengeMs / 1_000)} s`;
  console.log(`Orders of a burst of names, and seconds until every good name has a certificate (simulated; ${each})`);
  console.table(
    Object.fromEntries(
      bursts.map(({ count, fewest, good, refused, stuck }) => [
        `${String(count)} names`,
        {
          "fewest orders": fewest,
          orders: good.orders,
          seconds: seconds(good.ms),
          "5 % refused": seconds(refused.ms),
          "refused / none": ratio(refused.ms, good.ms),
          "5 % get nowhere": seconds(stuck.ms),
          "nowhere / none": ratio(stuck.ms, good.ms),
        },
      ]),
    ),
  );
  return bursts;
}

/** One in twenty names is bad. */
function burst(count: number, bad: Validation | undefined, challengeMs: number): Burst {
  const simulation = new Simulation({ limits, challengeMs });
  const names = Array.from({ length: count }, (_, index) => `n${String(index)}.acme.org` as Host);
  const isBad = (index: number): boolean => bad !== undefined && index % 20 === 10;
  names.forEach((host, index) => {
    if (bad !== undefined && isBad(index)) simulation.validates(host, bad);
  });
  const start = simulation.now;
  for (let index = 0; index < count; index += 5) {
    simulation.want("a", ...names.slice(index, index + 5));
    simulation.run(50);
  }
  simulation.run(600_000);
  const covered = names.filter((_, index) => !isBad(index)).map((host) => simulation.coveredAt.get(`a ${host}`));
  return { orders: simulation.authority.orders, ms: Math.max(...covered.map((at = Infinity) => at)) - start };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

function ratio(one: number, other: number): string {
  return (one / other).toFixed(2);
}
