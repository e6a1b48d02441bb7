import type { Check } from "./health.ts";
import type { KongAvailability } from "../kong/availability.ts";
import type { DnsCache } from "./dns-cache.ts";
import type { IssuerState } from "./issuer-state.ts";
import type { OtherApprovers } from "./other-approvers.ts";
import type { PublishService } from "./publish-service.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { WatchHealth, Watches } from "../watch/watches.ts";

/** Who knows how each thing is that `/readyz` tells of. */
export interface CheckSources {
  readonly watches: Pick<Watches, "health">;
  readonly availability: Pick<KongAvailability, "problem">;
  /** The term that runs, while there is one. */
  readonly term: Pick<Reconciler, "health"> | undefined;
  /** For how long the process has had the lead without a term, while it has. */
  readonly waitsMs: number | undefined;
  readonly dns: Pick<DnsCache, "state">;
  readonly service: Pick<PublishService, "problem"> | undefined;
  readonly approvers: Pick<OtherApprovers, "problem"> | undefined;
  /** Undefined where nothing is ordered, where it is not known yet, and where each namespace has its own. */
  readonly issuer: IssuerState | undefined;
}

/**
 * What `/readyz` says, line by line: whether each watch is fresh, whether Kong can be used and when all of it was looked at, how
 * changes are proved, for how long Kong uses an address, who leads, whether there is an address to publish, whether certificates
 * can be ordered, and whether others approve them, too.
 */
export function checks(sources: CheckSources): readonly Check[] {
  const { approvers, availability, dns, issuer, service, term, waitsMs, watches } = sources;
  const seconds = (ms: number): string => `${String(Math.round(ms / 1000))} s ago`;
  const detail = ({ installed, lastActivityMs, lastCurrentMs, problem, stale, synced }: WatchHealth): string => {
    if (problem !== undefined) return problem;
    if (!synced) return "not listed yet";
    if (!installed) return "not installed";
    return stale ? `last known to be complete ${seconds(lastCurrentMs)}` : `last heard of ${seconds(lastActivityMs)}`;
  };
  const heard = watches.health().map((health) => ({
    name: `watch/${health.kind}`,
    ok: health.synced && !health.stale && (health.installed || health.problem === undefined),
    detail: detail(health),
  }));
  const { problem } = availability;
  const listed = term?.health().kongKnown !== false;
  const lookedAgoMs = term?.health().lookedAgoMs;
  const looked = lookedAgoMs === undefined ? "" : `; all that is ours in it was looked at ${seconds(lookedAgoMs)}`;
  const untaken = notTaken(term?.health().untaken);
  const kong = {
    name: "kong",
    ok: problem === undefined && listed,
    ...(untaken === undefined ? {} : { warns: true }),
    detail: problem ?? (listed ? `answers${untaken ?? looked}` : "its entities are being listed"),
  };
  const proof = term === undefined ? [] : [proving(term.health().proof)];
  const cache = dns.state();
  const forgetting = cache === undefined ? [] : [{ name: "dns", ok: true, warns: cache.long, detail: cache.detail }];
  const role = waitsMs === undefined ? { name: "leader", ok: true, detail: roleOf(term) } : waiting(waitsMs);
  const others = [
    ...(service === undefined ? [] : [publishing(service.problem())]),
    ...(issuer === undefined ? [] : [signing(issuer)]),
    ...(approvers === undefined ? [] : [approving(approvers.problem())]),
  ];
  return [...heard, kong, ...proof, ...forgetting, role, ...others];
}

function roleOf(term: CheckSources["term"]): string {
  return term === undefined ? "does not lead" : "leads";
}

/** Milliseconds after which somebody should know that the Lease is held and nothing is decided. */
const longWaitMs = 30_000;

function waiting(waitsMs: number): Check {
  const seconds = String(Math.round(waitsMs / 1000));
  const detail = `has had the Lease for ${seconds} s, and decides nothing before the register is listed anew and the last writes of its own term before have ended`;
  return { name: "leader", ok: waitsMs <= longWaitMs, detail };
}

/** Milliseconds after which somebody should know that Kong answers and takes no writes. */
const longUntakenMs = 30_000;

function notTaken(untaken: ReturnType<Reconciler["health"]>["untaken"]): string | undefined {
  if (untaken === undefined || untaken.forMs <= longUntakenMs) return undefined;
  const { forMs, why, writes } = untaken;
  return `, and has taken none of ${String(writes)} writes for ${String(Math.round(forMs / 1000))} s: ${why}`;
}

/** Milliseconds after which a gateway that has not shown what was written is behind. */
const behindAfterMs = 30_000;

function proving({ how, behindMs }: ReturnType<Reconciler["health"]>["proof"]): Check {
  const behind = behindMs > behindAfterMs;
  const detail = behind
    ? `${how}; the gateway has not shown what was written ${String(Math.round(behindMs / 1000))} s ago`
    : how;
  return { name: "proof", ok: true, warns: behind, detail };
}

function publishing(problem: string | undefined): Check {
  return { name: "publish-service", ok: true, warns: problem !== undefined, detail: problem ?? "has an address" };
}

function signing({ name, problem }: IssuerState): Check {
  return { name: "issuer", ok: true, warns: problem !== undefined, detail: problem ?? `${name} can sign` };
}

function approving(problem: string | undefined): Check {
  return { name: "approvals", ok: true, warns: problem !== undefined, detail: problem ?? "are made here alone" };
}
