import { conditionOf, isDecided } from "../kube/follow.ts";
import type { Domain } from "../kube/objects.ts";

type Stage = NonNullable<Domain["status"]>["stage"];
const atTheEnd: ReadonlySet<Stage> = new Set<Stage>(["Live", "Redirecting"]);
const afterRouting: ReadonlySet<Stage> = new Set<Stage>([...atTheEnd, "HTTPS"]);
const isAtTheEnd = ({ status }: Domain): boolean => atTheEnd.has(status?.stage);

/** What a claim can be waited for, in the order in which it comes: in words, and whether one that holds its host has it. */
export const milestones = {
  held: { text: "to hold its host", isReached: () => true },
  routing: {
    text: "to have its routes in the gateway",
    isReached: ({ status }: Domain) => afterRouting.has(status?.stage),
  },
  https: {
    text: "to have HTTPS",
    isReached: (claim: Domain) => isAtTheEnd(claim) && conditionOf(claim, "CertificateReady")?.status === "True",
  },
  live: { text: "to be live", isReached: isAtTheEnd },
} as const;

/** One of them, by its name. */
export type Milestone = keyof typeof milestones;

/** True once the claim is refused, or has come so far. */
export function hasReached(claim: Domain, milestone: Milestone): boolean {
  return isDecided(claim) && (claim.status?.phase === "Failed" || milestones[milestone].isReached(claim));
}

/** What keeps a claim that holds its host from a milestone; undefined where it does not say. */
export function obstacle(
  claim: Domain,
  milestone: Milestone,
): { readonly reason: string; readonly message: string } | undefined {
  const ready = conditionOf(claim, "Ready");
  if (milestone !== "https" || ready?.status !== "True") return ready;
  const message = "nobody asks for a certificate: name a Secret in spec.tls of an Ingress that serves the host";
  return conditionOf(claim, "CertificateReady") ?? { reason: ready.reason, message };
}

/** The sentence of a claim that has come so far; undefined where it has none. */
export function achieved(claim: Domain, milestone: Milestone): string | undefined {
  return milestone === "held" ? claim.status?.message : conditionOf(claim, "Ready")?.message;
}
