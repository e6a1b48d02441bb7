import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { CallLog } from "./calls.ts";
import type { FaultRule, Faults } from "./faults.ts";
import type { RouterPlace, Routers } from "./routers.ts";

/** A running control server. */
export type FaultControl = { readonly port: number; readonly close: () => Promise<void> };

/** What can be controlled. */
export type Controlled = { readonly faults: Faults; readonly calls: CallLog; readonly routers: Routers };

/**
 * Faults and calls over HTTP, on a port of their own, for tests in another process:
 * GET, POST (a rule), DELETE /__faults; POST /__faults/away and /__faults/back; POST /__faults/freeze and /__faults/thaw
 * (a `RouterPlace`, or nothing for all routers); GET and DELETE /__calls.
 */
export async function startFaultControl(controlled: Controlled, host: string, port: number): Promise<FaultControl> {
  const server = createServer((request, response) => {
    void serve(request, response, controlled);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: (server.address() as AddressInfo).port, close };
}

async function serve(request: IncomingMessage, response: ServerResponse, controlled: Controlled): Promise<void> {
  try {
    const answer = await handle(`${request.method} ${request.url}`, await textOf(request), controlled);
    response.writeHead(answer === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer ?? { message: "Not found" }));
  } catch (error) {
    response.writeHead(400, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ message: String(error) }));
  }
}

async function handle(call: string, body: string, { faults, calls, routers }: Controlled): Promise<unknown> {
  switch (call) {
    case "GET /__faults":
      return { away: faults.away, rules: faults.rules() };
    case "POST /__faults":
      return { id: faults.add(ruleOf(body)) };
    case "DELETE /__faults":
      faults.clear();
      return {};
    case "POST /__faults/away":
      await faults.goAway();
      return {};
    case "POST /__faults/back":
      await faults.comeBack();
      return {};
    case "POST /__faults/freeze":
      routers.freeze(placeOf(body));
      return {};
    case "POST /__faults/thaw":
      routers.thaw(placeOf(body));
      return {};
    case "GET /__calls":
      return { calls: calls.all() };
    case "DELETE /__calls":
      calls.clear();
      return {};
    default:
      return undefined;
  }
}

function ruleOf(body: string): FaultRule {
  const rule = JSON.parse(body) as Partial<FaultRule>;
  if (typeof rule.effect?.kind !== "string") throw new Error('a rule needs an effect, such as {"kind": "reset"}');
  return rule as FaultRule;
}

function placeOf(body: string): RouterPlace {
  return body === "" ? {} : (JSON.parse(body) as RouterPlace);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
