import { visible } from "@domain-claims/crds/visible";
import type { Findings, KongWrite, UnclaimedHost, Unserved } from "./findings.ts";

/** The report as people read it: what would not go well first, then what would be written to Kong. */
export function reportText({ settled, claims, unclaimed, unserved, kong }: Findings): string {
  const lines = [
    ...(settled ? [] : ["Not everything was decided in time: what follows is not all.", ""]),
    `Claims: ${String(claims.ok)} would be OK, ${String(claims.refused.length)} would not.`,
    ...claims.refused.map(({ claim, reason, message }) => `  ${claim}: ${reason}: ${message}`),
    "",
    unclaimed.length === 0
      ? "Every host that is to be served is claimed."
      : "These hosts would not be served, as their namespace would not hold them:",
    ...unclaimed.map(unclaimedLine),
    "",
    unserved.length === 0
      ? "All that OK claims are asked to serve would be served."
      : "This of what OK claims are asked to serve would not be served:",
    ...unserved.map(unservedLine),
    "",
    `Kong: ${counted(kong)}`,
    ...kong.map(writeLine),
  ];
  return `${lines.map(visible).join("\n").trimEnd()}\n`;
}

function unclaimedLine({ host, kind, namespace, name }: UnclaimedHost): string {
  return `  ${host} (${kind} ${namespace}/${name})`;
}

function unservedLine({ host, claim, source, path, reason, message }: Unserved): string {
  const where = source === undefined ? "" : `${[source, path].filter((part) => part !== undefined).join(" ")}: `;
  return `  ${host} (${claim}): ${where}${reason}: ${message}`;
}

function counted(writes: readonly KongWrite[]): string {
  if (writes.length === 0) return "nothing would be written.";
  const counts = new Map<string, number>();
  for (const { verb, collection } of writes)
    counts.set(`${verb} ${collection}`, (counts.get(`${verb} ${collection}`) ?? 0) + 1);
  return `it would ${[...counts].map(([what, count]) => what.replace(" ", ` ${String(count)} `)).join(", ")}.`;
}

function writeLine({ verb, collection, id, name, hosts, paths }: KongWrite): string {
  if (hosts === undefined) return `  ${verb} ${collection} ${name ?? id}`;
  return `  ${verb} routes ${hosts.join(",") || "any host"} ${(paths ?? []).join(",")}`;
}
