import type { V1Ingress } from "@kubernetes/client-node";
import { hostOf, kindOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import { ApiError, isDenied } from "../kube/errors.ts";
import type { Domain, HostRecord } from "../kube/objects.ts";
import { classesOf } from "./class-problem.ts";
import type { Classes } from "./class-problem.ts";
import { controllerLease } from "./controller-lease.ts";
import { stateOf } from "./controller-state.ts";
import type { ControllerState } from "./controller-state.ts";
import { eventsOf } from "./events.ts";
import type { Told } from "./events.ts";
import { claimCommand, fixes } from "./fixes.ts";
import type { Fix, Known } from "./fixes.ts";
import { claimsOf } from "./claims.ts";
import { forecast } from "./forecast.ts";
import type { Forecast } from "./forecast.ts";
import { imagined } from "./imagined.ts";
import { aboveOf, known } from "./known.ts";
import { enclosing, isHeld, isKept, recordOf } from "./register.ts";
import { searchOfPrimary, searchOfShared } from "./search.ts";
import type { SearchStep } from "./search.ts";
import { hostCertificate } from "./host-certificate.ts";
import type { HostCertificate } from "./host-certificate.ts";
import { hostAnswers } from "./host-answers.ts";
import { fixesOf as fixesOfPaths, servicesOf } from "./ingress-explanation.ts";
import type { PathAnswer } from "./path-answer.ts";
import { ingressesFor } from "./serving.ts";
import { toldOthers } from "./told-others.ts";
import type { ToldOthers } from "./told-others.ts";

/** Everything that tells why a host is served for a namespace, or not. */
export interface Explanation extends Told {
  readonly host: Host;
  readonly namespace: string;
  readonly claim: Domain | undefined;
  /** What a claim would be told, where there is none. */
  readonly outlook: Forecast | undefined;
  /** Whether the register could be read. */
  readonly registerRead: boolean;
  /** The register's entry for the host. */
  readonly record: HostRecord | undefined;
  readonly search: readonly SearchStep[];
  readonly ingresses: readonly V1Ingress[];
  /** What becomes of the paths that the Ingresses have for the host. */
  readonly paths: readonly PathAnswer[];
  /** What was ordered of certificates for it; undefined: nothing. */
  readonly certificate: HostCertificate | undefined;
  readonly fixes: readonly Fix[];
  /** The controller, where its Lease may be read. */
  readonly controller: ControllerState | undefined;
  /** What could not be read, in the API server's words. */
  readonly denied: readonly string[];
}

const untold: Told = { events: [], moreEvents: false };

/** Collects the explanation of a host in the cluster's namespace. Reads that RBAC denies are named and left out. */
export async function explanation(
  cluster: Cluster,
  host: Host,
  claim: Domain | undefined,
  now: number,
): Promise<Explanation> {
  const denied: string[] = [];
  const allowed = async <T>(read: Promise<T>, otherwise: T): Promise<T> =>
    await read.catch((error: unknown) => {
      // an API server without Ingresses is a cluster where nothing is served, not a failure
      if (!isDenied(error) && !(error instanceof ApiError && error.reason === "NotInstalled")) throw error;
      denied.push(error.message);
      return otherwise;
    });
  const lease = controllerLease(cluster);
  const [record, nearest, ingresses, told, ofController, certificate] = await Promise.all([
    allowed<HostRecord | undefined | "unread">(recordOf(cluster, host), "unread"),
    allowed<HostRecord | undefined>(
      claim === undefined ? enclosing(cluster, host) : aboveOf(cluster, claim),
      undefined,
    ),
    allowed<readonly V1Ingress[]>(ingressesFor(cluster, host), []),
    claim === undefined ? untold : allowed(eventsOf(cluster, claim), untold),
    lease,
    allowed(hostCertificate(cluster, claim, host), undefined),
  ]);
  const services = ingresses.length === 0 ? undefined : await allowed(servicesOf(cluster), undefined);
  const held = record === "unread" ? undefined : record;
  let classesRead: Promise<Classes> | undefined;
  const classes = (): Promise<Classes> => (classesRead ??= classesOf(cluster, ingresses, lease));
  const paths = await hostAnswers(cluster, host, { claim, record: held, ingresses, services, classes });
  const { namespace } = cluster;
  const asked =
    claim ?? (record === "unread" ? undefined : imagined(host, namespace, isHeld(nearest) ? nearest : undefined));
  const above = claim === undefined && asked !== undefined ? await aboveOf(cluster, asked) : nearest;
  const others =
    claim === undefined
      ? await allowed(
          claimsOf(cluster, namespace).then(async (claims) => await toldOthers(cluster, claims, held)),
          {},
        )
      : {};
  return await judgedExplanation(cluster, asked, {
    others,
    classes,
    host,
    namespace,
    claim,
    registerRead: record !== "unread",
    record: held,
    above,
    ingresses,
    paths,
    certificate,
    ...told,
    controller: stateOf(ofController, now),
    denied,
  });
}

/** What helps paths whose host is held: what helps to hold it is said by the claim's fixes. */
function pathFixes(paths: readonly PathAnswer[], claim: Domain | undefined): readonly Fix[] {
  const { phase, reason: why } = claim?.status ?? {};
  const ofHost = ["HostNotClaimed", "Deciding", ...(phase === "OK" ? [] : [why])];
  return fixesOfPaths(paths.filter(({ reason }) => !ofHost.includes(reason)));
}

type Read = Omit<Explanation, "outlook" | "search" | "fixes"> & {
  readonly above: HostRecord | undefined;
  /** What one more claim of the namespace would be told. */
  readonly others: ToldOthers;
  /** Reads the classes of the cluster, once. */
  readonly classes: () => Promise<Classes>;
};

/** `asked` is the claim, or the one that would be made. */
async function judgedExplanation(
  cluster: Cluster,
  asked: Domain | undefined,
  { above, others, classes, ...read }: Read,
): Promise<Explanation> {
  const { claim, record, registerRead } = read;
  if (asked === undefined) return { ...read, outlook: undefined, search: [], fixes: [] };
  const outlook = claim === undefined ? await forecast(asked, { record, above }, others) : undefined;
  const judged = outlook === undefined ? asked : { ...asked, status: outlook };
  const surroundings = await known(cluster, judged, registerRead ? above : "unread", record, classes);
  const around = {
    ...surroundings,
    pathsTold: read.paths.some(({ path, fix }) => path !== undefined && fix !== undefined),
  };
  return {
    ...read,
    outlook,
    search: registerRead ? searchOf(judged, above, record) : [],
    fixes: [...pathFixes(read.paths, claim), ...fixesOf(judged, outlook, around)],
  };
}

function searchOf(claim: Domain, above: HostRecord | undefined, record: HostRecord | undefined): readonly SearchStep[] {
  return kindOf(claim.spec) === "shared"
    ? searchOfShared(claim, above)
    : searchOfPrimary(claim, isHeld(above) || isKept(above) ? above : undefined, record);
}

/** What helps; where there is no claim, making one is the last step, unless that would be in vain. */
function fixesOf(claim: Domain, outlook: Forecast | undefined, around: Known): readonly Fix[] {
  if (outlook === undefined) return fixes(claim, around);
  const never = outlook.reason === "PublicSuffix" || outlook.reason === "ReservedName" || around.publicSuffix === true;
  const { namespace = "" } = claim.metadata;
  const what = outlook.phase === "OK" ? "claim it" : "claim it: the claim is decided again when that changes";
  const first = fixes(claim, around);
  return never ? first : [...first, { who: "you", command: claimCommand(hostOf(claim.spec), namespace), what }];
}
