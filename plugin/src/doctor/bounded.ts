import type { Finding } from "./finding.ts";

/** So many findings of one kind are shown. */
const most = 10;

/** The first of many findings of one kind, and how many more there are. */
export function bounded(findings: readonly Finding[], check: string): readonly Finding[] {
  const rest = findings.slice(most);
  if (rest.length === 0) return findings;
  const state = rest.some((finding) => finding.state === "problem") ? "problem" : "warning";
  return [...findings.slice(0, most), { check, state, message: `... and ${String(rest.length)} more` }];
}
