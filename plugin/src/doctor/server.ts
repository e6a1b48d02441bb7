import { group, version } from "@domain-claims/crds/domain";

import { byYou } from "../claims/path-answer.ts";
import { isDenied } from "../kube/errors.ts";
import { customResourceDefinitions, domainCertificates, domains, hostRecords } from "../kube/resources.ts";
import type { Cluster } from "../kube/cluster.ts";
import type { Resource } from "../kube/resources.ts";
import { byAdministrator } from "./finding.ts";
import type { Check, Finding } from "./finding.ts";

/** Two clocks may differ by so much before it is said, in milliseconds: the API server tells its own to the second. */
const mostSkewMs = 10_000;

/** The API server, and whether its clock is this machine's. */
export const server: Check = async ({ cluster, now }) => {
  const { version: running, time } = await cluster.server.version();
  const found: Finding = { check: "kubernetes", state: "ok", message: `the API server is of version ${running}` };
  const ahead = now - time;
  if (!(Math.abs(ahead) > mostSkewMs)) return [found];
  const seconds = String(Math.round(Math.abs(ahead) / 1000));
  const message = `this machine's clock is ${seconds} s ${ahead > 0 ? "ahead of" : "behind"} the API server's: ages that are shown are wrong by that`;
  return [found, { check: "clock", state: "warning", message, fix: byYou("set the clock by NTP") }];
};

const ours = [domains, hostRecords, domainCertificates];

/** Whether the kinds are installed, and stay. */
export const kinds: Check = async ({ cluster }) => {
  const served = await cluster.server.kindsOf(group, version);
  const missing = ours.flatMap(({ plural }) => (served.includes(plural) ? [] : [plural]));
  if (missing.length === 0) {
    const message = `${group}/${version} is served: ${[...served].sort().join(", ")}`;
    const found: Finding = { check: "kinds", state: "ok", message };
    return [found, ...(await Promise.all(ours.map((kind) => leaving(cluster, kind)))).flat()];
  }
  const what =
    missing.length === ours.length
      ? "Domain Claims for Kong is not installed"
      : `of its kinds, ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing`;
  const fix = byAdministrator("install the chart, which has the kinds (docs/install.md)");
  return [{ check: "kinds", state: "problem", message: `${group}/${version}: ${what}`, fix }];
};

/** A kind that somebody has deleted, as far as the caller may see that: it stays until the last of its objects has gone. */
async function leaving(cluster: Cluster, { plural }: Resource): Promise<readonly Finding[]> {
  const name = `${plural}.${group}`;
  const definition = await cluster.find(customResourceDefinitions, undefined, name).catch((error: unknown) => {
    if (isDenied(error)) return undefined;
    throw error;
  });
  const since = definition?.metadata.deletionTimestamp;
  if (since === undefined) return [];
  const message = `${name} is being deleted since ${since}: nothing of it can be made, and it goes when a controller has released the last of its objects`;
  const fix = byAdministrator(
    "see what hangs where no controller leads, and how to end it (docs/uninstall.md)",
    `kubectl get ${plural} -A`,
  );
  return [{ check: "kinds", state: "warning", message, fix }];
}
