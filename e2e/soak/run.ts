import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "../support/controlplane/api.ts";
import type { RunningGateway } from "../support/gateway/index.ts";
import { waitFor } from "../support/wait.ts";
import type { Victim } from "./controller.ts";
import { problems, publicSuffix } from "./expected.ts";
import { armFaults, armKill, described, endFaults, note } from "./faults.ts";
import type { Armed, FaultCounts } from "./faults.ts";
import { domain, ingress, paths, readObjects, readRecords, service } from "./objects.ts";
import type { Domain, Objects } from "./objects.ts";
import { Random } from "./random.ts";
import { watchdog } from "./watchdog.ts";

/** What runs go on. */
export interface Stage {
  readonly api: Api;
  readonly gateway: RunningGateway;
  readonly victim: Victim;
  readonly foreign: readonly object[];
}

/** What one run did, and what it broke. */
export interface RunReport {
  readonly log: readonly string[];
  readonly violations: readonly string[];
  /** How often the invariants were looked at meanwhile, and how often everything was judged at rest. */
  readonly looks: number;
  readonly rests: number;
}

/** Whose namespaces histories happen in. */
export const namespaces = ["soak-a", "soak-b", "soak-c"] as const;

const longestToRest = 40_000;
const primaries = ["acme.org", "acme.org", "b.acme.org", "c.b.acme.org", publicSuffix] as const;
const shares = [
  ["acme.org", "b"],
  ["acme.org", "x"],
  ["acme.org", "*"],
  ["b.acme.org", "*"],
  ["b.acme.org", "c"],
] as const;
const hosts = ["acme.org", "b.acme.org", "x.acme.org", "*.acme.org", "c.b.acme.org", "*.b.acme.org"] as const;

/** One short history of users, outages and kills; then everything comes to rest, is judged, and is cleaned up. */
export async function run(stage: Stage, seed: number, counts: FaultCounts): Promise<RunReport> {
  const { api, gateway, victim } = stage;
  const random = new Random(seed);
  const log: string[] = [];
  const violations: string[] = [];
  let rests = 0;
  const watching = watchdog(api, gateway.store, stage.foreign);

  const rest = async (what: string): Promise<void> => {
    rests += 1;
    try {
      await waitFor({ what, timeout: longestToRest, interval: 40 }, async () => {
        const found = problems(await readObjects(api, namespaces), gateway.store);
        if (found.length > 0) throw new Error(found.join("\n"));
        return true;
      });
    } catch (error) {
      violations.push(`I5: ${String(error)}: ${String((error as Error).cause)}\n${victim.log()}`);
    }
  };

  const armed: Armed[number][] = [];
  const kills = random.chance(0.6) ? 1 + random.below(2) : 0;
  const killAt = new Set(Array.from({ length: kills }, () => random.below(steps)));
  for (let step = 0; step < steps; step++) {
    if (random.chance(0.25)) {
      const more = armFaults(gateway, random);
      armed.push(...more);
      log.push(`faults: ${more.map(({ effect }) => described(effect)).join(", ")}`);
    }
    log.push(await happen(stage, random, counts));
    await sleep(random.below(40));
    if (!killAt.has(step)) continue;
    const stir = await stirring(api, random);
    const kill = armKill(gateway, random, stir.method);
    log.push(await stir.act(), await kill(victim, counts));
  }
  await endFaults(gateway, armed, counts);
  await rest("everything to come to rest");
  if (violations.length === 0) {
    const again = random.chance(0.2);
    log.push(again ? "kill -9 at rest" : "nothing more");
    violations.push(...(await furtherPass(stage, again, counts)));
  }
  await cleanUp(api);
  await rest("everything to be cleaned up");
  await watching.stop();
  return { log, violations: [...watching.violations, ...violations], looks: watching.looks(), rests };
}

const steps = 9;

/** I6: at rest nothing is written, also not by a controller that has just been started. */
async function furtherPass(
  { api, gateway, victim }: Stage,
  again: boolean,
  counts: FaultCounts,
): Promise<readonly string[]> {
  // A status may still be under way when all that is judged is in order.
  await sleep(120);
  const before = versions(await readObjects(api, namespaces));
  gateway.calls.clear();
  if (again) {
    await victim.kill();
    await victim.start();
    note(counts, "kill -9 at rest", 1);
    // Its second listing, a second after the first, is part of the pass.
    const listed = (): number => gateway.calls.all().filter(({ path }) => path.startsWith("/routes")).length;
    await waitFor({ what: "a new controller's look at Kong", interval: 20 }, () => listed() >= 2);
  }
  await sleep(100);
  const writes = gateway.calls.writes();
  const after = versions(await readObjects(api, namespaces));
  const changed = [...after].filter(([name, version]) => before.get(name) !== version).map(([name]) => name);
  return [
    ...writes.map((write) => `I6: at rest, Kong got ${write}`),
    ...changed.map((name) => `I6: at rest, ${name} was written`),
  ];
}

function versions({ domains, records, ingresses }: Objects): ReadonlyMap<string, string> {
  const all = [...domains, ...records, ...ingresses];
  return new Map(
    all.map(({ metadata }) => [
      `${metadata.namespace ?? ""}/${metadata.name} ${metadata.uid}`,
      metadata.resourceVersion,
    ]),
  );
}

