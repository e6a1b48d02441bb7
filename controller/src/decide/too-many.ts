import { claimMessages } from "@domain-claims/crds/messages/claims";
import type { Facts } from "../world/facts.ts";
import type { Claim } from "../world/claim.ts";
import type { Refusal } from "./refusal.ts";

/** Rule X1: a claim that is more than its namespace may have. Undefined: it is not, or it holds its host. */
export function tooMany(facts: Facts, claim: Claim): Refusal | undefined {
  const excess = facts.excess(claim);
  if (excess === undefined) return undefined;
  const { of, most } = excess;
  const message =
    of === "claims"
      ? claimMessages.tooManyClaims(claim.namespace, most)
      : claimMessages.tooManyWaiting(claim.namespace, most);
  return { ok: false, reason: "TooManyClaims", message };
}
