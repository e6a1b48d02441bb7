import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** An address before the gateway's TLS listener: what it does with connections can be changed. */
export interface TlsRelay {
  readonly url: string;
  /** Handshakes that were begun through it. */
  readonly connections: () => number;
  /** From now on connections are accepted and nothing is said, as a gateway does that hangs. */
  readonly hang: () => void;
  /** From now on they lead to the gateway. */
  readonly goOn: () => void;
  readonly close: () => Promise<void>;
}

/** Starts a relay to the listener at `target` (`host:port`). */
export async function startTlsRelay(target: string): Promise<TlsRelay> {
  const [host, port] = [target.slice(0, target.lastIndexOf(":")), Number(target.slice(target.lastIndexOf(":") + 1))];
  const sockets = new Set<Socket>();
  let connections = 0;
  let hangs = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server: Server = createServer((socket) => {
    connections += 1;
    keep(socket);
    if (hangs) return void socket.resume();
    const onward = connect({ host, port });
    keep(onward);
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    connections: () => connections,
    hang: () => {
      hangs = true;
    },
    goOn: () => {
      hangs = false;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