/** One thing that a user or an administrator of Kong does, or that happens to Kong. */
async function happen({ api, gateway }: Stage, random: Random, counts: FaultCounts): Promise<string> {
  const what = random.next();
  const namespace = random.pick(namespaces);
  const name = random.pick(["1", "2", "3"]);
  const own = `${paths.domains(namespace)}/${name}`;
  if (what < 0.42) {
    const spec = random.chance(0.55) ? primarySpec(random) : sharedSpec(random);
    await api.call("POST", paths.domains(namespace), domain(name, spec));
    return `claim ${namespace}/${name} ${JSON.stringify(spec)}`;
  }
  if (what < 0.52) {
    const delegates = random.some([...namespaces, "*"]);
    const found = await api.call("GET", own);
    if (found.status !== 200 || (found.body as Domain).spec.sub !== undefined) return "no share";
    const claim = found.body as Domain;
    await api.call("PUT", own, { ...claim, spec: { ...claim.spec, delegates } });
    return `share ${namespace}/${name} with ${delegates.join()}`;
  }
  if (what < 0.62) {
    await api.call("DELETE", own);
    return `unclaim ${namespace}/${name}`;
  }
  if (what < 0.82) {
    const at = random.pick(["i", "j"]);
    const path = paths.ingresses(namespace);
    await api.call("DELETE", `${path}/${at}`);
    if (random.chance(0.2)) return `no Ingress ${namespace}/${at}`;
    const named = random.some(hosts);
    const made = ingress(at, named.length === 0 ? ["acme.org"] : named, random.pick(["kong", "kong", "kong", "other"]));
    await api.call("POST", path, made);
    return `Ingress ${namespace}/${at} ${named.join()}`;
  }
  if (what < 0.88) {
    const { status } = await api.call("DELETE", `${paths.services(namespace)}/web`);
    if (status === 404) await api.call("POST", paths.services(namespace), service);
    return `Service ${namespace}/web ${status === 404 ? "made" : "deleted"}`;
  }
  if (what < 0.94) {
    if (gateway.faults.away) await gateway.faults.comeBack();
    else {
      await gateway.faults.goAway();
      note(counts, "Kong away", 1);
    }
    return `Kong ${gateway.faults.away ? "away" : "back"}`;
  }
  const routes = [...gateway.store.routes.values()].filter(
    ({ tags, name }) => tags?.some((tag) => tag.startsWith("k8s-kind:Ingress")) === true && name !== null,
  );
  if (routes.length === 0) return "no drift";
  const lost = random.pick(routes);
  gateway.store.delete("routes", lost.id);
  note(counts, "route deleted behind our back", 1);
  return `drift ${lost.name ?? ""}`;
}

/** How to have Kong written to: a holder's Ingress comes, or goes if it is there. */
async function stirring(
  api: Api,
  random: Random,
): Promise<{ readonly method: "POST" | "DELETE"; readonly act: () => Promise<string> }> {
  const held = (await readRecords(api)).flatMap(({ spec }) => (spec.holder === undefined ? [] : [spec]));
  const some = held.length === 0 ? undefined : random.pick(held);
  const namespace = some?.holder?.namespace ?? random.pick(namespaces);
  const path = paths.ingresses(namespace);
  if ((await api.call("GET", `${path}/stir`)).status === 200) {
    const act = async (): Promise<string> => {
      await api.call("DELETE", `${path}/stir`);
      return `no Ingress ${namespace}/stir`;
    };
    return { method: "DELETE", act };
  }
  const named = some === undefined ? hosts : [some.host];
  const act = async (): Promise<string> => {
    if (some === undefined) await api.call("POST", paths.domains(namespace), domain("stir", { primary: "acme.org" }));
    await api.call("POST", paths.services(namespace), service);
    await api.call("POST", path, ingress("stir", named, "kong"));
    return `Ingress ${namespace}/stir ${named.join()}`;
  };
  return { method: "POST", act };
}

function primarySpec(random: Random): Domain["spec"] {
  const delegates = random.chance(0.6) ? random.some([...namespaces, "*"]) : [];
  return { primary: random.pick(primaries), ...(delegates.length === 0 ? {} : { delegates }) };
}

function sharedSpec(random: Random): Domain["spec"] {
  const [primary, sub] = random.pick(shares);
  return { primary, sub, ...(random.chance(0.6) ? { parent: random.pick(namespaces) } : {}) };
}

/** Deletes what the run made; each namespace has its Service again afterwards. */
async function cleanUp(api: Api): Promise<void> {
  await Promise.all(
    namespaces.flatMap((namespace) => [
      api.call("DELETE", paths.domains(namespace)),
      api.call("DELETE", paths.ingresses(namespace)),
      api.call("POST", paths.services(namespace), service),
    ]),
  );
  await waitFor({ what: "all claims to be gone", timeout: longestToRest, interval: 30 }, async () => {
    const { domains, ingresses } = await readObjects(api, namespaces);
    return domains.length === 0 && ingresses.length === 0;
  });
}
