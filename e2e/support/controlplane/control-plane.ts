import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { silent } from "../progress.ts";
import type { Progress } from "../progress.ts";
import { ending } from "../process.ts";
import type { RunningProcess } from "../process.ts";
import { clusterAccess } from "./access.ts";
import type { ServiceAccountAccess, UserAccess } from "./access.ts";
import type { Api } from "./api.ts";
import { startApiServer } from "./apiserver.ts";
import type { ApiServerOptions } from "./apiserver.ts";
import { controlPlaneBinaries } from "./binaries.ts";
import { startControllerManager } from "./controller-manager.ts";
import { createCrds } from "./crds.ts";
import { createCredentials } from "./credentials.ts";
import { startEtcd } from "./etcd.ts";
import type { Place } from "./place.ts";

/** What a control plane may be told; everything has a default. */
export interface ControlPlaneOptions extends ApiServerOptions {
  /** Where its files are kept. Unless given, a new temporary folder that `stop` removes. */
  readonly dataDir?: string;
  /** Where its programs log; `logs` in the data folder unless given. */
  readonly logDir?: string;
  /** Folders whose `*.yaml` hold CustomResourceDefinitions: they are there before the controller manager starts. */
  readonly crds?: string | readonly string[];
  /** Whether its processes survive ours; else they end with it, however it ends. */
  readonly detached?: boolean;
  readonly progress?: Progress;
  /** Told of each process as soon as it runs. */
  readonly onStart?: (started: RunningProcess) => void;
}

/** A Kubernetes API with RBAC, garbage collection and namespaces that end; it has no nodes, so Pods stay Pending. */
export interface ControlPlane {
  /** The file of a kubeconfig for the cluster admin. */
  readonly kubeconfig: string;
  readonly url: string;
  readonly caFile: string;
  /** The real kubectl of the same version. */
  readonly kubectl: string;
  readonly binDir: string;
  readonly dataDir: string;
  readonly logDir: string;
  readonly pids: Readonly<Record<string, number>>;
  /** Calls to the API as cluster admin. */
  readonly api: Api;
  /** A user with a client certificate, whose rights are what RBAC gives to the name and the groups. */
  readonly user: (name: string, groups?: readonly string[], namespace?: string) => Promise<UserAccess>;
  /** A service account with a token from the API server. */
  readonly serviceAccount: (namespace: string, name: string) => Promise<ServiceAccountAccess>;
  /** Ends its processes (SIGKILL) and returns when they are gone. Throws how one of them ended that had ended before. */
  readonly stop: () => Promise<void>;
}

/** One that was started, and where its etcd answers. */
export interface StartedControlPlane extends ControlPlane {
  readonly etcdUrl: string;
}

/** Starts etcd, kube-apiserver and kube-controller-manager on free ports of 127.0.0.1, with a PKI of their own. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<StartedControlPlane> {
  const { progress = silent } = options;
  const binaries = await controlPlaneBinaries();
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "domain-claims-"));
  const started: RunningProcess[] = [];
  const place: Place = {
    dataDir,
    logDir: options.logDir ?? join(dataDir, "logs"),
    detached: options.detached ?? false,
    onStart: (running) => {
      started.push(running);
      options.onStart?.(running);
    },
  };
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((running) => running.stop()));
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const credentials = await createCredentials(join(dataDir, "pki"));
    progress("control plane: etcd");
    const etcd = await startEtcd(binaries.etcd, place);
    progress("control plane: kube-apiserver");
    const { url, api } = await startApiServer(binaries["kube-apiserver"], place, etcd.url, credentials, options);
    for (const folder of [options.crds ?? []].flat()) {
      progress(`control plane: CustomResourceDefinitions of ${folder}`);
      await createCrds(api, folder);
    }
    progress("control plane: kube-controller-manager");
    const access = clusterAccess({ url, api, authority: credentials.authority, folder: join(dataDir, "kubeconfig") });
    const manager = await access.certificateUser("system:kube-controller-manager");
    await startControllerManager(binaries["kube-controller-manager"], place, manager.kubeconfig, credentials, api);
    const running = started.filter(({ ended }) => ended() === undefined);
    return {
      kubeconfig: (await access.certificateUser("cluster-admin", ["system:masters"])).kubeconfig,
      url,
      etcdUrl: etcd.url,
      caFile: credentials.files.ca,
      kubectl: binaries.kubectl,
      binDir: dirname(binaries.kubectl),
      dataDir,
      logDir: place.logDir,
      pids: Object.fromEntries(running.map(({ name, pid }) => [name, pid])),
      api,
      user: access.certificateUser,
      serviceAccount: access.serviceAccount,
      stop: async () => {
        const why = running.flatMap((one) => (one.stopped() ? [] : (ending(one) ?? [])));
        await api.close();
        await stop();
        if (why.length > 0) throw new Error(why.join("\n"));
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
