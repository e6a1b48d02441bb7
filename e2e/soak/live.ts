/** Runs against a real API server and the gateway with a controller that is killed: `node e2e/soak/live.ts --help`. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startGateway } from "../support/gateway/index.ts";
import type { RunningGateway } from "../support/gateway/index.ts";
import { SERVICE_ACCOUNT, SYSTEM_NAMESPACE } from "../support/world/project.ts";
import { startWorld } from "../support/world/start-world.ts";
import { victim } from "./controller.ts";
import type { FaultCounts } from "./faults.ts";
import { paths, service } from "./objects.ts";
import { namespaces, run } from "./run.ts";
import type { RunReport, Stage } from "./run.ts";

const usage = `usage: live.ts [--runs 1000] [--seed 1] [--minutes N] [--out FILE]
  Each run is a short random history through the API with faults of Kong's Admin API and a controller that is killed, and
  is judged at rest and meanwhile. The first run that breaks an invariant is printed, and the exit code is 1. With
  --minutes it ends in good order when they are over. A seed repeats what users do; the moments are the machine's.`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    minutes: { type: "string" },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(usage);
else process.exit(await soak());

async function soak(): Promise<number> {
  const runs = Number(values.runs);
  const first = Number(values.seed);
  if (!(runs >= 1 && first >= 0)) throw new Error(usage);
  const gateway = await startGateway();
  const env = { ...process.env, KONG_ADMIN_URL: gateway.adminUrl, KONG_PROXY_URL: gateway.proxyUrl };
  const world = await startWorld({ env });
  try {
    const { api } = world.cluster;
    const { kubeconfig } = await world.cluster.serviceAccount(SYSTEM_NAMESPACE, SERVICE_ACCOUNT);
    const controller = victim(api, { kubeconfig, kongAdminUrl: gateway.adminUrl, dataDir: world.dataDir });
    for (const name of namespaces) {
      await api.must("POST", "/api/v1/namespaces", { metadata: { name } });
      await api.must("POST", paths.services(name), service);
    }
    const stage: Stage = { api, gateway, victim: controller, foreign: await foreignEntities(gateway) };
    await controller.start();
    const broken = await playAll(stage, first, runs);
    await controller.kill();
    return broken ? 1 : 0;
  } finally {
    await world.stop();
    await gateway.stop();
  }
}

async function playAll(stage: Stage, first: number, runs: number): Promise<boolean> {
  const counts: FaultCounts = new Map();
  const startedAt = performance.now();
  const limit = values.minutes === undefined ? Infinity : Number(values.minutes) * 60_000;
  let [done, looks, rests] = [0, 0, 0];
  let broken: { readonly seed: number; readonly report: RunReport } | undefined;
  while (done < runs && broken === undefined && performance.now() - startedAt < limit) {
    const seed = first + done;
    const report = await run(stage, seed, counts);
    done += 1;
    looks += report.looks;
    rests += report.rests;
    if (report.violations.length > 0) broken = { seed, report };
    if (done % 25 === 0) {
      const each = ((performance.now() - startedAt) / 1000 / done).toFixed(2);
      console.log(`${String(done)} of ${String(runs)} runs, ${each} s each`);
    }
  }
  const faults = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const injected = faults.reduce((sum, [, times]) => sum + times, 0);
  const width = Math.max(...faults.map(([fault]) => fault.length), 0);
  const summary = [
    `runs                 ${String(done)} (seeds ${String(first)} to ${String(first + done - 1)}, ${((performance.now() - startedAt) / 1000).toFixed(0)} s)`,
    `faults injected      ${String(injected)}`,
    ...faults.map(([fault, times]) => `  ${fault.padEnd(width)}  ${String(times).padStart(8)}`),
    `invariants checked   ${String(looks * 3 + rests * 5 + done)}`,
    `  meanwhile          ${String(looks)} times: I3 no route without the host, I4 foreign entities, L2b guards`,
    `  at rest            ${String(rests)} times: I1 the register, I5 nobody waits in vain, statuses, Kong's routes, nothing left over`,
    `  a further pass     ${String(done)} times: I6 nothing is written`,
    `violations           ${String(broken?.report.violations.length ?? 0)}`,
    `seed of the last     ${String(first + done - 1)}`,
  ].join("\n");
  console.log(summary);
  if (values.out !== undefined) writeFileSync(values.out, `${summary}\n`);
  if (broken === undefined) return false;
  const { seed, report } = broken;
  console.error(`\nseed ${String(seed)} broke:\n${[...new Set(report.violations)].join("\n")}\n\nits history:`);
  console.error(`${report.log.join("\n")}\n\nreplay: node e2e/soak/live.ts --runs 1 --seed ${String(seed)}`);
  return true;
}

/** What somebody else has in the same Kong: one of our hosts, and names that look like ours. */
async function foreignEntities({ adminUrl, store }: RunningGateway): Promise<readonly object[]> {
  const create = async (path: string, body: object): Promise<void> => {
    const headers = { "content-type": "application/json" };
    const { status } = await fetch(`${adminUrl}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (status !== 201) throw new Error(`POST ${path}: ${String(status)}`);
  };
  const tags = ["somebody-else", "k8s-namespace:soak-a"];
  const name = "soak-a.other.80";
  await create("services", { name, host: "elsewhere", port: 80, tags });
  await create(`services/${name}/routes`, {
    name: "soak-a~acme.org~other",
    hosts: ["acme.org"],
    paths: ["/other"],
    tags,
  });
  await create(`services/${name}/plugins`, { name: "pre-function", config: { access: ["return"] }, tags });
  return [...store.services.values(), ...store.routes.values(), ...store.plugins.values()];
}
