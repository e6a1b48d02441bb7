import type { Cluster } from "../kube/cluster.ts";
import type { Domain } from "../kube/objects.ts";
import { domains, reference } from "../kube/resources.ts";
import { absenceNow, whetherItRuns } from "./controller-state.ts";
import { milestones, obstacle } from "./milestone.ts";
import type { Milestone } from "./milestone.ts";

/** What a claim is still waited for, and what keeps that from coming: the end of a sentence. Throws where the claim can't be read. */
export async function lacking(cluster: Cluster, claim: Domain, wait: Milestone, now: number): Promise<string> {
  const name = reference(claim.metadata.name);
  const [last, away] = await Promise.all([
    cluster.find<Domain>(domains, claim.metadata.namespace, claim.metadata.name),
    absenceNow(cluster, now),
  ]);
  const held = last?.status?.phase === "OK";
  const what = held && wait !== "held" ? `${name} ${milestones[wait].text}` : `the decision on ${name}`;
  const { reason, message } = (held ? obstacle(last, wait) : last?.status) ?? {};
  return `${what}: ${away ?? (message === undefined ? whetherItRuns : `${reason ?? ""}: ${message}`)}`;
}
