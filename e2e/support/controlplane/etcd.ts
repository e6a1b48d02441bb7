import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { onFreePorts } from "../ports.ts";
import type { RunningProcess } from "../process.ts";
import { launch } from "./place.ts";
import type { Place } from "./place.ts";

/** A running etcd and the address of its clients. */
export interface Etcd {
  readonly process: RunningProcess;
  readonly url: string;
}

/** Starts one etcd with an empty store below the data folder, tuned for tests: nothing is synced to the disk. */
export async function startEtcd(command: string, place: Place): Promise<Etcd> {
  return onFreePorts(2, async ([client, peer]) => {
    const name = randomUUID();
    const url = `http://127.0.0.1:${client}`;
    const peerUrl = `http://127.0.0.1:${peer}`;
    const args = [
      `--name=${name}`,
      `--data-dir=${join(place.dataDir, "etcd", name)}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=${name}=${peerUrl}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
    ];
    const started = await launch(place, { name: "etcd", command, args }, () => isMember(url, name));
    return { process: started, url };
  });
}

/** Whether ours answers. Another etcd may have taken the port between our choosing it and our listening on it. */
async function isMember(url: string, name: string): Promise<boolean> {
  const answer = await fetch(`${url}/v3/cluster/member/list`, { method: "POST", body: "{}" });
  const { members = [] } = (await answer.json()) as { members?: readonly { readonly name?: string }[] };
  return members.some((member) => member.name === name);
}
