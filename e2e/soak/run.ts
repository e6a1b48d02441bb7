import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { waitFor } from "../support/wait.ts";
import { paths, service } from "../support/world/objects.ts";
import { armApiFaults } from "./api-faults.ts";
import { problems } from "./expected.ts";
import { note } from "./fault-counts.ts";
import type { FaultCounts } from "./fault-counts.ts";
import { takeName } from "./foreign.ts";
import { furtherPass } from "./further-pass.ts";
import { armFaults, armKill, described, endFaults } from "./kong-faults.ts";
import type { Armed } from "./kong-faults.ts";
import { namespaces, readObjects, siteNamespaces } from "./objects.ts";
import { chance, drawsOf } from "./draw.ts";
import type { Draw } from "./draw.ts";
import { renew } from "./renewal.ts";
import type { Renewal } from "./renewal.ts";
import { someNamespace } from "./name-acts.ts";
import { happen, stirring } from "./users.ts";
import type { Stage } from "./stage.ts";
import { openSite } from "./site.ts";
import type { Site } from "./site.ts";
import { watchdog } from "./watchdog.ts";

/** What one run did, and what it broke. */
export interface RunReport {
  readonly log: readonly string[];
  readonly violations: readonly string[];
  /** How often the invariants were looked at meanwhile, and how often everything was judged at rest. */
  readonly looks: number;
  readonly rests: number;
}

const steps = 9;
const longestToRest = 150_000;
const someTakeover = () => fc.constantFrom("killed", "paused", "paused");

/** One short history of users, outages, kills and takeovers; then everything comes to rest, is judged, and is cleaned up. */
export async function run(stage: Stage, seed: number, counts: FaultCounts): Promise<RunReport> {
  const draw = drawsOf(seed);
  const taken = seed % 4 === 0 ? await takeName(stage.gateway) : undefined;
  const foreign = taken === undefined ? stage.foreign : [...stage.foreign, taken.entity];
  const watching = watchdog(stage.api, stage.gateway.store, foreign);
  const violations: string[] = [];
  let rests = 0;
  const rest = async (what: string): Promise<void> => {
    rests += 1;
    const broken = await unrest(stage, what);
    if (broken !== undefined) violations.push(broken);
  };

  const site = await openSite(stage.sites, draw, seed);
  const log = await history(stage, draw, counts, site);
  await rest("everything to come to rest");
  violations.push(...(await site.end()));
  if (violations.length === 0) {
    const again = draw(chance, 20);
    log.push(again ? "kill -9 at rest" : "nothing more");
    if (again) note(counts, "kill -9 at rest", 1);
    violations.push(...(await furtherPass(stage, again)));
  }
  await cleanUp(stage);
  await rest("everything to be cleaned up");
  await watching.stop();
  taken?.giveBack();
  const broken = [...watching.violations, ...stage.register.violations(), ...violations];
  return { log, violations: broken, looks: watching.looks(), rests };
}

/** What happens, up to the end of all faults; in words. */
async function history(stage: Stage, draw: Draw, counts: FaultCounts, site: Site): Promise<string[]> {
  const { api, gateway, proxy, crew } = stage;
  const log: string[] = [];
  const armed: Armed[number][] = [];
  let renewal: Renewal | undefined;
  const some = (percent: number, most: number): ReadonlySet<number> => {
    const times = draw(chance, percent) ? 1 + draw(fc.nat, most - 1) : 0;
    return new Set(Array.from({ length: times }, () => draw(fc.nat, steps - 1)));
  };
  const [killsAt, takeoverAt, renewalAt] = [some(55, 2), some(20, 1), some(15, 1)];
  for (let step = 0; step < steps; step++) {
    if (draw(chance, 25)) {
      const more = armFaults(gateway, draw);
      armed.push(...more);
      log.push(`faults: ${more.map(({ effect }) => described(effect)).join(", ")}`);
    }
    if (draw(chance, 25)) log.push(`faults: Kubernetes ${armApiFaults(proxy, draw)}`);
    if (renewalAt.has(step)) {
      const namespace = draw(someNamespace);
      renewal = await renew(api, namespace, stage.register.givenUp);
      note(counts, "namespace made anew by somebody else", 1);
      log.push(`namespace ${namespace} is made anew`);
    }
    log.push(await happen(stage, draw, counts));
    if (draw(chance, 35)) log.push(...(await nextStep(site)));
    await sleep(draw(fc.nat, 39));
    if (takeoverAt.has(step)) {
      const how = draw(someTakeover);
      await crew.takeOver(how);
      note(counts, `takeover, the leader was ${how}`, 1);
      log.push(`another leader: the one before was ${how}`);
    } else if (killsAt.has(step)) {
      const stir = await stirring(api, draw);
      const kill = armKill(gateway, draw, stir.method);
      log.push(await stir.act(), await kill(crew, counts));
    }
  }
  for (let left = await nextStep(site); left.length > 0; left = await nextStep(site)) log.push(...left);
  proxy.clear();
  await endFaults(gateway, armed, counts);
  await crew.dismiss();
  await renewal?.done;
  return log;
}

async function nextStep(site: Site): Promise<readonly string[]> {
  const step = await site.step();
  return step === undefined ? [] : [step];
}

/** What is not as it must be at rest however long one waits; undefined if it came to rest. */
async function unrest({ api, gateway, crew }: Stage, what: string): Promise<string | undefined> {
  try {
    await waitFor({ what, timeout: longestToRest, interval: 150 }, async () => {
      const objects = await readObjects(api);
      // The end of a redemption would be a reason to write.
      const kept = objects.records.filter(({ spec }) => spec.redemption !== undefined && objects.domains.length > 0);
      const found = [
        ...problems(objects, gateway.store),
        ...kept.map(({ spec: { host } }) => `${host} is kept for its last holder's namespace`),
      ];
      if (found.length > 0) throw new Error(found.join("\n"));
      return true;
    });
    return undefined;
  } catch (error) {
    return `I5: ${String(error)}: ${String((error as Error).cause)}\n${crew.log()}`;
  }
}

/** Deletes what the run made; each namespace has its Service again afterwards. */
async function cleanUp({ api }: Stage): Promise<void> {
  await Promise.all([
    ...[...namespaces, ...siteNamespaces].flatMap((namespace) => [
      api.call("DELETE", paths.domains(namespace)),
      api.call("DELETE", paths.ingresses(namespace)),
    ]),
    ...namespaces.map((namespace) => api.call("POST", paths.services(namespace), service)),
  ]);
  await waitFor({ what: "all claims to be gone", timeout: longestToRest, interval: 100 }, async () => {
    const { domains, ingresses } = await readObjects(api);
    return domains.length === 0 && ingresses.length === 0;
  });
}
