import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startGateway } from "@domain-claims/kong-stand-in";
import { writeKubeconfig } from "../support/controlplane/kubeconfig.ts";
import { paths, service } from "../support/world/objects.ts";
import { SERVICE_ACCOUNT, SYSTEM_NAMESPACE } from "../support/world/project.ts";
import { startWorld } from "../support/world/start-world.ts";
import { startApiProxy } from "./api-proxy.ts";
import type { ApiProxy } from "./api-proxy.ts";
import { controller } from "./controller.ts";
import { crew } from "./crew.ts";
import type { Crew } from "./crew.ts";
import type { FaultCounts } from "./fault-counts.ts";
import { foreignEntities } from "./foreign.ts";
import { namespaces } from "./objects.ts";
import type { Place } from "./users.ts";

/** What runs go on, one after the other: a cluster, a Kong and a crew of their own. */
export interface Stage extends Place {
  readonly proxy: ApiProxy;
  readonly crew: Crew;
  readonly foreign: readonly object[];
}

/** A stage that is ready for its first run. */
export interface StartedStage extends Stage {
  readonly stop: () => Promise<void>;
}

/** Starts an API server, the gateway, the way to either that misbehaves, and a controller; what strikes is added to `counts`. */
export async function startStage(counts: FaultCounts): Promise<StartedStage> {
  const ending: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  try {
    const gateway = await startGateway();
    ending.push(gateway.stop);
    const env = { ...process.env, KONG_ADMIN_URL: gateway.adminUrl, KONG_PROXY_URL: gateway.proxyUrl };
    const { cluster, dataDir, stop: endWorld } = await startWorld({ env });
    ending.push(endWorld);
    const { api } = cluster;
    const ca = readFileSync(cluster.caFile, "utf8");
    const proxy = await startApiProxy(cluster.url, ca, counts);
    ending.push(proxy.stop);
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
    const foreign = await foreignEntities(gateway);
    ending.push(controllers.kill, controllers.dismiss);
    await controllers.start();
    return { api, gateway, proxy, crew: controllers, foreign, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
