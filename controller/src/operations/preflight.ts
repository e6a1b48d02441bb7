import { requireSupportedKong } from "../kong/client.ts";
import type { Kong } from "../kong/client.ts";
import { KongError } from "../kong/errors.ts";
import { errorOf, KubeError } from "../kube/errors.ts";
import type { ClusterTransport } from "../kube/transport.ts";
import { errorText } from "./logging/logger.ts";
import type { Log } from "./logging/logger.ts";
import type { KongInfo } from "../plan/kong/entities.ts";

/** Something that an administrator has to mend before the controller can run; the message is for people. */
export class Unusable extends Error {
  override readonly name = "Unusable";
}

/**
 * Asks Kong who it is, while there is somebody to read the answer. Throws {@link Unusable} if it can't be used; a Kong that
 * does not answer is told of and waited for: undefined then.
 */
export async function checkKong(kong: Pick<Kong, "info">, url: string, log: Log): Promise<KongInfo | undefined> {
  try {
    const info = await kong.info();
    const { problem } = requireSupportedKong(info);
    if (problem !== undefined) throw new Unusable(problem);
    log.info({ kong: info.version, url }, "Kong answers");
    return info;
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    log.warn({ url, error: error.message }, "Kong can't be used yet; waiting for it");
    return undefined;
  }
}

const patienceMs = 5_000;

/** Asks the API server for its version, so that the log says which cluster this is, or what keeps us from it. Never throws. */
export async function checkCluster(cluster: Pick<ClusterTransport, "request" | "server">, log: Log): Promise<void> {
  const path = "/version";
  const { server } = cluster;
  try {
    const response = await cluster.request({ method: "GET", path, timeoutMs: patienceMs });
    if (response.status !== 200) throw errorOf(`GET ${path}`, response);
    log.info({ server, kubernetes: versionOf(response.body) }, "the API server answers");
  } catch (error) {
    const refused = error instanceof KubeError && error.status === 401;
    const message = refused
      ? "the API server does not accept our credentials; trying again until it does"
      : "the API server can't be used yet; waiting for it";
    log.warn({ server, error: errorText(error) }, message);
  }
}

function versionOf(body: unknown): string {
  const version: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "gitVersion") : undefined;
  return typeof version === "string" ? version : "unknown";
}
