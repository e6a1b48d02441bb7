import type { KeyObject, X509Certificate } from "node:crypto";
import { isServableCurve } from "./curves.ts";

/** Bits of the public exponent of an authority's RSA key: as many as BoringSSL takes. */
const longestExponent = 33n;

/** Bytes of all certificates that may say for which names an authority issues: two usual ones have fewer. */
const mostConstrained = 4 * 1024;

/** The name of the extension that says so (RFC 5280, section 4.2.1.10), as DER. */
const nameConstraints = Buffer.from("551d1e", "hex");

/** Names of an authority itself: few have any. */
const mostNames = 10;

/**
 * What of the certificates above a leaf makes handshakes long; undefined: nothing. Whoever is shown them verifies one by the other,
 * and so do we when we ask the gateway: OpenSSL does it before anybody can say that it need not, and all at once. That takes up
 * to 7 ms for each key of a kind that clients can't do, and tenths of a second to compare thousands of name constraints with
 * hundreds of names.
 */
export function costOfChain(authorities: readonly X509Certificate[]): string | undefined {
  for (const [i, authority] of authorities.entries()) {
    const which = `has a certificate in tls.crt (number ${String(i + 2)})`;
    if (!isQuick(keyOf(authority)))
      return `${which} with a key that clients can't do; RSA with a short exponent, P-256, P-384 or P-521 is expected`;
    // A name may be counted as several, and none is left out.
    if ((authority.subjectAltName ?? "").split(", ").length > mostNames)
      return `${which} above the leaf that has more than ${String(mostNames)} names`;
  }
  // Whatever else has these bytes counts as well: the extension can't be written without them.
  const constrained = authorities.filter(({ raw }) => raw.includes(nameConstraints));
  return constrained.reduce((all, { raw }) => all + raw.length, 0) > mostConstrained
    ? `has certificates with name constraints in tls.crt that have more than ${String(mostConstrained / 1024)} KiB`
    : undefined;
}

/** Undefined where it can't be read. */
function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

function isQuick(key: KeyObject | undefined): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key ?? {};
  if (type === "ec") return isServableCurve(details?.namedCurve);
  if (type === "rsa" || type === "rsa-pss") return (details?.publicExponent ?? 0n) < 2n ** longestExponent;
  return type === "ed25519" || type === "ed448";
}
