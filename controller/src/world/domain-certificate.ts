import type { Host, Hostname } from "@domain-claims/crds/hostname";
import type { CertificateGroup, ShownCertificate } from "./certificate-group.ts";

/** A DomainCertificate: what is remembered of a group, and what is shown of it. */
export interface DomainCertificate {
  readonly namespace: string;
  /** The registrable domain. */
  readonly name: Hostname;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly deleting: boolean;
  readonly group: CertificateGroup;
  readonly report: GroupReport;
}

/** What is shown of a group and never decided from. Times are in milliseconds since the epoch. */
export interface GroupReport {
  readonly wanted: number;
  readonly issued: number;
  readonly failing: number;
  /** Certificates that may be issued for the domain now. */
  readonly left: number;
  readonly notAfter: number | undefined;
  readonly nextOrderAt: number | undefined;
  readonly waiting: readonly WaitingName[];
  /** How many more wait than `waiting` has room for. */
  readonly moreWaiting: number;
}

/** A name that has no certificate yet, and why: of what is read, any word. */
export interface WaitingName<Reason extends string = string> {
  readonly host: Host;
  readonly reason: Reason;
  /** Milliseconds since the epoch; undefined where it is not known. */
  readonly until: number | undefined;
}

/** True for a name that is not ordered since there is no room for it, or no budget: all that are have the same reason. */
export function isHeldBack({ reason }: Pick<WaitingName, "reason">): boolean {
  return reason === "TooManyNames" || reason === "BudgetExhausted";
}

/** What a DomainCertificate says of one host. */
export interface HostCertificate {
  /** The Secrets whose certificates have been issued for just this host, the oldest first. */
  readonly secrets: readonly string[];
  /** Why it has none. */
  readonly waits: Omit<WaitingName, "host"> | undefined;
  /** What cert-manager said when the host could not be validated last. */
  readonly problem: string | undefined;
}

/** A Certificate of cert-manager that a DomainCertificate owns. */
export interface OrderedCertificate {
  readonly namespace: string;
  /** Its own name, and that of its Secret. */
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The DomainCertificate that owns it. */
  readonly owner: { readonly name: string; readonly uid: string };
  /** What it names as its issuer, whoever wrote that there. */
  readonly issuer: { readonly kind: string; readonly name: string };
  /** Without what only its Order and its Challenges say. */
  readonly shown: Pick<ShownCertificate, "names" | "ready" | "notBefore" | "notAfter">;
  /** The last failure of the order for these names. */
  readonly failure: { readonly at: number; readonly message: string } | undefined;
}

/** Which issuer signs: one of cert-manager's own kinds. */
export interface IssuerRef {
  readonly kind: "ClusterIssuer" | "Issuer";
  readonly name: string;
}

/** The name of the group's certificate with the number, and of its Secret. */
export function certificateName(domain: string, number: number): string {
  return `${domain}-${String(number)}`;
}

/** The domain of a name that {@link certificateName} could have made; undefined for any other. */
export function domainOf(name: string): string | undefined {
  return /^(.+)-[1-9]\d{0,8}$/.exec(name)?.[1];
}

/** The number of a certificate of the domain; undefined for a name that is none of ours. */
export function certificateNumber(domain: string, name: string): number | undefined {
  const digits = name.startsWith(`${domain}-`) ? name.slice(domain.length + 1) : "";
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : undefined;
}
