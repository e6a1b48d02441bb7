import type { Table } from "../lua.ts";
import { belongTogether, keyType } from "../schema/pem.ts";
import * as typedefs from "../schema/typedefs.ts";
import type { Schema } from "../schema/types.ts";

const SAME_TYPE =
  "certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), " +
  "the provided certificates were both of the same type";

/** The certificates of Kong 3.9. `snis` is not stored: it stands for SNI entities. */
export const certificates: Schema = {
  name: "certificates",
  fields: [
    ["id", typedefs.uuid],
    ["created_at", typedefs.autoTimestamp],
    ["updated_at", typedefs.autoTimestamp],
    ["cert", { ...typedefs.certificate, required: true }],
    ["key", { ...typedefs.key, required: true }],
    ["cert_alt", { ...typedefs.certificate, required: false }],
    ["key_alt", { ...typedefs.key, required: false }],
    ["tags", typedefs.tags],
    [
      "snis",
      { type: "array", elements: { ...typedefs.wildcardHost, required: true }, required: false, transient: true },
    ],
  ],
  entity_checks: [
    { mutually_required: ["cert_alt", "key_alt"] },
    { custom_entity_check: { field_sources: ["cert", "key"], fn: pairFault } },
    { custom_entity_check: { field_sources: ["cert_alt", "key_alt"], fn: alternativePairFault } },
    { custom_entity_check: { field_sources: ["cert", "cert_alt"], fn: sameTypeFault } },
  ],
};

function pairFault({ cert, key }: Table): string | undefined {
  return belongTogether(cert as string, key as string) ? undefined : "certificate does not match key";
}

function alternativePairFault({ cert_alt: cert, key_alt: key }: Table): string | undefined {
  if (typeof cert !== "string" || typeof key !== "string" || belongTogether(cert, key)) return undefined;
  return "alternative certificate does not match key";
}

function sameTypeFault({ cert, cert_alt: other }: Table): string | undefined {
  if (typeof cert !== "string" || typeof other !== "string") return undefined;
  return keyType(cert) === keyType(other) ? SAME_TYPE : undefined;
}
