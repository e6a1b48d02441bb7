import type { ClaimReason } from "@domain-claims/crds/reasons";

/** A "no", with what `kubectl describe` will say about it. */
export interface Refusal {
  readonly ok: false;
  readonly reason: ClaimReason;
  readonly message: string;
  /** The namespace whose primary decided, where one did. */
  readonly parent?: string;
}
