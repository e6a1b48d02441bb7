import type { Host } from "@domain-claims/crds/hostname";
import { readyMessages } from "@domain-claims/crds/messages/conditions";
import type { Facts } from "../world/facts.ts";
import type { Claim } from "../world/claim.ts";
import type { ConditionDraft } from "./claim-conditions.ts";

/** How far a served host is with HTTPS. */
export type Https =
  /** Nobody asks for it. */
  | { readonly kind: "none" }
  /** Kong has the certificate: `shown` in TLS handshakes with the gateway, or `inKong` where that can't be asked. */
  | { readonly kind: "shown" | "inKong" }
  /** Kong has had one before, and the gateway has yet to show what it has now: nothing is known. */
  | { readonly kind: "awaited" }
  /** It is asked for and not there, and why. */
  | { readonly kind: "waits"; readonly reason: string; readonly message: string };

/**
 * What holds a host's HTTPS up, given what its claim is told of the certificate that is ordered for it. What is refused of a
 * Secret that a source names is not looked at.
 */
export function https(
  facts: Facts,
  claim: Claim,
  host: Host,
  certificateReady: Pick<ConditionDraft, "status" | "reason" | "message"> | undefined,
): Https {
  const failure = facts.programmed(host)?.tls;
  if (failure !== undefined && failure.source === undefined) return waits(failure.reason, failure.message);
  const { handshake, tls } = facts.liveTls(host);
  if (tls?.namespace === claim.namespace) {
    switch (handshake?.kind) {
      case undefined:
        return { kind: "inKong" };
      case "shown":
      case "awaited":
        return { kind: handshake.kind };
      case "missing":
        return waits("CertificateNotShown", readyMessages.certificateNotShown(host, handshake.problem));
    }
  }
  if (certificateReady === undefined) return { kind: "none" };
  const { message, reason, status } = certificateReady;
  return status === "True"
    ? waits("CertificateNotShown", readyMessages.certificateComing(host))
    : waits(reason, message);
}

function waits(reason: string, message: string): Https {
  return { kind: "waits", reason, message };
}
