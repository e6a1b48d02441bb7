import type { Host } from "@domain-claims/crds/hostname";
import { requestMessages } from "@domain-claims/crds/messages/certificates";
import type { RequestReason } from "@domain-claims/crds/reasons";
import type { RequestReading } from "../world/certificate-request.ts";
import type { Facts } from "../world/facts.ts";
import type { HostDecision } from "./host-decision.ts";

/** What is decided about a CertificateRequest. */
export type RequestDecision =
  | { readonly kind: "Approved" | "Denied"; readonly reason: RequestReason; readonly message: string }
  /** Not yet: until then (milliseconds since the epoch), or until a fact changes. */
  | { readonly kind: "Wait"; readonly until: number | undefined };

/** Milliseconds for which a request waits for claims that come with it: a denial is for good, and costs an hour's pause. */
const patienceMs = 30_000;

/**
 * Rule T10: a certificate is issued for hosts alone that its namespace holds. `decisionOf` says who holds a host; while that
 * is not known, the request waits.
 */
export function decideRequest(
  facts: Facts,
  decisionOf: (host: Host) => Pick<HostDecision, "frozen" | "serving">,
  request: { readonly namespace: string; readonly since: number; readonly reading: RequestReading },
  now: number,
): RequestDecision {
  const { namespace, reading, since } = request;
  if (!reading.ok) return { kind: "Denied", reason: reading.reason, message: requestMessages.refused(reading.detail) };
  const decisions = reading.hosts.map((host) => ({ host, ...decisionOf(host) }));
  const missing = decisions.find(({ frozen, serving }) => !frozen && serving !== namespace);
  if (missing !== undefined) {
    const until = since + patienceMs;
    if (now < until) return { kind: "Wait", until };
    return { kind: "Denied", reason: "HostNotHeld", message: notHeld(facts, missing.host, namespace) };
  }
  if (decisions.some(({ frozen }) => frozen)) return { kind: "Wait", until: undefined };
  return { kind: "Approved", reason: "HostsHeld", message: requestMessages.hostsHeld(reading.hosts, namespace) };
}

function notHeld(facts: Facts, host: Host, namespace: string): string {
  const holder = facts.record(host)?.holder;
  return holder === undefined || holder.namespace === namespace
    ? requestMessages.notHeld(host, namespace)
    : requestMessages.heldElsewhere(host, holder);
}
