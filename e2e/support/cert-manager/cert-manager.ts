import { fileURLToPath } from "node:url";
import type { Api } from "../controlplane/api.ts";
import type { ControlPlane } from "../controlplane/control-plane.ts";
import { launch } from "../controlplane/place.ts";
import type { Place } from "../controlplane/place.ts";
import { untilAllowed } from "../controlplane/rights.ts";
import type { Action } from "../controlplane/rights.ts";
import { ensure } from "../controlplane/service-account.ts";
import { certificateAuthority } from "../pki.ts";
import type { RunningProcess } from "../process.ts";
import { runKubectl } from "../world/kubectl.ts";
import { listOf } from "../world/objects.ts";
import { startDnsServer } from "./dns-server.ts";
import type { DnsServer } from "./dns-server.ts";
import { startPort80, startSolverPods } from "./http01.ts";
import { CERT_MANAGER_NAMESPACE as NAMESPACE, ISSUERS, issuerObjects } from "./issuers.ts";
import { startPebble } from "./pebble.ts";
import { certManagerPrograms } from "./programs.ts";
import { startWebhook } from "./webhook.ts";

/** What cert-manager and the world that it asks may be told; everything has a default. */
export interface CertManagerOptions {
  /** Zones in which challenges of the ACME issuer can be answered. */
  readonly zones?: readonly string[];
  /** URL of the gateway's proxy, which has port 80 of what names of the zones lead to; without it HTTP-01 can't be met. */
  readonly proxyUrl?: string;
  /** Whether the cluster runs pods, and has the image of the HTTP-01 solver; otherwise this process answers for them. */
  readonly runsPods?: boolean;
  /** Whether the API server asks cert-manager's webhook about each of its objects. */
  readonly webhook?: boolean;
  /** Further arguments of cert-manager; they come last, so that they win. */
  readonly args?: readonly string[];
}

/** A running cert-manager with its ClusterIssuers (`ISSUERS`), and the world that it asks. */
export interface CertManager {
  readonly dns: DnsServer;
  /** The roots (PEM) of what the issuers issue. */
  readonly roots: { readonly ca: string; readonly acme: string };
  readonly process: RunningProcess;
  /** Ends it by SIGKILL and starts it again. */
  readonly restart: () => Promise<void>;
}

const RIGHTS = fileURLToPath(new URL("rbac.yaml", import.meta.url));
const ACCOUNT = "cert-manager";

/** A port at which nobody listens. */
const NOBODY = 1;

/**
 * Starts a DNS server, an ACME server and cert-manager in the place of a cluster, with the rights that its chart gives
 * it, and returns when each ClusterIssuer is ready. The cluster has to have cert-manager's definitions from its start
 * (`certManagerPrograms`): what a Certificate owns is then collected with it.
 */
export async function startCertManager(
  { cluster, place }: { readonly cluster: ControlPlane; readonly place: Place },
  { zones = [], proxyUrl, runsPods = false, webhook = false, args = [] }: CertManagerOptions = {},
): Promise<CertManager> {
  const programs = await certManagerPrograms();
  const dns = await startDnsServer(place, programs.dnsServer, zones);
  const httpPort = Number(proxyUrl === undefined ? NOBODY : new URL(proxyUrl).port);
  const pebble = await startPebble(place, programs.pebble, { nameserver: dns.address, httpPort });
  const env: NodeJS.ProcessEnv = { ...process.env };
  if (proxyUrl !== undefined) {
    if (!runsPods) await startSolverPods(cluster.api);
    // Go asks no proxy for what is on loopback, such as the API server.
    env["HTTP_PROXY"] = await startPort80(dns.resolver, proxyUrl);
  }
  await applyRights(cluster);
  const kubeconfig = await serviceAccount(cluster, ACCOUNT, {
    verb: "list",
    group: "cert-manager.io",
    resource: "certificates",
  });
  if (webhook) {
    const action = { verb: "create", group: "authorization.k8s.io", resource: "subjectaccessreviews" };
    await startWebhook(cluster, place, programs.webhook, await serviceAccount(cluster, `${ACCOUNT}-webhook`, action));
  }
  const authority = await certificateAuthority("cert-manager-ca");
  for (const { collection, object } of issuerObjects(authority, dns, pebble))
    await cluster.api.must("POST", collection, object);
  const spec = {
    name: "cert-manager",
    command: programs.certManager,
    env,
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--cluster-resource-namespace=${NAMESPACE}`,
      `--dns01-recursive-nameservers=${dns.address}`,
      "--concurrent-workers=20",
      "--certificate-request-minimum-backoff-duration=5s",
      ...args,
    ],
  };
  const start = (): Promise<RunningProcess> => launch(place, spec, () => issuersReady(cluster.api));
  let running = await start();
  return {
    dns,
    roots: { ca: authority.certificate, acme: pebble.root },
    get process() {
      return running;
    },
    restart: async () => {
      await running.stop();
      running = await start();
    },
  };
}

/** Creates cert-manager's namespace, service accounts and rights. */
async function applyRights(cluster: ControlPlane): Promise<void> {
  await ensure(cluster.api, "/api/v1/namespaces", NAMESPACE);
  const apply = ["apply", "--server-side", "-f", RIGHTS];
  const { code, stderr } = await runKubectl(cluster.kubectl, apply, { kubeconfig: cluster.kubeconfig });
  if (code !== 0) throw new Error(`the rights in ${RIGHTS} cannot be applied:\n${stderr}`);
}

/** Returns the kubeconfig of one of the accounts as soon as it may do what it is there for. */
async function serviceAccount(cluster: ControlPlane, name: string, action: Action): Promise<string> {
  await untilAllowed(cluster.api, `system:serviceaccount:${NAMESPACE}:${name}`, action);
  return (await cluster.serviceAccount(NAMESPACE, name)).kubeconfig;
}

interface ClusterIssuer {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  };
}

/** Whether all ClusterIssuers are ready; throws what is said of one that is not. */
async function issuersReady(api: Api): Promise<boolean> {
  const issuers = await listOf<ClusterIssuer>(api, "/apis/cert-manager.io/v1/clusterissuers");
  for (const name of Object.values(ISSUERS)) {
    const conditions = issuers.find(({ metadata }) => metadata.name === name)?.status?.conditions ?? [];
    const ready = conditions.find(({ type }) => type === "Ready");
    if (ready?.status !== "True") throw new Error(`ClusterIssuer ${name}: ${ready?.message ?? "no word yet"}`);
  }
  return true;
}
