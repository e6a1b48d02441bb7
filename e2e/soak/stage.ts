import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startGateway } from "@domain-claims/kong-stand-in";
import { writeKubeconfig } from "../support/controlplane/kubeconfig.ts";
import { paths, service } from "../support/world/objects.ts";
import { SERVICE_ACCOUNT, SYSTEM_NAMESPACE } from "../support/world/project.ts";
import type { Backend } from "../support/world/backend.ts";
import { startWorld } from "../support/world/start-world.ts";
import { startApiProxy } from "./api-proxy.ts";
import type { ApiProxy } from "./api-proxy.ts";
import { controller } from "./controller.ts";
import { crew } from "./crew.ts";
import type { Crew } from "./crew.ts";
import type { FaultCounts } from "./fault-counts.ts";
import { foreignEntities } from "./foreign.ts";
import { namespaces, siteNamespaces } from "./objects.ts";
import { watchRegister } from "./register.ts";
import type { SitePlace } from "./site.ts";
import type { Place } from "./users.ts";

/** What runs go on, one after the other: a cluster, a Kong and a crew of their own. */
export interface Stage extends Place {
  readonly proxy: ApiProxy;
  readonly crew: Crew;
  readonly foreign: readonly object[];
  readonly sites: SitePlace;
}

/**
 * Two workers, which take over routes and functions as a Kong's do, only sooner: the controller has to wait for them, and a run
 * does not take long.
 */
const timing = { workers: 2, workerStateUpdateFrequency: 0.2 } as const;

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
    const gateway = await startGateway(timing);
    ending.push(gateway.stop);
    const env = { ...process.env, KONG_ADMIN_URL: gateway.adminUrl, KONG_PROXY_URL: gateway.proxyUrl };
    const { cluster, dataDir, backend, stop: endWorld } = await startWorld({ env });
    ending.push(endWorld);
    const { api } = cluster;
    const ca = readFileSync(cluster.caFile, "utf8");
    const proxy = await startApiProxy(cluster.url, ca, counts);
    ending.push(proxy.stop);
    const { tokenFile } = await cluster.serviceAccount(SYSTEM_NAMESPACE, SERVICE_ACCOUNT);
    const kubeconfig = writeKubeconfig(join(dataDir, "soak.yaml"), {
      ...{ url: proxy.url, ca, user: SERVICE_ACCOUNT, credentials: { kind: "tokenFile", file: tokenFile } },
    });
    const told = { kubeconfig, kongAdminUrl: gateway.adminUrl, proxyUrl: gateway.proxyUrl, dataDir };
    const controllers = crew(api, [controller({ name: "one", ...told }), controller({ name: "two", ...told })]);
    const behind = async (namespace: string): Promise<Backend> => {
      await api.must("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
      return backend({ namespace, service: "web" });
    };
    for (const name of namespaces) {
      await api.must("POST", "/api/v1/namespaces", { metadata: { name } });
      await api.must("POST", paths.services(name), service);
    }
    const [{ port: sitePort }, { port: heirPort }] = [await behind(siteNamespaces[0]), await behind(siteNamespaces[1])];
    const foreign = await foreignEntities(gateway);
    const register = await watchRegister(cluster.kubectl, cluster.kubeconfig);
    ending.push(register.stop);
    ending.push(controllers.kill, controllers.dismiss);
    await controllers.start();
    const { givenUp } = register;
    const sites: SitePlace = { api, proxyUrl: gateway.proxyUrl, givenUp, ports: [sitePort, heirPort] };
    return { api, gateway, register, proxy, crew: controllers, foreign, sites, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
