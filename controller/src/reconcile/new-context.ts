import { DesiredState } from "../apply/kong/desired-state.ts";
import { FailingWrites } from "../apply/kong/failing-writes.ts";
import { ForeignHosts } from "../apply/kong/foreign-hosts.ts";
import { Handshakes } from "../apply/kong/handshakes.ts";
import { pluginsOn } from "../apply/kong/service.ts";
import { ClaimNamespaces } from "../apply/kube/claim-namespaces.ts";
import { Told } from "../apply/kube/told.ts";
import { tokenBuckets } from "../kube/token-buckets.ts";
import { KeyedMutex } from "../queue/keyed-mutex.ts";
import { Turns } from "../queue/turns.ts";
import type { Context } from "./context.ts";
import { Expiries } from "./expiries.ts";
import type { ReconcilerOptions } from "./reconciler-options.ts";
import { pairOf } from "./secret.ts";
import { SecretUsers } from "./secret-users.ts";

/** What of a context the reconciler has a hand in itself. */
type ContextParts = Pick<
  Context,
  "actual" | "decisionLog" | "enqueue" | "eventLoop" | "kong" | "proof" | "readers" | "state"
>;

/** How often one Secret is looked at: whoever changes it all the time makes no more work than that. */
const secretReads = { burst: 5, perSecond: 0.2, maxKeys: 100_000 };

/** How often it is asked what holds up an order that is under way, however often its names change. */
const orderLooks = { burst: 20, perSecond: 1 / 20, maxKeys: 10_000 };

/** How many CertificateRequests are approved for one order of the controller's own, */
const ownApprovals = { burst: 3, perSecond: 0, maxKeys: 10_000 };
/** and for a namespace, beside those: its renewals, and Certificates by hand. */
const otherApprovals = { burst: 20, perSecond: 5 / 3_600, maxKeys: 100_000 };

/** What the work of one term may touch, at its beginning: nothing is known yet of what other terms did. */
export function newContext(options: ReconcilerOptions, parts: ContextParts): Context {
  const context: Context = {
    ...options,
    ...parts,
    handshakes: options.httpsProxies === undefined ? undefined : new Handshakes(options.clock),
    desired: new DesiredState(),
    failing: new FailingWrites(options.clock),
    rounds: new Map(),
    unfinished: new Map(),
    asksEffect: new Map(),
    asksRoutes: new Map(),
    answeredRoutes: [],
    ledTo: new Map(),
    asksStandby: new Map(),
    staysSince: new Map(),
    foreign: options.foreignHosts ? new ForeignHosts() : undefined,
    mutex: new KeyedMutex(),
    claimNamespaces: new ClaimNamespaces(options.clock),
    toldSources: new Told(),
    underWaySince: new Map(),
    decided: (phase, reason) => options.observeDecision?.(phase, reason),
    driftFound: (hosts) => options.observeDrift?.(hosts),
    claimTooLarge: () => options.observeTooLarge?.(),
    foreignForgotten: (hosts) => options.observeForgotten?.(hosts),
    kongSaid: (info) => options.observeKong?.(info),
    ordered: (result) => options.observeOrder?.(result),
    requestDecided: (decision, reason) => options.observeRequest?.(decision, reason),
    wentLive: (seconds) => options.observeLive?.(seconds),
    review: ({ collection, id }) => {
      const look = (): void => parts.enqueue({ kind: "service", key: id });
      // A worker that still has the last route there is to have its plugins, too: they go by a timer of their own.
      if (collection === "services" && pluginsOn(context, id).length > 0) parts.proof.whenProved(`service ${id}`, look);
      else if (collection === "services") look();
      if (collection === "certificates") parts.enqueue({ kind: "certificate", key: id });
    },
    readSecrets: new Map(),
    orderProgress: new Map(),
    orderTurns: new Turns(),
    wantedSince: new Map(),
    approvalPauses: new Map(),
    requestsSince: new Map(),
    mayApproveOwn: tokenBuckets(options.clock, ownApprovals),
    mayApproveOthers: tokenBuckets(options.clock, otherApprovals),
    lookedAt: new Map(),
    expiries: new Expiries(),
    secretUsers: new SecretUsers(),
    mayReadSecret: tokenBuckets(options.clock, secretReads),
    mayAskOrder: tokenBuckets(options.clock, orderLooks),
    pairOf: (secret, hashes) => pairOf(context, secret, hashes),
    kongAway: () => options.availability.suspect(),
  };
  return context;
}
