import type { RequestReason } from "@domain-claims/crds/reasons";
import { isForIssuer } from "../world/certificate-request.ts";
import type { IssuerRef } from "../world/domain-certificate.ts";
import type { WorldEvent } from "../world/event.ts";

const ours: RequestReason = "HostsHeld";

/** Notices that somebody else approves what is asked of our issuer: then nobody asks who holds the hosts (rule T10). */
export class OtherApprovers {
  readonly #issuer: IssuerRef;
  readonly #since: number;
  #problem: string | undefined;

  /** `since`: requests that were made earlier, in milliseconds since the epoch, count for nothing. */
  constructor(issuer: IssuerRef, since: number) {
    this.#issuer = issuer;
    this.#since = since;
  }

  /** Takes note of an event that the world takes in. */
  note(event: WorldEvent): void {
    if (event.kind !== "CertificateRequest" || event.type !== "set") return;
    const { approvedFor, created, name, namespace } = event.object;
    if (approvedFor === undefined || approvedFor === ours || created < this.#since) return;
    if (!isForIssuer(event.object, this.#issuer)) return;
    this.#problem = `${namespace}/${name} was approved by somebody else, for the reason ${approvedFor}: let cert-manager approve nothing for ${this.#issuer.name}`;
  }

  /** What was seen; undefined: nothing. */
  problem(): string | undefined {
    return this.#problem;
  }
}
