import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Claim } from "../world/claim.ts";
import type { Authority, Grant, Holder, HostRecord, Redemption, Transfer } from "../world/host-record.ts";
import type { GuardedFor } from "./guard.ts";
import type { RedemptionEnd } from "./redemption.ts";
import type { RenameStep } from "./rename.ts";

/** What is to be done about a host's record. */
export type RecordStep =
  | { readonly kind: "keep" }
  /** Give the free host to this claim. */
  | {
      readonly kind: "acquire";
      readonly claim: Claim;
      readonly authority: Authority | undefined;
      readonly grants: readonly Grant[];
      /** To whom it goes on to hand the host over, if it has that back (rule N5). */
      readonly transfer: Transfer | undefined;
      readonly record: HostRecord | undefined;
    }
  /** The holder stays, but the record has to say something new about it. */
  | {
      readonly kind: "update";
      readonly record: HostRecord;
      readonly holder: Holder;
      readonly authority: Authority | undefined;
      readonly grants: readonly Grant[];
      /** What of a rename is new (rule N2). */
      readonly rename?: RenameStep | undefined;
      readonly transfer: Transfer | undefined;
    }
  /** The holder hands the host over to this claim, which has accepted it (rule N4). */
  | {
      readonly kind: "handOver";
      readonly record: HostRecord;
      readonly holder: Holder;
      readonly claim: Claim;
      readonly authority: Authority | undefined;
      readonly grants: readonly Grant[];
    }
  /** The holder may hold no longer, and nothing of it is left in Kong. */
  | {
      readonly kind: "release";
      readonly record: HostRecord;
      readonly holder: Holder;
      readonly reason: string;
      /** Milliseconds for which the holder's namespace may have the host back (rule N5); 0: it is free. */
      readonly keptMs: number;
    }
  /** The host is kept for its last holder no longer. */
  | {
      readonly kind: "endRedemption";
      readonly record: HostRecord;
      readonly redemption: Redemption;
      readonly reason: RedemptionEnd;
    }
  /** The caches don't know the holder: ask the API server itself whether it is gone. */
  | { readonly kind: "confirmHolder"; readonly holder: Holder }
  /** It is not known whether the last write of the record took effect: ask the API server itself. */
  | { readonly kind: "confirmWrite" }
  /** Nothing yet: this claim, which is to have the host, gets our finalizer first. */
  | { readonly kind: "wait"; readonly for: "finalizer"; readonly claim: Claim }
  /** Nothing yet: Kong, the watch, who waits for a name above, the namespace that may have the host back, or an administrator comes first. */
  | { readonly kind: "wait"; readonly for: "routes" | "guard" | "watch" | "above" | "redemption" | "adoption" };

/** Who holds a host, and what follows from that. */
export interface HostDecision {
  readonly host: RouteHost;
  /** The namespace that may have routes for the host now. */
  readonly serving: string | undefined;
  /**
   * For whom the host is to be guarded: its holder's namespace, or that of the claim which is about to hold it; a reserved
   * name for nobody.
   */
  readonly guardFor: GuardedFor | undefined;
  /** True while nobody knows who holds the host, or whether the holder is gone: what is in Kong stays as it is. */
  readonly frozen: boolean;
  readonly step: RecordStep;
}
