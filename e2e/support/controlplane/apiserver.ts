import { onFreePorts } from "../ports.ts";
import { ending } from "../process.ts";
import type { RunningProcess } from "../process.ts";
import { apiClient } from "./api.ts";
import type { Api } from "./api.ts";
import type { ClusterCredentials } from "./credentials.ts";
import { launch } from "./place.ts";
import type { Place } from "./place.ts";

/** A running kube-apiserver, and a client for it as cluster admin. */
export interface ApiServer {
  readonly process: RunningProcess;
  readonly url: string;
  readonly api: Api;
}

/** What may be set for kube-apiserver. */
export interface ApiServerOptions {
  /** Whether requests are queued and refused with 429 by priority and fairness; off unless given. */
  readonly priorityAndFairness?: boolean;
  /** Further arguments; they come last, so that they win. */
  readonly apiserverArgs?: readonly string[];
}

/** Starts kube-apiserver on loopback, with RBAC and all default admission, and waits until `/readyz` says ok. */
export async function startApiServer(
  command: string,
  place: Place,
  etcdUrl: string,
  { files, authority, admin }: ClusterCredentials,
  { priorityAndFairness = false, apiserverArgs = [] }: ApiServerOptions,
): Promise<ApiServer> {
  return onFreePorts(1, async ([port]) => {
    const url = `https://127.0.0.1:${port}`;
    let started: RunningProcess | undefined;
    const api = apiClient(url, authority.certificate, admin, () => started && ending(started));
    const args = [
      `--etcd-servers=${etcdUrl}`,
      `--secure-port=${port}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      // There is one API server, and its loopback address is no endpoint that a Service may have.
      "--endpoint-reconciler-type=none",
      `--tls-cert-file=${files.serverCertificate}`,
      `--tls-private-key-file=${files.serverKey}`,
      `--client-ca-file=${files.ca}`,
      "--authorization-mode=RBAC",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${files.tokenPublicKey}`,
      `--service-account-signing-key-file=${files.tokenKey}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--allow-privileged=true",
      "--profiling=false",
      `--enable-priority-and-fairness=${priorityAndFairness}`,
      ...apiserverArgs,
    ];
    const ready = async (): Promise<boolean> => (await api.call("GET", "/readyz")).status === 200;
    try {
      started = await launch(place, { name: "kube-apiserver", command, args }, ready);
      return { process: started, url, api };
    } catch (error) {
      await api.close();
      throw error;
    }
  });
}
