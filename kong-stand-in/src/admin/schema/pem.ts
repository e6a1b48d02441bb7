import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from "node:crypto";

/** Why the text holds no certificate; undefined if it begins with one (what follows the first is not looked at). */
export function certificateFault(pem: string): string | undefined {
  const certificate = parsed(() => certificateOf(pem));
  return "error" in certificate ? `invalid certificate: x509.new: ${certificate.error}` : undefined;
}

/** Why the text holds no key; an encrypted one is refused, since there is no passphrase. Kong takes a public key too. */
export function keyFault(pem: string): string | undefined {
  const key = parsed(() => publicHalf(pem));
  return "error" in key ? `invalid key: pkey.new:load_key: ${key.error}` : undefined;
}

/** True if the first certificate of the chain was made for the key; both texts are known to be valid. */
export function belongTogether(certificate: string, key: string): boolean {
  return certificateOf(certificate).publicKey.equals(publicHalf(key));
}

/** The kind of a certificate's key: "rsa", "ec", "ed25519" and so on. */
export function keyType(certificate: string): string | undefined {
  return certificateOf(certificate).publicKey.asymmetricKeyType;
}

function publicHalf(pem: string): KeyObject {
  return pem.includes("-----BEGIN PUBLIC KEY-----") ? createPublicKey(pem) : createPublicKey(createPrivateKey(pem));
}

function certificateOf(pem: string): X509Certificate {
  return new X509Certificate(pem);
}

function parsed(parse: () => X509Certificate | KeyObject): { readonly error: string } | { readonly value: unknown } {
  try {
    return { value: parse() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
