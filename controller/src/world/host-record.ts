import type { Host, Hostname } from "@domain-claims/crds/hostname";

/** A HostRecord: who holds a host, and who did before. */
export interface HostRecord {
  /** The object's name: the host, or `wc--any.` + the rest for a wildcard. */
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly host: Host;
  /** The cluster in which it was written last; absent on a record that is older than the field. */
  readonly clusterUid?: string | undefined;
  /** Absent: nobody holds the host. */
  readonly holder: Holder | undefined;
  /** Absent: the host is held, or free for everybody. */
  readonly redemption: Redemption | undefined;
  /** Absent: the holder, or who held it before its redemption, hands the host over to nobody. */
  readonly transfer: Transfer | undefined;
  /** Delegates of a primary that holds or is in redemption, bound to the namespaces that they meant when they were first seen. */
  readonly grants: readonly Grant[];
  /** Newest first, at most 20. */
  readonly history: readonly Tenure[];
}

/** The claim that holds a host. */
export interface Holder {
  readonly kind: "primary" | "shared";
  readonly namespace: string;
  readonly namespaceUid: string;
  readonly name: string;
  readonly uid: string;
  /** RFC 3339. */
  readonly since: string;
  /** Under whose authority a primary was granted; absent on a shared claim, which is decided anew each time. */
  readonly authority: Authority | undefined;
  /** The namespaces that handed the host on, the last one first (rule N4); absent where it was never handed over. */
  readonly givers?: readonly Grant[] | undefined;
  /** The names that the site of this host had before, newest first, at most {@link mostFormerNames}. */
  readonly renamedFrom?: readonly FormerName[] | undefined;
  /** What replaces this name; absent: nothing does. */
  readonly renamedTo?: Renaming | undefined;
}

/** A name that a site had before (rules N2 and N3). */
export interface FormerName {
  readonly host: Host;
  /** RFC 3339: when it began to be renamed. */
  readonly since: string;
}

/** The names that a record keeps of a site: what is served for them, too, is as bounded as that. */
export const mostFormerNames = 50;

/** A rename of a host, as its record has it: what of it can't be found out anew. */
export interface Renaming {
  /** The new name, and the claim for it in the same namespace. */
  readonly host: Hostname;
  readonly name: string;
  readonly uid: string;
  /** RFC 3339. */
  readonly since: string;
  /** RFC 3339: since when the old name gives way; absent while all is served under it still. */
  readonly done?: string | undefined;
}

/** For whom a host is kept that nobody holds: its last holder, which did not release it on purpose (rule N5). */
export interface Redemption extends Omit<Holder, "since" | "renamedTo"> {
  /** RFC 3339. */
  readonly until: string;
}

/** Why a primary may stand where it stands. `none`: nothing enclosed it when it was granted (a carve-out). */
export type Authority =
  | { readonly kind: "none" }
  | {
      readonly kind: "own" | "delegation";
      /** The enclosing primary, and the claim that held it. */
      readonly host: Host;
      readonly namespace: string;
      readonly name: string;
      readonly uid: string;
    };

/** To whom a host is handed over as soon as it is accepted there (rule N4): a namespace's name, bound to one namespace. */
export interface Transfer extends Grant {
  /** With whom the holder shares a primary, as its claim says. */
  readonly delegates: readonly string[];
}

/** The name of a namespace that was named or had a part, bound to the one that was meant. */
export interface Grant {
  readonly namespace: string;
  readonly uid: string;
}

/** A past holder of a host. */
export interface Tenure {
  readonly kind: "primary" | "shared";
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly from: string;
  readonly to: string;
  /** A reason from the vocabulary, or `Deleted`. */
  readonly reason: string;
  /** The name that this one replaced, and the one that replaced it, in that time. */
  readonly renamedFrom?: Host | undefined;
  readonly renamedTo?: Host | undefined;
}
