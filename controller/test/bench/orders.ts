/** What a burst of names costs in orders, and how long it takes with bad names among them: `orders.ts --help` says how. */
import { parseArgs } from "node:util";
import type { Host } from "@domain-claims/crds/hostname";
import { letsEncryptLimits as limits } from "../../src/decide/certificates/limits.ts";
import type { Validation } from "../decide/certificates/cert-manager.ts";
import { Simulation } from "../decide/certificates/simulation.ts";

const usage = `usage: node orders.ts [--names 1,20,100,250,1000]
  Bursts of so many names of one team below one registrable domain, five every 50 ms, with the limits of Let's Encrypt.
  cert-manager and the certificate authority are simulated, under a clock that does not wait: an order takes 8 s and 0.1 s
  a name, as Pebble does beside the self-check of HTTP-01. The exit code is 1 if a burst takes more than 1.2 times the fewest
  orders, or if the good names wait more than twice as long where one in twenty is refused.`;

/** At most so many times the fewest orders, and the time without bad names. */
const most = { orders: 1.2, time: 2 };

const { values } = parseArgs({
  options: { names: { type: "string", default: "1,20,100,250,1000" }, help: { type: "boolean", default: false } },
});
if (values.help) console.log(usage);
else bench(values.names.split(",").map(Number));

function bench(counts: readonly number[]): void {
  const bursts = counts.map((count) => ({
    count,
    fewest: Math.ceil(count / limits.namesPerCertificate),
    good: burst(count, undefined),
    refused: burst(count, "refused"),
    stuck: burst(count, "stuck"),
  }));
  console.log("Orders of a burst of names, and seconds until every good name has a certificate (simulated)");
  console.table(
    Object.fromEntries(
      bursts.map(({ count, fewest, good, refused, stuck }) => [
        `${String(count)} names`,
        {
          "fewest orders": fewest,
          orders: good.orders,
          seconds: seconds(good.ms),
          "5 % refused": seconds(refused.ms),
          "beside none": ratio(refused.ms, good.ms),
          "5 % get nowhere": seconds(stuck.ms),
        },
      ]),
    ),
  );
  const missed = bursts.filter(
    ({ fewest, good, refused }) => good.orders > most.orders * fewest || refused.ms > most.time * good.ms,
  );
  for (const { count } of missed) console.log(`${String(count)} names take more orders, or more time, than they may`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

/** How many orders it takes until the good names have certificates, and how many milliseconds. One in twenty is bad. */
function burst(count: number, bad: Validation | undefined): { readonly orders: number; readonly ms: number } {
  const simulation = new Simulation({ limits });
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
