import type { CertificateRequest } from "../world/certificate-request.ts";
import { fieldsOf, listOf, nameOf, required, textOf, textsOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** What a CertificateRequest asks for: for the moment in which it is looked at. */
export interface RequestContent {
  readonly uid: string;
  readonly resourceVersion: string;
  /** PKCS #10, PEM; empty where there is none. */
  readonly pem: string;
  readonly isCA: boolean;
  readonly usages: readonly string[];
  /** Milliseconds for which it is to be valid; undefined: as the issuer likes; NaN for what can't be read. */
  readonly validMs: number | undefined;
}

/** The group and the kind that a reference to an issuer means where it names none (cert-manager.io/v1, reference documentation). */
const defaultIssuer = { group: "cert-manager.io", kind: "Issuer" } as const;

/**
 * The projection of a CertificateRequest (cert-manager.io/v1), without what it asks for: whoever decides it reads it. Throws
 * an Error that names the field which is missing.
 */
export function translateCertificateRequest(raw: Raw): CertificateRequest {
  const metadata = fieldsOf(raw["metadata"]);
  const issuer = fieldsOf(fieldsOf(raw["spec"])["issuerRef"]);
  const conditions = listOf(fieldsOf(raw["status"])["conditions"]).map(fieldsOf);
  const approved = conditions.find(({ status, type }) => type === "Approved" && status === "True");
  return {
    namespace: required(metadata, "namespace"),
    name: required(metadata, "name"),
    uid: required(metadata, "uid"),
    resourceVersion: required(metadata, "resourceVersion"),
    certificate: certificateOf(metadata),
    issuer: {
      group: nameOf(issuer["group"]) ?? defaultIssuer.group,
      kind: nameOf(issuer["kind"]) ?? defaultIssuer.kind,
      name: nameOf(issuer["name"]) ?? "",
    },
    created: Date.parse(textOf(metadata["creationTimestamp"]) ?? "") || 0,
    // Whoever approves leaves alone what these conditions end (cert-manager, `certificaterequests/approver`).
    decided: conditions.some(isFinal),
    approvedFor: approved && (textOf(approved["reason"]) ?? ""),
  };
}

/** The Certificate that controls the request. */
function certificateOf(metadata: Raw): CertificateRequest["certificate"] {
  const owner = listOf(metadata["ownerReferences"])
    .map(fieldsOf)
    .find(({ controller, kind }) => controller === true && kind === "Certificate");
  const [name, uid] = [nameOf(owner?.["name"]), nameOf(owner?.["uid"])];
  return name === undefined || uid === undefined ? undefined : { name, uid };
}

/** What a CertificateRequest asks for. Throws an Error that names the field which is missing. */
export function translateRequestContent(raw: Raw): RequestContent {
  const [metadata, spec] = [fieldsOf(raw["metadata"]), fieldsOf(raw["spec"])];
  return {
    uid: required(metadata, "uid"),
    resourceVersion: required(metadata, "resourceVersion"),
    pem: Buffer.from(textOf(spec["request"]) ?? "", "base64").toString("latin1"),
    isCA: spec["isCA"] === true,
    usages: textsOf(spec["usages"]),
    validMs: spec["duration"] === undefined ? undefined : durationOf(textOf(spec["duration"]) ?? ""),
  };
}

/** A duration as Go's `time.ParseDuration` takes one of hours, minutes and seconds, which is how the API server has it. */
function durationOf(text: string): number {
  const [, hours = "0", minutes = "0", seconds = "0"] = /^(?:([\d.]+)h)?(?:([\d.]+)m)?(?:([\d.]+)s)?$/.exec(text) ?? [];
  const ms = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
  return ms > 0 ? ms : Number.NaN;
}

function isFinal({ reason, status, type }: Raw): boolean {
  if (type === "Approved" || type === "Denied" || type === "InvalidRequest") return status === "True";
  return type === "Ready" && (reason === "Failed" || reason === "Issued");
}
