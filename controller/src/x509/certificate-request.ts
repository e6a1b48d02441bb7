import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtensionsAttribute,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
} from "@peculiar/x509";
import type { Extension } from "@peculiar/x509";
import { parseHost } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { RequestReading } from "../world/certificate-request.ts";
import { identifierBytes, mostIdentifiers } from "./object-identifiers.ts";

/** Characters of the text: what cert-manager reads itself (`internal/pem`, 250 long names). */
const longest = 36_500;

/** Hosts of one certificate: what Let's Encrypt issues. */
const mostHosts = 100;

/** Values that ASN.1 may have: a request for the most hosts has some 250. */
const asn1 = { berOptions: { maxDepth: 16, maxNodes: 500 } } as const;

/**
 * One block as cert-manager writes it (RFC 7468, section 7), and nothing around it: what is read here and what the issuer
 * reads is then the same.
 */
const onlyBlock =
  /^-----BEGIN CERTIFICATE REQUEST-----\n(?:[A-Za-z0-9+/=]{1,76}\n)+-----END CERTIFICATE REQUEST-----\n?$/;

/** Key usage, extended key usage, basic constraints: what a server's certificate may ask for beside names (RFC 5280, section 4.2.1). */
const harmless = new Set(["2.5.29.15", "2.5.29.37", "2.5.29.19"]);

const subjectAlternativeName = "2.5.29.17";

const noHost = more("names no host: it has to name them as DNS names");

/** Characters of what is quoted from a request: as many as the longest host has. */
const quoted = 253;

/**
 * Reads a certificate request (PKCS #10, RFC 2986; PEM) that is to be for hosts alone, each in canonical form: whatever else
 * it asks for, and whatever two readers could take in two ways, is a problem. Who signed it is not looked at.
 */
export function readCertificateRequest(pem: string): RequestReading {
  if (pem.length > longest) return invalid(`is larger than ${longest.toLocaleString("en")} characters`);
  if (!onlyBlock.test(pem)) return invalid("is not one PEM block CERTIFICATE REQUEST");
  const der = Buffer.from(pem.replace(/-----.*-----/g, ""), "base64");
  if (identifierBytes(der) > mostIdentifiers) {
    return invalid(`has object identifiers of more than ${String(mostIdentifiers / 1024)} KiB`);
  }
  try {
    return readRequest(new Pkcs10CertificateRequest(der, asn1));
  } catch {
    return invalid("can't be read");
  }
}

function readRequest(request: Pkcs10CertificateRequest): RequestReading {
  const { attributes } = request;
  const [attribute] = attributes;
  if (attribute === undefined) return noHost;
  // An issuer reads the first value of each such attribute, and may not look at another attribute at all.
  if (attributes.length > 1 || !(attribute instanceof ExtensionsAttribute) || attribute.values.length !== 1) {
    return more("has other attributes than its extensions");
  }
  const extensions = attribute.items;
  const strange = extensions.find((extension) => !isHarmless(extension));
  if (strange !== undefined) return more(`asks for the extension ${strange.type}, or to sign other certificates`);
  if (new Set(extensions.map(({ type }) => type)).size < extensions.length) return invalid("says an extension twice");
  const names = extensions.find((extension) => extension instanceof SubjectAlternativeNameExtension);
  return names === undefined || names.names.items.length === 0 ? noHost : readNames(names, commonNames(request));
}

function readNames(extension: SubjectAlternativeNameExtension, common: readonly string[] | undefined): RequestReading {
  const { items } = extension.names;
  if (items.length > mostHosts) return invalid(`is for more than ${String(mostHosts)} names`);
  const other = items.find(({ type }) => type !== "dns");
  if (other !== undefined) return more(`asks for a name of the kind ${other.type}, and not only for DNS names`);
  const texts = items.map(({ value }) => value);
  const same = new SubjectAlternativeNameExtension(
    texts.map((value) => ({ type: "dns", value }) as const),
    extension.critical,
  );
  if (!Buffer.from(same.value).equals(Buffer.from(extension.value))) return invalid("has names that can't be read");
  const hosts: Host[] = [];
  for (const text of texts) {
    const parsed = parseHost(text);
    if (!parsed.ok) return invalid(`names what is no host: ${parsed.problem.message.slice(0, quoted)}`);
    if (parsed.host !== text) return invalid(`names ${text.slice(0, quoted)}, which has to be written ${parsed.host}`);
    hosts.push(parsed.host);
  }
  if (common === undefined) return more("has a subject that says more than a common name");
  if (!common.every((text) => texts.includes(text))) return more("has a common name that is none of its DNS names");
  return { ok: true, hosts: [...new Set(hosts)] };
}

function isHarmless(extension: Extension): boolean {
  if (extension instanceof BasicConstraintsExtension) return !extension.ca;
  return harmless.has(extension.type) || extension.type === subjectAlternativeName;
}

/** Undefined for a subject that says anything else. */
function commonNames({ subjectName }: Pkcs10CertificateRequest): readonly string[] | undefined {
  const pairs = subjectName.toJSON().flatMap((names) => Object.entries(names));
  return pairs.every(([type]) => type === "CN") ? pairs.flatMap(([, values]) => values) : undefined;
}

function invalid(detail: string): RequestReading {
  return { ok: false, reason: "RequestInvalid", detail };
}

function more(detail: string): RequestReading {
  return { ok: false, reason: "NotOnlyHosts", detail };
}
