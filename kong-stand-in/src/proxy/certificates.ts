import { createPrivateKey } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Certificate } from "../entities.ts";
import type { Store } from "../store.ts";

/** Chooses the certificate for a server name from the store's SNIs, undefined for the built-in one. */
export class Certificates {
  #store: Store;
  /** Entities are replaced when they change, so a context belongs to one state of its certificate. */
  #contexts = new WeakMap<Certificate, SecureContext>();

  constructor(store: Store) {
    this.#store = store;
  }

  contextFor(serverName: string): SecureContext | undefined {
    for (const name of sniNames(serverName)) {
      const sni = this.#store.snis.find("name", name);
      const certificate = sni === undefined ? undefined : this.#store.certificates.get(sni.certificate.id);
      if (certificate !== undefined) return this.#context(certificate);
    }
    return undefined;
  }

  #context(certificate: Certificate): SecureContext {
    const known = this.#contexts.get(certificate);
    if (known !== undefined) return known;
    const context = createSecureContext(preferred(certificate));
    this.#contexts.set(certificate, context);
    return context;
  }
}

/**
 * The pair that is served of a certificate with two: Node gives a server name one, so it is not the RSA one, which a
 * client that can do both does not choose either.
 */
function preferred({ cert, key, cert_alt, key_alt }: Certificate): { readonly cert: string; readonly key: string } {
  if (cert_alt === null || key_alt === null) return { cert, key };
  return createPrivateKey(key).asymmetricKeyType === "rsa" ? { cert: cert_alt, key: key_alt } : { cert, key };
}

/**
 * The SNIs that serve a name, in Kong's order: the name itself, `*` for its first label (if at least two follow), `*`
 * for its last label, `*` alone. Case counts.
 */
function sniNames(serverName: string): readonly string[] {
  const names = [serverName];
  if (serverName.includes("*")) return [...names, "*"];
  const left = /^[^.]+(\.[^.]+\.\S+)/.exec(serverName);
  if (left !== null) names.push(serverName.replace(left[0], `*${left[1]}`));
  const right = /[^.]+\.([^.]+)$/.exec(serverName);
  if (right !== null) names.push(`${serverName.slice(0, -right[1]!.length)}*`);
  return [...names, "*"];
}
