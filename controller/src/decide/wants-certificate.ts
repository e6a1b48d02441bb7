import type { Host } from "@domain-claims/crds/hostname";
import type { Facts } from "../world/facts.ts";
import type { Claim } from "../world/claim.ts";
import { gaveWayTo } from "./redirect.ts";

/**
 * Rule T3: whether the claim that holds the host wants a certificate to be ordered for it: from when Kong serves the host, or
 * at once, or never, as its policy says. An old name whose redirect is over answers nothing (rule N2), so it wants none.
 */
export function wantsCertificate(facts: Facts, { certificatePolicy, namespace }: Claim, host: Host): boolean {
  switch (certificatePolicy) {
    case "Never":
      return false;
    case "Always":
      return gaveWayTo(facts, host) === undefined;
    case "WhenServed":
      return facts.live(host).namespaces.includes(namespace);
  }
}
