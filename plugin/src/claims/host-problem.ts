import type { Host } from "@domain-claims/crds/host";
import { shellWord } from "@domain-claims/crds/shell";

import type { Domain, HostRecord } from "../kube/objects.ts";
import { claimCommand } from "./fixes.ts";
import { byYou } from "./path-answer.ts";
import type { Problem } from "./path-answer.ts";
import { isHeld } from "./register.ts";

/** Why nothing of a namespace is served for a host; undefined where its claim holds it. */
export async function hostProblem(
  host: Host,
  namespace: string,
  claim: Domain | undefined,
  record: HostRecord | undefined,
): Promise<Problem | undefined> {
  const { sourceMessages } = await import("@domain-claims/crds/messages/sources");
  const reason = "HostNotClaimed";
  const { phase, reason: why = "", message = "" } = claim?.status ?? {};
  if (phase === "OK") return undefined;
  const explain = byYou("see what the claim lacks", `kubectl domain explain ${shellWord(host)} -n ${namespace}`);
  if (claim !== undefined && phase === "Failed")
    return { reason, message: sourceMessages.claimFailed(host, claim.metadata.name, why, message), fix: explain };
  if (claim !== undefined) return { reason: why || "Deciding", message, fix: explain };
  if (isHeld(record)) {
    const { holder } = record.spec;
    const fix = byYou("see who holds it", `kubectl domain whois ${shellWord(host)}`);
    return { reason, message: sourceMessages.heldElsewhere(host, holder), fix };
  }
  return {
    reason,
    message: sourceMessages.notClaimed(host, namespace),
    fix: byYou("claim it", claimCommand(host, namespace)),
  };
}
