import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { GiveUp } from "./wait.ts";

/** Thrown when a program could not have the port that was chosen for it. */
export class PortTaken extends GiveUp {}

/** Distinct TCP ports that are free on 127.0.0.1 now. Another program may take one first: see `onFreePorts`. */
export async function freePorts(count: number): Promise<readonly number[]> {
  // All are held until the last is known: else the kernel may hand out the same one twice.
  const servers = await Promise.all(Array.from({ length: count }, () => listening()));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/** Runs `attempt` with free ports, and again with other ones when it throws `PortTaken`, five times at most. */
export async function onFreePorts<T>(count: number, attempt: (ports: readonly number[]) => Promise<T>): Promise<T> {
  for (let left = 4; ; left--) {
    try {
      return await attempt(await freePorts(count));
    } catch (error) {
      if (!(error instanceof PortTaken) || left === 0) throw error;
    }
  }
}

function listening(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
