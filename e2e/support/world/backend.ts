import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Api } from "../controlplane/api.ts";

/** A Service and what answers behind it. */
export interface BackendOptions {
  readonly namespace: string;
  readonly service: string;
  /** The Service's port; a free one unless given, as all backends share 127.0.0.1. */
  readonly port?: number;
  readonly portName?: string;
  /** What it answers; unless given, JSON that tells which Service was reached with which request. */
  readonly respond?: RequestListener;
}

/** What a backend says of a request, unless it has an answer of its own. */
export interface BackendAnswer {
  readonly service: string;
  readonly namespace: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** A running backend. */
export interface Backend {
  readonly port: number;
  /** Method and path of each request that arrived, in order. */
  readonly requests: readonly string[];
  /** The HTTP server, for upgrades and the like. */
  readonly server: Server;
  readonly close: () => Promise<void>;
}

/**
 * Starts an HTTP server at a Service's port and creates the Service unless it exists. On 127.0.0.1 the gateway of this
 * machine finds it as `<service>.<namespace>.svc`; at another `address`, the Service leads there.
 */
export async function startBackend(api: Api, options: BackendOptions, address = "127.0.0.1"): Promise<Backend> {
  const { namespace, service, respond = answerOf(namespace, service) } = options;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    respond(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, address, resolve);
  });
  // A backend that a test forgets must not keep its process alive.
  server.unref();
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  try {
    await createService(api, options, port);
    if (address !== "127.0.0.1") await createEndpoint(api, options, { address, port });
  } catch (error) {
    await close();
    throw error;
  }
  return { port, requests, server, close };
}

async function createService(api: Api, { namespace, service, portName }: BackendOptions, port: number): Promise<void> {
  const ports = [{ port, ...(portName === undefined ? {} : { name: portName }) }];
  const path = `/api/v1/namespaces/${namespace}/services`;
  const { status, body } = await api.call("POST", path, { metadata: { name: service }, spec: { ports } });
  if (status !== 201 && status !== 409) throw new Error(`cannot create ${path}/${service}: ${JSON.stringify(body)}`);
}

/** What leads from a Service without a selector to an address outside of the cluster. */
async function createEndpoint(
  api: Api,
  { namespace, service, portName = "" }: BackendOptions,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<void> {
  await api.must("POST", `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
    metadata: { generateName: `${service}-`, labels: { "kubernetes.io/service-name": service } },
    addressType: "IPv4",
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: portName, port, protocol: "TCP" }],
  });
}

function answerOf(namespace: string, service: string): RequestListener {
  return ({ method = "", url: path = "", headers }, response) => {
    const answer: BackendAnswer = { service, namespace, method, path, headers };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  };
}
