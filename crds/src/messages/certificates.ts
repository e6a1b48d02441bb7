import { issuerLabel } from "../domain.ts";
import { display } from "../hostname.ts";
import type { Host } from "../hostname.ts";
import { shellWord } from "../shell.ts";
import { named, some } from "./words.ts";
import type { Named } from "./words.ts";

/** What the gateway does in a TLS handshake for a host, in place of showing the certificate that Kong has. */
export const handshakeMessages = {
  notYet: "has not been seen to answer with it yet",
  notForHost: "answers with one for other names",
  otherCertificate: "answers with another one, such as the one before",
  notCompleted: "completes no TLS handshake for it",
} as const;

/** Sentences of the condition `CertificateReady`. */
export const certificateMessages = {
  issued: (host: Host, secret: string): string => `the certificate for ${display(host)} is in the Secret ${secret}`,
  ownSecret: (host: Host, secret: string): string =>
    `Kong has the certificate for ${display(host)} from the Secret ${secret}, which an Ingress names`,
  ordering: (host: Host): string => `a certificate for ${display(host)} is being ordered`,
  notValidated: (host: Host, problem: string, until: string | undefined): string =>
    `${display(host)} could not be validated${problem === "" ? "" : `: ${problem}`}; see to it that its DNS leads to this gateway; ` +
    `it is tried again${until === undefined ? "" : ` at ${until}`}`,
  budgetExhausted: (host: Host, until: string | undefined): string =>
    `${display(host)} waits for its certificate, since the certificate authority takes no more orders for now` +
    (until === undefined ? "" : `; it is ordered at ${until}`),
  tooManyNames: (host: Host, namespace: string): string =>
    `${display(host)} waits for its certificate, since namespace ${namespace} has more names below its domain than can be remembered ` +
    "of its certificates; it is ordered when others are released, or from another namespace",
  issuerMissing: (host: Host, issuer: IssuerName): string =>
    `no certificate for ${display(host)} can be ordered, since there is no ${issuer.kind} ${issuer.name}; ` +
    `an administrator has to make it, or to name another one by --issuer-name or by the namespace's label ${issuerLabel}; ` +
    "the host is ordered as soon as it is there",
  issuerNotReady: (host: Host, issuer: IssuerName & { readonly namespace: string }, problem: string): string =>
    `the certificate for ${display(host)} waits for the ${issuer.kind} ${issuer.name}, which can't sign: ${problem}; ` +
    `see kubectl describe ${issuer.kind.toLowerCase()} ${issuer.name}` +
    (issuer.namespace === "" ? "" : ` -n ${issuer.namespace}`),
} as const;

/** Which issuer of cert-manager is meant. */
interface IssuerName {
  readonly kind: string;
  readonly name: string;
}

/** Sentences about CertificateRequests. */
export const requestMessages = {
  hostsHeld: (hosts: readonly Host[], namespace: string): string => `${namespace} holds ${some(hosts.map(display))}`,
  notHeld: (host: Host, namespace: string): string =>
    `${namespace} does not hold ${display(host)}, so it gets no certificate for it; claim it: kubectl domain claim ${shellWord(host)} -n ${namespace}`,
  heldElsewhere: (host: Host, holder: Named): string =>
    `${display(host)} is held by ${named(holder)} (kubectl domain whois ${shellWord(host)})`,
  refused: (detail: string): string => `the certificate request ${detail}`,
} as const;
