import type { KongRoute } from "../plan/kong/entities.ts";
import type { Claim, ClaimStatus } from "../world/types.ts";
import type { ImaginedWrite } from "./imagined-kong.ts";

/** What a report is made of. */
export interface Reported {
  readonly claims: Iterable<Claim>;
  /** Hosts that sources name and that their namespace would not hold, with the source. */
  readonly unclaimed: readonly string[];
  readonly writes: readonly ImaginedWrite[];
  /** False if something was still under way when the time was over. */
  readonly settled: boolean;
}

/** The report as people read it: what would not go well first, then what would be written to Kong. */
export function reportText({ claims, unclaimed, writes, settled }: Reported): string {
  const decided = [...claims].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const refused = decided.filter(({ status }) => status?.phase !== "OK");
  const unserved = decided.flatMap((claim) => troubles(claim.status).map((trouble) => ({ claim, trouble })));
  const lines = [
    ...(settled ? [] : ["Not everything was decided in time: what follows is not all.", ""]),
    `Claims: ${String(decided.length - refused.length)} would be OK, ${String(refused.length)} would not.`,
    ...refused.map(
      (claim) => `  ${nameOf(claim)}: ${claim.status?.reason ?? "Undecided"}: ${claim.status?.message ?? ""}`,
    ),
    "",
    unclaimed.length === 0
      ? "Every host that is to be served is claimed."
      : "These hosts would not be served, as their namespace would not hold them:",
    ...unclaimed.map((text) => `  ${text}`),
    "",
    unserved.length === 0
      ? "All that OK claims are asked to serve would be served."
      : "This of what OK claims are asked to serve would not be served:",
    ...unserved.map(({ claim, trouble }) => `  ${claim.status?.host ?? ""} (${nameOf(claim)}): ${trouble}`),
    "",
    `Kong: ${counted(writes)}`,
    ...writes.map(lineOf).sort(),
  ];
  return `${lines.map(printable).join("\n").trimEnd()}\n`;
}

function nameOf({ namespace, name }: Claim): string {
  return `${namespace}/${name}`;
}

/** Paths and sources that are refused, and what keeps the whole host out of Kong; that nothing is asked for is no trouble. */
function troubles(status: ClaimStatus | undefined): readonly string[] {
  if (status?.phase !== "OK") return [];
  const whole = status.conditions.filter(
    ({ type, status: is, reason }) => type === "Programmed" && is === "False" && reason !== "NoRoutes",
  );
  const refusals = (status.sources ?? []).flatMap(({ kind, name, refusals }) =>
    refusals.map(
      ({ path, reason, message }) => `${kind} ${name}${path === undefined ? "" : ` ${path}`}: ${reason}: ${message}`,
    ),
  );
  return [...whole.map(({ reason, message }) => `${reason}: ${message}`), ...refusals];
}

function counted(writes: readonly ImaginedWrite[]): string {
  if (writes.length === 0) return "nothing would be written.";
  const counts = new Map<string, number>();
  for (const { verb, collection } of writes)
    counts.set(`${verb} ${collection}`, (counts.get(`${verb} ${collection}`) ?? 0) + 1);
  return `it would ${[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => what.replace(" ", ` ${String(count)} `)).join(", ")}.`; // prettier-ignore
}

function lineOf({ verb, collection, id, entity }: ImaginedWrite): string {
  if (collection !== "routes" || entity === undefined) return `  ${verb} ${collection} ${nameIn(entity) ?? id}`;
  const { hosts, paths } = entity as KongRoute;
  return `  ${verb} routes ${(hosts ?? ["any host"]).join(",")} ${paths.join(",")}`;
}

function nameIn(entity: ImaginedWrite["entity"]): string | undefined {
  return entity !== undefined && "name" in entity ? entity.name : undefined;
}

/** What tenants write must not move the cursor of whoever reads this. */
function printable(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");
}
