import { createServer, request } from "node:http";
import type { RequestListener, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Resolver } from "node:dns/promises";
import type { Api } from "../controlplane/api.ts";
import { listOf } from "../world/objects.ts";

/** The port of cert-manager's HTTP-01 solver, in its Pod and in its Service. */
const SOLVER_PORT = 8089;

/** What a Pod of the solver is started with: `--domain=...`, `--token=...`, `--key=...`. */
interface SolverPod {
  readonly spec: { readonly containers: readonly { readonly args?: readonly string[] }[] };
}

/**
 * Answers for the Pods of cert-manager's HTTP-01 solver, which nobody runs here as there is no kubelet: as its `acmesolver`
 * does (cert-manager, `pkg/issuer/acme/http/solver`), for a Pod's domain and token with the Pod's key, and for all else with 404.
 * All Pods share an address, as the gateway finds every Service at 127.0.0.1.
 */
export async function startSolverPods(api: Api): Promise<void> {
  await listen(SOLVER_PORT, ({ headers, url }, response) => {
    const host = headers.host?.replace(/:\d+$/, "");
    const key = async (): Promise<string | undefined> => {
      for (const { spec } of await listOf<SolverPod>(
        api,
        "/api/v1/pods?labelSelector=acme.cert-manager.io/http01-solver",
      )) {
        const args = new Map(
          spec.containers[0]?.args?.map((arg) => /^--([^=]+)=(.*)$/.exec(arg)?.slice(1) as [string, string]),
        );
        const path = `/.well-known/acme-challenge/${args.get("token") ?? ""}`;
        if (args.get("domain") === host && url === path) return args.get("key");
      }
      return undefined;
    };
    key().then(
      (found) => answer(response, found === undefined ? 404 : 200, found ?? "404 page not found\n"),
      (error: unknown) => answer(response, 500, String(error)),
    );
  });
}

/**
 * An HTTP proxy that stands for port 80 of the addresses that names have in the DNS: where that is 127.0.0.1 the gateway answers,
 * elsewhere nobody. cert-manager's self-check goes through it. Returns its URL.
 */
export async function startPort80(resolver: Resolver, gateway: string): Promise<string> {
  const { hostname, port: gatewayPort } = new URL(gateway);
  const port = await listen(0, (asked, response) => {
    const { host, pathname } = new URL(asked.url ?? "");
    const forward = async (): Promise<void> => {
      const addresses = await resolver.resolve4(host);
      if (!addresses.includes(hostname)) throw new Error(`nobody listens at ${addresses.join()}`);
      const { headers, method } = asked;
      const options = { hostname, port: gatewayPort, method, path: pathname, headers: { ...headers, host } };
      request(options, (answered) => {
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(response);
      })
        .on("error", (error) => answer(response, 502, String(error)))
        .end();
    };
    forward().catch((error: unknown) => answer(response, 502, String(error)));
  });
  return `http://127.0.0.1:${String(port)}`;
}

/** Listens on loopback, for as long as our process has something else to do. */
async function listen(wanted: number, listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => void server.once("error", reject).listen(wanted, "127.0.0.1", resolve));
  server.unref();
  return (server.address() as AddressInfo).port;
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(body);
}
