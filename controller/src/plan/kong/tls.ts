import type { Host } from "@domain-claims/crds/hostname";
import type { Settings } from "../../decide/settings.ts";
import type { SourceRef } from "../../world/source.ts";
import type { KeyPair, SecretRef } from "../../world/tls.ts";
import type { ServedSecret } from "../tls.ts";
import type { KongCertificate, KongSni } from "./entities.ts";
import { entityId } from "./ids.ts";
import { tagsOf } from "./tags.ts";

/** What Kong should have so that a host is served over TLS. */
export interface TlsPlan {
  readonly certificate: CertificatePlan;
  readonly sni: KongSni;
  /** Where the certificate comes from, and who asks for it. */
  readonly secret: SecretRef;
  readonly source: SourceRef | undefined;
}

/** A certificate of which only hashes are known. */
export interface CertificatePlan {
  readonly id: string;
  /** With the hashes in place of the texts; undefined: as Kong has it, if it has it. */
  readonly known: KongCertificate | undefined;
}

/**
 * The SNI of a host and the certificate that it leads to. A host's SNI has one id, whatever it leads to, so that it moves
 * from one certificate to another by one change; a Secret is one certificate, however many hosts it serves.
 */
export function tlsPlan(settings: Settings, host: Host, { secret, pair, source }: ServedSecret): TlsPlan {
  const { kongTag } = settings;
  const id = certificateId(settings, secret);
  const origin = { kind: "Secret", ...secret };
  return {
    certificate: { id, known: pair && certificateOf(id, pair, tagsOf(settings, origin)) },
    sni: { id: entityId(kongTag, "sni", host), name: host, certificate: { id }, tags: tagsOf(settings, origin, host) },
    secret,
    source,
  };
}

/** The id of the certificate that is made of a Secret. */
function certificateId({ kongTag }: Settings, { namespace, name }: SecretRef): string {
  return entityId(kongTag, "certificate", namespace, name);
}

function certificateOf(id: string, { certHash, keyHash }: KeyPair, tags: readonly string[]): KongCertificate {
  return { id, cert: certHash, key: keyHash, cert_alt: null, key_alt: null, tags };
}
