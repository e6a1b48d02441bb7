import { domainCertificates } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/hostname";
import { compareText } from "../world/compare.ts";
import type { OrderedCertificate } from "../world/domain-certificate.ts";
import { shortened } from "./notes.ts";
import { fieldsOf, listOf, nameOf, required, textOf, textsOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** Names that one Certificate may have: one with more, or with a longer one than a host can be, asks for none of ours. */
const most = { names: 1_000, characters: 253 } as const;

/**
 * A cert-manager Certificate's projection (cert-manager.io/v1, reference documentation). What its conditions say counts
 * only for the generation that they name. Throws an Error for one that no DomainCertificate owns.
 */
export function translateCertificate(raw: Raw): OrderedCertificate {
  const metadata = fieldsOf(raw["metadata"]);
  const spec = fieldsOf(raw["spec"]);
  const issuer = fieldsOf(spec["issuerRef"]);
  const status = fieldsOf(raw["status"]);
  const { generation } = metadata;
  const condition = (type: string): Raw | undefined =>
    listOf(status["conditions"])
      .map(fieldsOf)
      .find((one) => one["type"] === type && one["observedGeneration"] === generation);
  const issuing = condition("Issuing");
  const failedAt = timeOf(status["lastFailureTime"]);
  const failed = issuing?.["status"] === "False" && failedAt !== undefined;
  return {
    namespace: required(metadata, "namespace"),
    name: required(metadata, "name"),
    uid: required(metadata, "uid"),
    resourceVersion: required(metadata, "resourceVersion"),
    owner: ownerOf(metadata),
    issuer: { kind: nameOf(issuer["kind"]) ?? "", name: nameOf(issuer["name"]) ?? "" },
    shown: {
      names: namesOf(textsOf(spec["dnsNames"])),
      ready: condition("Ready")?.["status"] === "True",
      notBefore: timeOf(status["notBefore"]) ?? 0,
      notAfter: timeOf(status["notAfter"]) ?? 0,
    },
    failure: failed ? { at: failedAt, message: shortened(textOf(issuing["message"]) ?? "") } : undefined,
  };
}

/** Whoever may write Certificates writes what they like there, so no more of it is kept than a host can be. */
function namesOf(texts: readonly string[]): readonly Host[] {
  if (texts.length > most.names || texts.some(({ length }) => length > most.characters)) return [];
  return ([...texts] as Host[]).sort(compareText);
}

function ownerOf(metadata: Raw): OrderedCertificate["owner"] {
  for (const item of listOf(metadata["ownerReferences"])) {
    const owner = fieldsOf(item);
    const [name, uid] = [nameOf(owner["name"]), nameOf(owner["uid"])];
    const isOurs = owner["kind"] === domainCertificates.kind && owner["controller"] === true;
    if (isOurs && name !== undefined && uid !== undefined) return { name, uid };
  }
  throw new Error(`no ${domainCertificates.kind} owns it`);
}

/** Milliseconds since the epoch; undefined where there is no time. */
function timeOf(value: unknown): number | undefined {
  const time = Date.parse(textOf(value) ?? "");
  return Number.isNaN(time) ? undefined : time;
}
