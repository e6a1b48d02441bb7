/** Runs against a real API server and the gateway with controllers that are killed: `node e2e/soak/live.ts --help`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeKubeconfig } from "../support/controlplane/kubeconfig.ts";
import { startGateway } from "@domain-claims/kong-stand-in";
import { SERVICE_ACCOUNT, SYSTEM_NAMESPACE } from "../support/world/project.ts";
import { startWorld } from "../support/world/start-world.ts";
import { paths, service } from "../support/world/objects.ts";
import { startApiProxy } from "./api-proxy.ts";
import { controller } from "./controller.ts";
import { crew } from "./crew.ts";
import type { FaultCounts } from "./fault-counts.ts";
import { foreignEntities } from "./foreign.ts";
import { namespaces } from "./objects.ts";
import { run } from "./run.ts";
import type { Stage } from "./run.ts";
import { summary } from "./summary.ts";
import type { Totals } from "./summary.ts";

const usage = `usage: live.ts [--runs 1000] [--seed 1] [--minutes N] [--out FILE]
  Each run is a short random history through the API with faults of both APIs, controllers that are killed, paused and
  succeeded, and namespaces that are made anew; it is judged at rest and meanwhile. The first run that breaks an invariant
  is printed, and the exit code is 1. With --minutes it ends in good order when they are over. A seed repeats what users
  do; the moments are the machine's.`;

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
  const counts: FaultCounts = new Map();
  const gateway = await startGateway();
  const env = { ...process.env, KONG_ADMIN_URL: gateway.adminUrl, KONG_PROXY_URL: gateway.proxyUrl };
  const world = await startWorld({ env });
  const { cluster, dataDir } = world;
  const { api } = cluster;
  const ca = readFileSync(cluster.caFile, "utf8");
  const proxy = await startApiProxy(cluster.url, ca, counts);
  try {
    const { tokenFile } = await cluster.serviceAccount(SYSTEM_NAMESPACE, SERVICE_ACCOUNT);
    const kubeconfig = writeKubeconfig(join(dataDir, "soak.yaml"), {
      ...{ url: proxy.url, ca, user: SERVICE_ACCOUNT, credentials: { kind: "tokenFile", file: tokenFile } },
    });
    const told = { kubeconfig, kongAdminUrl: gateway.adminUrl, dataDir };
    const controllers = crew(api, [controller({ name: "one", ...told }), controller({ name: "two", ...told })]);
    for (const name of namespaces) {
      await api.must("POST", "/api/v1/namespaces", { metadata: { name } });
      await api.must("POST", paths.services(name), service);
    }
    const stage: Stage = { api, gateway, proxy, crew: controllers, foreign: await foreignEntities(gateway) };
    await controllers.start();
    const broken = await playAll(stage, { first, runs }, counts);
    await controllers.dismiss();
    await controllers.kill();
    return broken ? 1 : 0;
  } finally {
    await proxy.stop();
    await world.stop();
    await gateway.stop();
  }
}

/** Plays one run after the other and prints what they came to; true if one broke something. */
async function playAll(
  stage: Stage,
  { first, runs }: { readonly first: number; readonly runs: number },
  counts: FaultCounts,
): Promise<boolean> {
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const longest = values.minutes === undefined ? Infinity : Number(values.minutes) * 60;
  let totals: Totals = { first, done: 0, looks: 0, rests: 0, violations: [] };
  let log: readonly string[] = [];
  while (totals.done < runs && totals.violations.length === 0 && seconds() < longest) {
    const report = await run(stage, first + totals.done, counts);
    totals = {
      first,
      done: totals.done + 1,
      looks: totals.looks + report.looks,
      rests: totals.rests + report.rests,
      violations: report.violations,
    };
    log = report.log;
    if (totals.done % 25 === 0)
      console.log(`${String(totals.done)} of ${String(runs)} runs, ${(seconds() / totals.done).toFixed(2)} s each`);
  }
  const text = summary(totals, counts, seconds());
  console.log(text);
  if (values.out !== undefined) writeFileSync(values.out, `${text}\n`);
  if (totals.violations.length === 0) return false;
  const seed = String(first + totals.done - 1);
  console.error(`\nseed ${seed} broke:\n${[...new Set(totals.violations)].join("\n")}\n\nits history:`);
  console.error(`${log.join("\n")}\n\nreplay: node e2e/soak/live.ts --runs 1 --seed ${seed}`);
  return true;
}
