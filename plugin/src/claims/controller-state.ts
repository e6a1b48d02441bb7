import { leaseAnnotations } from "@domain-claims/crds/domain";

import type { Cluster } from "../kube/cluster.ts";
import type { Domain } from "../kube/objects.ts";
import { controllerLease } from "./controller-lease.ts";
import type { Lease } from "./controller-lease.ts";
import { age } from "./duration.ts";

/** One thing that the leader looks at: `kong`, `proof`, `watch/Ingress`, ... */
export interface LeaderCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Somebody should look at it, although it works. */
  readonly warns: boolean;
  readonly detail: string;
}

/** What the controller's Lease says of it. */
export interface ControllerState {
  readonly namespace: string;
  readonly lease: string;
  /** Who leads; undefined where nobody does. */
  readonly leader: string | undefined;
  /** When the Lease was last renewed (RFC 3339). */
  readonly renewed: string | undefined;
  /** The leader's version; undefined for one that does not tell it. */
  readonly version: string | undefined;
  /** How the leader says that it is; empty for one that does not tell it. */
  readonly checks: readonly LeaderCheck[];
  /** Whether it was renewed too long ago, or given back: nothing is decided then. */
  readonly away: boolean;
  /** Whether it should have been renewed by now, if the clocks agree, but not so long ago that it is away. */
  readonly late: boolean;
}

/** Two clocks may differ by so much before a Lease is taken for an old one. */
const grace = 45_000;

/** Clocks that are kept in time differ by less. */
const drift = 10_000;

/** The state of the controller; undefined where its Lease may not be read, or is neither where it usually is nor the only one. */
export async function controllerState(cluster: Cluster, now: number): Promise<ControllerState | undefined> {
  return stateOf(await controllerLease(cluster), now);
}

/** The same, of the Lease that has been read; undefined where none could be. */
export function stateOf(lease: Lease | undefined, now: number): ControllerState | undefined {
  if (lease === undefined) return undefined;
  const { holderIdentity, renewTime, leaseDurationSeconds = 15 } = lease.spec ?? {};
  const leader = brief(holderIdentity) || undefined;
  const silent = renewTime === undefined ? Infinity : now - Date.parse(renewTime);
  const overdue = silent - leaseDurationSeconds * 1000;
  const away = leader === undefined || overdue > grace;
  return {
    namespace: lease.metadata.namespace ?? "",
    lease: lease.metadata.name,
    leader,
    renewed: renewTime,
    version: brief(lease.metadata.annotations?.[leaseAnnotations.version]) || undefined,
    checks: leaderChecks(lease.metadata.annotations?.[leaseAnnotations.checks]),
    away,
    late: !away && overdue > drift,
  };
}

/** So many checks are told, and of each text so many characters. */
const most = { checks: 50, characters: 300 } as const;

/** A text of a Lease, which may be anybody's, as a part of a line. */
function brief(text = ""): string {
  return text.replace(/\s+/g, " ").slice(0, most.characters);
}

/** What stands in the annotation, as far as it is what a leader writes. */
function leaderChecks(text = "[]"): readonly LeaderCheck[] {
  try {
    const told: unknown = JSON.parse(text);
    const checks = Array.isArray(told) ? told.filter(isLeaderCheck).slice(0, most.checks) : [];
    return checks.map((check) => ({ ...check, detail: brief(check.detail) }));
  } catch {
    return [];
  }
}

function isLeaderCheck(told: unknown): told is LeaderCheck {
  const { name, ok, warns, detail } = (told ?? {}) as Partial<Record<keyof LeaderCheck, unknown>>;
  return (
    typeof name === "string" &&
    /^[\w/.-]{1,63}$/.test(name) &&
    typeof detail === "string" &&
    typeof ok === "boolean" &&
    typeof warns === "boolean"
  );
}

/** The sentence for a controller that is away; undefined for one that is there, or that nothing is known of. */
export function absence(state: ControllerState | undefined, now: number): string | undefined {
  if (state?.away !== true) return undefined;
  const since = state.renewed === undefined ? "" : ` for ${age(now - Date.parse(state.renewed))}`;
  const what =
    state.leader === undefined
      ? `nobody has held the controller's Lease ${state.namespace}/${state.lease}${since}`
      : `the controller has not renewed its Lease ${state.namespace}/${state.lease}${since}`;
  return `${what}: nothing is decided until it is back, and what claims say may be old`;
}

/** The sentence for a controller that is away now; undefined for one that is there, or that nothing is known of. */
export async function absenceNow(cluster: Cluster, now: number): Promise<string | undefined> {
  return absence(await controllerState(cluster, now), now);
}

/** What is asked where nothing comes and nothing is known of the controller, and who looks. */
export const whetherItRuns = "is the controller of Domain Claims running? kubectl domain doctor looks";

/** Since when Kong has not answered for the claim, in the controller's words; undefined where it does. */
export function kongAway({ status }: Domain): string | undefined {
  return status?.conditions?.find(({ type, reason }) => type === "Programmed" && reason === "KongUnreachable")?.message;
}

/** What the leader says of a Kong that it can't use; undefined where it can, and where nobody leads who would know. */
export function kongUnusable(state: ControllerState | undefined): string | undefined {
  if (state === undefined || state.away) return undefined;
  return state.checks.find(({ name, ok }) => name === "kong" && !ok)?.detail;
}
