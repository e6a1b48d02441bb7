import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCertManager } from "../../support/cert-manager/cert-manager.ts";
import type { CertManager } from "../../support/cert-manager/cert-manager.ts";
import { certificate, certManagerPaths, ready, untilIssuance } from "../../support/cert-manager/issuance.ts";
import type { Certificate, Issuance } from "../../support/cert-manager/issuance.ts";
import { certManagerPrograms } from "../../support/cert-manager/programs.ts";
import { tlsSecret } from "../../support/cert-manager/tls-secret.ts";
import type { TlsSecret } from "../../support/cert-manager/tls-secret.ts";
import type { Api } from "../../support/controlplane/api.ts";
import { keptControlPlane } from "../../support/controlplane/kept.ts";
import type { RunningProcess } from "../../support/process.ts";
import { waitFor } from "../../support/wait.ts";

/** A cluster with cert-manager and nothing else; each Certificate is alone in a namespace of its own name. */
export interface Issuing {
  readonly api: Api;
  readonly certManager: CertManager;
  /** Asks a ClusterIssuer for a certificate. */
  readonly order: (name: string, dnsNames: readonly string[], issuer: string) => Promise<void>;
  /** Has a Certificate ask for other names from now on. */
  readonly rename: (name: string, dnsNames: readonly string[]) => Promise<void>;
  /** Waits until what is shown of a Certificate is as `wanted` says. */
  readonly until: (name: string, what: string, wanted: (issuance: Issuance) => boolean) => Promise<Issuance>;
  /** Waits until it is issued as it is asked for now, and returns its Secret. */
  readonly issued: (name: string) => Promise<TlsSecret>;
  readonly secret: (name: string) => Promise<TlsSecret | undefined>;
  readonly stop: () => Promise<void>;
}

/** Starts a control plane and cert-manager, whose ACME issuer can answer challenges in these zones. */
export async function startIssuing(zones: readonly string[]): Promise<Issuing> {
  const dataDir = mkdtempSync(join(tmpdir(), "domain-claims-"));
  const started: RunningProcess[] = [];
  const { crds } = await certManagerPrograms();
  const cluster = await keptControlPlane({ crds });
  const { api } = cluster;
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((running) => running.stop()));
    await cluster.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const onStart = (running: RunningProcess): number => started.push(running);
    const place = { dataDir, logDir: join(dataDir, "logs"), detached: false, onStart };
    const certManager = await startCertManager({ cluster, place }, { zones });
    return { ...certificatesOf(api), api, certManager, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function certificatesOf(api: Api): Omit<Issuing, "api" | "certManager" | "stop"> {
  const pathOf = (name: string): string => `${certManagerPaths.certificates(name)}/${name}`;
  const secret: Issuing["secret"] = (name) => tlsSecret(api, name, name);
  const until: Issuing["until"] = (name, what, wanted) => untilIssuance(api, name, what, wanted);
  return {
    order: async (name, dnsNames, issuer) => {
      await api.must("POST", "/api/v1/namespaces", { metadata: { name } });
      await api.must("POST", certManagerPaths.certificates(name), certificate(name, dnsNames, issuer));
    },
    rename: async (name, dnsNames) => {
      // cert-manager may write it between our reading and our writing.
      await waitFor({ what: `other names in Certificate ${name}` }, async () => {
        const found = (await api.must("GET", pathOf(name))) as Certificate;
        await api.must("PUT", pathOf(name), { ...found, spec: { ...found.spec, dnsNames } });
        return true;
      });
    },
    until,
    issued: async (name) => {
      await until(name, "its certificate", ({ certificates }) => certificates.some(ready));
      const found = await secret(name);
      if (found === undefined) throw new Error(`there is no Secret ${name}/${name}, though the Certificate is ready`);
      return found;
    },
    secret,
  };
}
