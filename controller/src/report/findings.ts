import type { Collection, KongRoute } from "../plan/kong/entities.ts";
import { compareText } from "../world/compare.ts";
import type { Claim } from "../world/claim.ts";
import type { ClaimStatus } from "../world/claim-status.ts";
import type { ImaginedWrite } from "./imagined-kong.ts";

/** What a report is made of. */
export interface Reported {
  readonly claims: Iterable<Claim>;
  readonly unclaimed: readonly UnclaimedHost[];
  readonly writes: readonly ImaginedWrite[];
  /** False if something was still under way when the time was over. */
  readonly settled: boolean;
}

/** A host that a source names and that its namespace would not hold. */
export interface UnclaimedHost {
  /** `any host` where the source says none. */
  readonly host: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What would be, as data: what `--report-format=json` prints. Everything is sorted, so that the same world gives the same. */
export interface Findings {
  readonly settled: boolean;
  readonly claims: { readonly ok: number; readonly refused: readonly RefusedClaim[] };
  readonly unclaimed: readonly UnclaimedHost[];
  readonly unserved: readonly Unserved[];
  readonly kong: readonly KongWrite[];
}

/** A claim that would not be OK. */
export interface RefusedClaim {
  readonly claim: string;
  readonly reason: string;
  readonly message: string;
}

/** What an OK claim is asked to serve, and would not be served: all of its host, or what a source says. */
export interface Unserved {
  readonly host: string;
  readonly claim: string;
  /** Absent: the whole host. */
  readonly source?: string;
  /** Absent: all that the source says of the host. */
  readonly path?: string;
  readonly reason: string;
  readonly message: string;
}

/** One thing that would be written to Kong. */
export interface KongWrite {
  readonly verb: ImaginedWrite["verb"];
  readonly collection: Collection;
  readonly id: string;
  readonly name?: string;
  /** Of a route; empty: any host. */
  readonly hosts?: readonly string[];
  readonly paths?: readonly string[];
}

/** What was reported, in the words of the statuses. */
export function findings({ claims, unclaimed, writes, settled }: Reported): Findings {
  const decided = [...claims].sort((a, b) => compareText(nameOf(a), nameOf(b)));
  const refused = decided.filter(({ status }) => status?.phase !== "OK");
  return {
    settled,
    claims: {
      ok: decided.length - refused.length,
      refused: refused.map((claim) => ({
        claim: nameOf(claim),
        reason: claim.status?.reason ?? "Undecided",
        message: claim.status?.message ?? "",
      })),
    },
    unclaimed,
    unserved: decided.flatMap((claim) =>
      troubles(claim.status).map((trouble) => ({ host: claim.status?.host ?? "", claim: nameOf(claim), ...trouble })),
    ),
    kong: writes.map(writeOf).sort((a, b) => compareText(keyOf(a), keyOf(b))),
  };
}

function nameOf({ namespace, name }: Claim): string {
  return `${namespace}/${name}`;
}

/** Paths and sources that are refused, and what keeps the whole host out of Kong; that nothing is asked for is no trouble. */
function troubles(status: ClaimStatus | undefined): readonly Omit<Unserved, "host" | "claim">[] {
  if (status?.phase !== "OK") return [];
  const whole = status.conditions.filter(
    ({ type, status: is, reason }) => type === "Programmed" && is === "False" && reason !== "NoRoutes",
  );
  const refusals = (status.sources ?? []).flatMap(({ kind, name, refusals }) =>
    refusals.map(({ path, reason, message }) => ({
      source: `${kind} ${name}`,
      ...(path === undefined ? {} : { path }),
      reason,
      message,
    })),
  );
  return [...whole.map(({ reason, message }) => ({ reason, message })), ...refusals];
}

function writeOf({ verb, collection, id, entity }: ImaginedWrite): KongWrite {
  const named =
    entity !== undefined && "name" in entity && typeof entity.name === "string" ? { name: entity.name } : {};
  if (collection !== "routes" || entity === undefined) return { verb, collection, id, ...named };
  const { hosts, paths } = entity as KongRoute;
  return { verb, collection, id, ...named, hosts: hosts ?? [], paths };
}

function keyOf({ verb, collection, hosts, paths, name, id }: KongWrite): string {
  return JSON.stringify([verb, collection, hosts, paths, name, id]);
}
