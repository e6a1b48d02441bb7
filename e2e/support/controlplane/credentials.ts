import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { certificateAuthority, signingKeys } from "../pki.ts";
import type { CertificateAuthority, KeyedCertificate } from "../pki.ts";

/** The keys and certificates of one control plane, in memory and as the files that its programs read. */
export interface ClusterCredentials {
  readonly authority: CertificateAuthority;
  /** A member of `system:masters`. */
  readonly admin: KeyedCertificate;
  readonly files: {
    readonly ca: string;
    readonly serverCertificate: string;
    readonly serverKey: string;
    /** Signs service account tokens; its public half checks them. */
    readonly tokenKey: string;
    readonly tokenPublicKey: string;
  };
}

/** Makes new credentials and writes the files below `folder`, keys readable by their owner alone. */
export async function createCredentials(folder: string): Promise<ClusterCredentials> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const authority = await certificateAuthority("domain-claims-ca");
  const hosts = ["127.0.0.1", "localhost", "kubernetes", "kubernetes.default.svc", "10.96.0.1"];
  const server = await authority.issue({ commonName: "kube-apiserver", hosts, use: "server" });
  const token = signingKeys();
  return {
    authority,
    admin: await authority.issue({ commonName: "cluster-admin", organizations: ["system:masters"], use: "client" }),
    files: {
      ca: write("ca.crt", authority.certificate),
      serverCertificate: write("apiserver.crt", server.certificate),
      serverKey: write("apiserver.key", server.key),
      tokenKey: write("service-account.key", token.privateKey),
      tokenPublicKey: write("service-account.pub", token.publicKey),
    },
  };
}
