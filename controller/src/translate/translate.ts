import { foreignHostsLabel, issuerLabel } from "@domain-claims/crds/domain";
import { defaultLimits } from "../world/limits.ts";
import type { SourceLimits } from "../world/limits.ts";
import type { Pieces } from "../world/pieces.ts";
import type { SourceClass } from "../world/source.ts";
import { readInPieces } from "../world/source-hosts.ts";
import type { Namespace } from "../world/core-v1.ts";
import type { Watched } from "../world/event.ts";
import { translateCertificate } from "./certificate.ts";
import { translateCertificateRequest } from "./certificate-request.ts";
import { translateDomain } from "./domain.ts";
import { translateDomainCertificate } from "./domain-certificate.ts";
import { ingressInPieces, translateIngress } from "./ingress.ts";
import { translateIssuer } from "./issuer.ts";
import { translateRecord } from "./record.ts";
import { fieldsOf, required, textOf } from "./raw.ts";
import type { Raw } from "./raw.ts";
import { translateSecret } from "./secret.ts";
import { translateService } from "./service.ts";

/** A translator for each kind. */
export type Translators = { readonly [K in keyof Watched]: (raw: Raw) => Watched[K] };

/** The translators, and the same in pieces. */
export interface Translate extends Translators {
  /** As the translator of the kind, but divided into pieces where an object may be so long that others should have a turn in between. */
  readonly inPieces: <K extends keyof Watched>(kind: K, raw: Raw) => Pieces<Watched[K]>;
}

/**
 * From the API server's JSON to the small types of the core, by kind: only what is decided from is kept, and no more of it
 * than the limits allow; of a namespace's labels, our own and those that are named. Tolerant of whatever a tenant may have written; each throws an Error, which names the field, for
 * an object that can't be used.
 */
export function translator(limits: SourceLimits, namespaceLabels: readonly string[] = []): Translate {
  const labels = new Set([foreignHostsLabel, issuerLabel, ...namespaceLabels]);
  const translators: Translators = {
    Domain: translateDomain,
    HostRecord: translateRecord,
    Namespace: (raw) => translateNamespace(raw, labels),
    Ingress: (raw) => translateIngress(raw, limits),
    IngressClass: translateIngressClass,
    Service: translateService,
    Secret: translateSecret,
    DomainCertificate: translateDomainCertificate,
    Certificate: translateCertificate,
    CertificateRequest: translateCertificateRequest,
    ClusterIssuer: (raw) => translateIssuer("ClusterIssuer", raw),
    Issuer: (raw) => translateIssuer("Issuer", raw),
  };
  const inPieces = function* <K extends keyof Watched>(kind: K, raw: Raw): Pieces<Watched[K]> {
    if (kind !== "Ingress") return translators[kind](raw);
    const source = yield* ingressInPieces(raw, limits);
    // Whoever takes it in finds it read.
    yield* readInPieces(source);
    yield;
    return source as Watched[K];
  };
  return { ...translators, inPieces };
}

/** The translator of an installation that sets no limits. */
export const translate: Translate = translator(defaultLimits);

function translateNamespace(raw: Raw, kept: ReadonlySet<string>): Namespace {
  const metadata = fieldsOf(raw["metadata"]);
  const labels = Object.entries(fieldsOf(metadata["labels"])).flatMap(([name, value]) =>
    kept.has(name) && typeof value === "string" ? [[name, value] as const] : [],
  );
  return { name: required(metadata, "name"), uid: required(metadata, "uid"), labels: Object.fromEntries(labels) };
}

function translateIngressClass(raw: Raw): SourceClass {
  const controller = textOf(fieldsOf(raw["spec"])["controller"]) ?? "";
  return { name: required(fieldsOf(raw["metadata"]), "name"), controller };
}
