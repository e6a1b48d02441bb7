import { claimHost } from "@domain-claims/crds/claim-host";
import type { ClaimHost } from "@domain-claims/crds/claim-host";
import type { Claim } from "./claim.ts";

const readings = new WeakMap<Claim, ClaimHost>();

/** The host that the claim is for (rules H1 and H2), or what is wrong with its spec; each claim is read once. */
export function hostOfClaim(claim: Claim): ClaimHost {
  const known = readings.get(claim) ?? claimHost(claim);
  readings.set(claim, known);
  return known;
}
