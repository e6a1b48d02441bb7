/** P-256, P-384 and P-521 (RFC 8422, section 5.1.1), as OpenSSL calls them: what clients can do. */
const curves: ReadonlySet<string> = new Set(["prime256v1", "secp384r1", "secp521r1"]);

/** True for a curve, by OpenSSL's name, that clients can do; one that is written out has no name. */
export function isServableCurve(name: string | undefined): boolean {
  return name !== undefined && curves.has(name);
}
