/** What a burst of names costs in orders, and how long it takes with bad names among them: `orders.ts --help` says how. */
import { parseArgs } from "node:util";
import type { Host } from "@domain-claims/crds/hostname";
import type { Issuer } from "../../src/world/issuer.ts";
import { letsEncryptLimits as limits } from "../../src/decide/certificates/limits.ts";
import { selfCheckMs } from "../decide/certificates/challenge-queue.ts";
import type { Validation } from "../decide/certificates/challenge-queue.ts";
import { issuers } from "../decide/certificates/issuers.ts";
import { Simulation } from "../decide/certificates/simulation.ts";

const usage = `usage: node orders.ts [--names 1,20,100,250,1000]
  Bursts of so many names of one team below one registrable domain, five every 50 ms, with the limits of Let's Encrypt.
  cert-manager and the certificate authority are simulated, under a clock that does not wait: 60 challenges are worked on at
  once, 20 are begun in each second, and each takes 8 s, as the self-check of HTTP-01 does, or 2 s, as DNS-01 may without it.
  The exit code is 1 if a burst takes more than 1.2 times the fewest orders, or if the good names wait more than twice as long
  where one in twenty is bad. Where the issuer has a DNS-01 solver for any zone, one order more is allowed beyond twenty names:
  so many are tried first, unless --untried-names says otherwise.`;

/** At most so many times the fewest orders, and the time without bad names. */
const most = { orders: 1.2, time: 2 };

/** How names are validated. */
interface Way {
  readonly says: string;
  readonly issuer: Issuer;
  readonly challengeMs: number;
  /** What becomes of a name that gets nowhere. */
  readonly nowhere: Validation;
  /** `--untried-names`; absent: its default. */
  readonly untriedNames?: number;
  /** So many orders beside the fewest for a burst of more than that. */
  readonly tried: number;
}

const ways: readonly Way[] = [
  { says: "HTTP-01, 8 s each", issuer: issuers.http, challengeMs: selfCheckMs, nowhere: "stuck", tried: 0 },
  {
    ...{ says: "DNS-01, 2 s each, in zones that the issuer names", issuer: issuers.ownZone, challengeMs: 2_000 },
    ...{ nowhere: "unwritable", tried: 0 },
  },
  {
    ...{ says: "DNS-01, 2 s each, in any zone", issuer: issuers.anyZone, challengeMs: 2_000 },
    ...{ nowhere: "unwritable", tried: 1 },
  },
  {
    ...{ says: "DNS-01, 2 s each, in any zone, with --untried-names=100", issuer: issuers.anyZone, challengeMs: 2_000 },
    ...{ nowhere: "unwritable", untriedNames: 100, tried: 0 },
  },
];

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
  for (const way of ways) {
    for (const { count } of table(counts, way).filter((bursts) => isTooMuch(way, bursts))) {
      console.log(`${String(count)} names take more orders, or more time, than they may`);
      process.exitCode = 1;
    }
  }
}

function isTooMuch({ tried }: Way, { count, fewest, good, refused, stuck }: Bursts): boolean {
  const first = count > limits.untriedNames ? tried : 0;
  return good.orders > most.orders * fewest + first || Math.max(refused.ms, stuck.ms) > most.time * good.ms;
}

function table(counts: readonly number[], way: Way): readonly Bursts[] {
  const bursts = counts.map((count) => ({
    count,
    fewest: Math.ceil(count / limits.namesPerCertificate),
    good: burst(count, undefined, way),
    refused: burst(count, "refused", way),
    stuck: burst(count, way.nowhere, way),
  }));
  console.log(
    `Orders of a burst of names, and seconds until every good name has a certificate (simulated; ${way.says})`,
  );
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
function burst(count: number, bad: Validation | undefined, way: Way): Burst {
  const { challengeMs, issuer, untriedNames = limits.untriedNames } = way;
  const simulation = new Simulation({ limits: { ...limits, untriedNames }, challengeMs, issuer });
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
