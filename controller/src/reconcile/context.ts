import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { KongContext } from "../apply/kong/context.ts";
import type { Prover } from "../apply/kong/proof.ts";
import type { KubeContext } from "../apply/kube/context.ts";
import type { Told } from "../apply/kube/told.ts";
import type { OrderSettings } from "../decide/certificates/limits.ts";
import type { HttpsProxies } from "../kong/handshake.ts";
import type { KongInfo } from "../plan/kong/entities.ts";
import type { HostPlan } from "../plan/kong/host.ts";
import type { Turns } from "../queue/turns.ts";
import type { EventLoop } from "../time/event-loop.ts";
import type { OrderResult } from "../world/certificate-group.ts";
import type { Facts } from "../world/facts.ts";
import type { ClaimStatus } from "../world/claim-status.ts";
import type { LoadBalancerAddress } from "../world/core-v1.ts";
import type { Expiries } from "./expiries.ts";
import type { HostAim } from "./host-aim.ts";
import type { OrderProgress } from "./order-progress.ts";
import type { ReadSecret } from "./secret-reading.ts";
import type { SecretUsers } from "./secret-users.ts";
import type { ToldSource } from "./told-source.ts";
import type { Readers } from "./readers.ts";
import type { WorkItem } from "./work-item.ts";

/** Everything that the work items of one term of leadership may touch. */
export interface Context extends KongContext, KubeContext {
  readonly readers: Readers;
  readonly eventLoop: EventLoop;
  /** What has been said in events on each source, so that nothing is said twice. */
  readonly toldSources: Told<ToldSource>;
  /** Since when a claim's decision is under way, by `namespace/name`; milliseconds of the monotonic clock. */
  readonly underWaySince: Map<string, number>;
  /** Hosts with many routes that wait for their next turn, with what was decided for them. */
  readonly unfinished: Map<RouteHost, HostAim>;
  /** What of a host the gateway is being asked to show, by {@link TermState.versionOf}. */
  readonly asksEffect: Map<RouteHost, number>;
  /** Of which hosts the gateway is being asked to show that it answers for their routes. */
  readonly asksRoutes: Map<RouteHost, AskedRoutes>;
  /** What came of that, until it has been noted. */
  readonly answeredRoutes: (() => void)[];
  /** Where the routes of hosts in renames led when the gateway was asked last to show them. */
  readonly ledTo: Map<RouteHost, Pick<HostPlan, "services" | "plugins">>;
  /** What of a host the gateway is being asked to show before any route leads there; each time it is asked is another. */
  readonly asksStandby: Map<RouteHost, { readonly name: string }>;
  /** Since when routes of hosts stay until something else can take their place; milliseconds of the monotonic clock. */
  readonly staysSince: Map<RouteHost, number>;
  /** What was read of the Secrets on which hosts rest, by `namespace/name`. */
  readonly readSecrets: Map<string, ReadSecret>;
  readonly secretUsers: SecretUsers;
  /** When their certificates expire, by the same keys. */
  readonly expiries: Expiries;
  /** False while a Secret, by `namespace/name`, has been read too often: its owner changes it all the time. */
  readonly mayReadSecret: (key: string) => boolean;
  /** False while it has been asked too often what holds up an order, by `namespace/name` of its Certificate. */
  readonly mayAskOrder: (key: string) => boolean;
  /** How far orders under way were at the last look, by group and by name of their Certificate. */
  readonly orderProgress: Map<string, ReadonlyMap<string, OrderProgress>>;
  /** What certificates are ordered by; undefined: none are. */
  readonly orders: OrderSettings | undefined;
  /** The groups whose orders wait for room, by namespaces in turn. */
  readonly orderTurns: Turns;
  /** Since when names are wanted in certificates, in milliseconds since the epoch, by group. */
  readonly wantedSince: Map<string, ReadonlyMap<Host, number>>;
  /** False while the order of the controller's own with that key has been approved too often. */
  readonly mayApproveOwn: (key: string) => boolean;
  /** False while a namespace has had too many CertificateRequests approved that are not the controller's. */
  readonly mayApproveOthers: (namespace: string) => boolean;
  /** Until when CertificateRequests wait whose account has had too many approved; milliseconds since the epoch. */
  readonly approvalPauses: Map<string, number>;
  /** Since when CertificateRequests wait to be decided, by `namespace/name`; milliseconds since the epoch. */
  readonly requestsSince: Map<string, number>;
  /** When each group was looked at, in milliseconds of the monotonic clock. */
  readonly lookedAt: Map<string, number>;
  readonly limits: RecordLimits;
  /** The gateway's published address; empty if none is set. */
  readonly addresses: (facts: Facts) => readonly LoadBalancerAddress[];
  /** Told of every claim that was decided otherwise than before. */
  readonly decided: (phase: ClaimStatus["phase"], reason: string) => void;
  /** Told how long it took from the first event that concerned a host to the last write to Kong for it, in seconds. */
  readonly wentLive: (seconds: number) => void;
  /** Told how many hosts were found in Kong otherwise than they had been left. */
  readonly driftFound: (hosts: number) => void;
  /** Told of each order that was made, and of what has become of one. */
  readonly ordered: (result: "ordered" | OrderResult) => void;
  /** Told of each CertificateRequest that was approved or denied, and why. */
  readonly requestDecided: (decision: "Approved" | "Denied", reason: string) => void;
  /** Told of each write into a claim that was refused since the claim is too large. */
  readonly claimTooLarge: () => void;
  /** Told how many hosts of foreign routes in Kong are not remembered. */
  readonly foreignForgotten: (hosts: number) => void;
  /** Told what Kong says of itself, each time that it is asked. */
  readonly kongSaid: (info: KongInfo) => void;
  /** Says that Kong did not answer, so that someone watches for its return. */
  readonly kongAway: () => void;
  /** Called when Kong turns out to be one that can't be used; the sentence says why. */
  readonly onUnusableKong: (problem: string) => void;
  /** How the gateway of this kind is asked for proof of what is in effect; undefined: it obeys at once. */
  readonly proverFor: (info: KongInfo) => Prover | undefined;
  /** The gateway's own addresses for https, which show its certificates; undefined: none is known. */
  readonly httpsProxies: HttpsProxies | undefined;
  /** Milliseconds between two looks for drift in Kong; 0: never. */
  readonly resyncMs: number;
  /** How long a request to Kong may take: so long, writes of whoever led before may still arrive, and are looked for. */
  readonly kongTimeoutMs: number;
  /** Has the item done soon. */
  readonly enqueue: (item: WorkItem) => void;
}

/** Which routes of a host the gateway is asked for, see {@link TermState.routesSince}, and as what it is to show them. */
export interface AskedRoutes {
  readonly since: number;
  readonly as: string;
}

/** How much of the past the register keeps (rule O10). */
export interface RecordLimits {
  /** Milliseconds for which a released record stays. */
  readonly retentionMs: number;
  /** Released records that stay for the namespace that held them last. */
  readonly releasedPerNamespace: number;
}
