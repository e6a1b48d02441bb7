import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** An address before a TLS listener: what it does with connections can be changed. */
export interface Relay {
  readonly url: string;
  /** Handshakes that were begun through it. */
  readonly connections: () => number;
  /** From now on connections are accepted and nothing is said, as a gateway does that hangs. */
  readonly hang: () => void;
  /** From now on they lead to the listener. */
  readonly goOn: () => void;
  /** On the connections that are open now nothing is said any more, and none of them ends: as where a node between has lost its power. */
  readonly silence: () => void;
  readonly close: () => Promise<void>;
}

/** Starts a relay to the listener at `target` (`host:port`). */
export async function startRelay(target: string): Promise<Relay> {
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
    silence: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
