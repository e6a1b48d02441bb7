import type { Host } from "@domain-claims/crds/hostname";
import type { OrderedCertificate } from "../world/domain-certificate.ts";
import { shortened } from "./notes.ts";
import { fieldsOf, listOf, textOf, textsOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** What the last Order of a Certificate and its Challenges say. */
export interface OrderState {
  /** Names that were not validated, or that the certificate authority refuses, and what is said of them. */
  readonly failed: Readonly<Partial<Record<Host, string>>>;
  /** Names whose challenges have not been met. */
  readonly pending: readonly Host[];
  /** Those of them that cert-manager works on. */
  readonly begun: readonly Host[];
  /** Those of them that hold it up: their challenges get nowhere, and all others that are worked on have been met. */
  readonly stuck: readonly Host[];
  /** Those whose records could not be written into the DNS. */
  readonly unpresented: readonly Host[];
  /** What cert-manager says of names that are pending. */
  readonly reasons: Readonly<Partial<Record<Host, string>>>;
  /** True if the certificate authority takes no more orders for now (RFC 8555, section 6.6). */
  readonly rateLimited: boolean;
}

/** Nothing is known of an order. */
export const noOrder: OrderState = {
  ...{ failed: {}, pending: [], begun: [], stuck: [], unpresented: [], reasons: {} },
  rateLimited: false,
};

/** The annotation by which cert-manager says for which Certificate it has made an Order or a Secret. */
export const certificateAnnotation = "cert-manager.io/certificate-name";

/** What there is in a namespace of the objects by which cert-manager issues, as the API server lists them. */
export interface IssuingObjects {
  /** CertificateRequests (cert-manager.io/v1). */
  readonly requests: readonly unknown[];
  /** Orders and Challenges (acme.cert-manager.io/v1). */
  readonly orders: readonly unknown[];
  readonly challenges: readonly unknown[];
}

/** Of which Certificate the last Order is meant: by its UID, its issuer, and the names that it asks for. */
export interface OrderOf {
  readonly uid: string;
  readonly issuer: OrderedCertificate["issuer"];
  readonly names: readonly Host[];
}

/**
 * Which names hold up the last order of the Certificate for its names. An Order is the Certificate's by its owner, a
 * CertificateRequest, whose owner that is: an annotation says what whoever made it likes. But a tenant may make a
 * CertificateRequest, too, and name any owner, so an Order for other names, or from an issuer of his own, says nothing; nor does
 * one made before the names changed. A name that the certificate authority
 * refuses has no Challenge: it is quoted in the Order's reason (RFC 8555, section 6.7.1, as Boulder words it).
 */
export function translateOrder(
  { issuer, names, uid }: OrderOf,
  { challenges, orders, requests }: IssuingObjects,
): OrderState {
  const own = requests.map(fieldsOf).filter((request) => isOwnedBy(request, new Set([uid])) && isFrom(request, issuer));
  const ownRequests = new Set(own.map((request) => metadataOf(request)["uid"]));
  const last = orders
    .map(fieldsOf)
    .filter((order) => isOwnedBy(order, ownRequests) && isFor(order, names))
    .sort((a, b) => createdAt(b) - createdAt(a))[0];
  if (last === undefined) return noOrder;
  const status = fieldsOf(last["status"]);
  const reason = textOf(status["reason"]) ?? "";
  const failed: Partial<Record<Host, string>> = {};
  const pending: Host[] = [];
  const reasons: Partial<Record<Host, string>> = {};
  const begun: Host[] = [];
  const stuck: Host[] = [];
  const unpresented: Host[] = [];
  const lastUid = new Set([metadataOf(last)["uid"]]);
  const solved = challenges.map(fieldsOf).filter((challenge) => isOwnedBy(challenge, lastUid));
  for (const challenge of solved) {
    const host = hostOf(challenge);
    const status = fieldsOf(challenge["status"]);
    const { state } = status;
    if (host === undefined || state === "valid") continue;
    const why = shortened(textOf(status["reason"]) ?? "");
    if (state === "invalid" || state === "expired" || state === "errored") failed[host] = why;
    else {
      pending.push(host);
      if (why !== "") reasons[host] = why;
      if (status["processing"] === true) begun.push(host);
      if (getsNowhere(challenge)) stuck.push(host);
      if (getsNowhere(challenge) && keepsPlace(challenge)) unpresented.push(host);
    }
  }
  if (status["state"] === "errored" && Object.keys(failed).length === 0) {
    for (const [, host = ""] of reason.matchAll(/[Cc]annot issue for "([^"]{1,253})"/g)) {
      failed[host as Host] = shortened(reason);
    }
  }
  // Without a solver for one of the names there are no Challenges, and no failure either.
  if (solved.length === 0 && (status["state"] === undefined || status["state"] === "pending")) {
    pending.push(...(textsOf(fieldsOf(last["spec"])["dnsNames"]) as readonly Host[]));
  }
  const rateLimited = /urn:ietf:params:acme:error:rateLimited|^Failed.*\b429\b/.test(reason);
  const isMoving = stuck.length < begun.length;
  return { failed, pending, begun, stuck: isMoving ? [] : stuck, unpresented, reasons, rateLimited };
}

/**
 * True if what is to be seen from outside can't be put in place, or, of HTTP-01, is not seen there: cert-manager looks by
 * itself before it has the certificate authority look, and says so in the reason (`acmechallenges/sync.go`). A DNS record
 * that is in place may take minutes to spread.
 */
function getsNowhere(challenge: Raw): boolean {
  const { presented, processing, reason } = fieldsOf(challenge["status"]);
  const isSeenAtOnce = fieldsOf(challenge["spec"])["type"] === "HTTP-01";
  return processing === true && textOf(reason) !== undefined && (presented !== true || isSeenAtOnce);
}

/** True if it can't be cleaned up either: what HTTP-01 takes is in the cluster, where nothing keeps cert-manager from deleting it. */
function keepsPlace(challenge: Raw): boolean {
  return fieldsOf(challenge["status"])["presented"] !== true && fieldsOf(challenge["spec"])["type"] === "DNS-01";
}

function hostOf(challenge: Raw): Host | undefined {
  const { dnsName, wildcard } = fieldsOf(challenge["spec"]);
  const name = textOf(dnsName);
  return name === undefined ? undefined : ((wildcard === true ? `*.${name}` : name) as Host);
}

/** True if the request is for that issuer of cert-manager's. */
function isFrom(request: Raw, { kind, name }: OrderOf["issuer"]): boolean {
  const issuer = fieldsOf(fieldsOf(request["spec"])["issuerRef"]);
  return issuer["kind"] === kind && issuer["name"] === name;
}

/** True if the Order is for just these names. */
function isFor(order: Raw, names: readonly Host[]): boolean {
  const asked = new Set<string>(textsOf(fieldsOf(order["spec"])["dnsNames"]));
  return asked.size === names.length && names.every((host) => asked.has(host));
}

/** True if what controls the object has one of these UIDs. */
function isOwnedBy(object: Raw, uids: ReadonlySet<unknown>): boolean {
  const owner = listOf(metadataOf(object)["ownerReferences"])
    .map(fieldsOf)
    .find(({ controller }) => controller === true);
  return owner?.["uid"] !== undefined && uids.has(owner["uid"]);
}

function createdAt(object: Raw): number {
  return Date.parse(textOf(metadataOf(object)["creationTimestamp"]) ?? "") || 0;
}

function metadataOf(object: Raw): Raw {
  return fieldsOf(object["metadata"]);
}
