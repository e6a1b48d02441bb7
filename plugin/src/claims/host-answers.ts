import type { V1Ingress } from "@kubernetes/client-node";
import type { Host } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import type { Domain, HostRecord } from "../kube/objects.ts";
import type { Services } from "./backend-problem.ts";
import { hostProblem } from "./host-problem.ts";
import { classProblem, unlistedProblem } from "./class-problem.ts";
import type { Classes } from "./class-problem.ts";
import type { PathAnswer } from "./path-answer.ts";
import { pathAnswers } from "./path-answers.ts";
import { readIngress } from "./serving.ts";

/** What is known of a host in a namespace. */
interface AroundHost {
  readonly claim: Domain | undefined;
  readonly record: HostRecord | undefined;
  /** Those that name it. */
  readonly ingresses: readonly V1Ingress[];
  readonly services: Services;
  /** Reads the classes of the cluster. */
  readonly classes: () => Promise<Classes>;
}

/** What becomes of each path that the namespace's Ingresses have for a host. */
export async function hostAnswers(
  cluster: Cluster,
  host: Host,
  { claim, record, ingresses, services, classes: read }: AroundHost,
): Promise<readonly PathAnswer[]> {
  if (ingresses.length === 0) return [];
  const classes = await read();
  const ofHost = await hostProblem(host, cluster.namespace, claim, record);
  const answers = await Promise.all(
    ingresses.map(async (ingress) => {
      const around = {
        classProblem: await classProblem(ingress, classes),
        unlistedProblem: await unlistedProblem(ingress, classes),
        ...{ hostProblem: ofHost, claim, services },
      };
      return await pathAnswers(await readIngress(ingress), host, around);
    }),
  );
  return answers.flat();
}
