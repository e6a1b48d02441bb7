import { Agent, request } from "undici";
import type { KeyedCertificate } from "../pki.ts";

/** An answer of the API server. `body` is parsed JSON, or text where it is none. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls to one API server as one user, over kept connections. */
export interface Api {
  readonly call: (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object) => Promise<ApiAnswer>;
  /** As `call`, but any status that is not 2xx is an exception with the server's own message. */
  readonly must: (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object) => Promise<unknown>;
  /** What a GET returns, or undefined where there is nothing; an exception as of `must` where that can't be said. */
  readonly find: (path: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/**
 * A client for the API server at `url`, known by its CA, as the user that the certificate names. Where no answer comes, `ending` may
 * say how the server ended.
 */
export function apiClient(
  url: string,
  ca: string,
  { certificate, key }: KeyedCertificate,
  ending: () => string | undefined = () => undefined,
): Api {
  const patience = 120_000;
  const connect = { ca, cert: certificate, key, timeout: patience };
  // HTTP/1.1 as the controller speaks it: a stalled HTTP/2 connection stalls everything on it at once.
  const agent = new Agent({ allowH2: false, connect, headersTimeout: patience, bodyTimeout: patience });
  const call: Api["call"] = async (method, path, body) => {
    const content = body === undefined ? null : JSON.stringify(body);
    const headers = { accept: "application/json", "content-type": "application/json" };
    try {
      const answer = await request(new URL(path, url), { method, dispatcher: agent, headers, body: content });
      return { status: answer.statusCode, body: parsed(await answer.body.text()) };
    } catch (cause) {
      const why = ending();
      throw why === undefined ? cause : new Error(why, { cause });
    }
  };
  const must: Api["must"] = async (method, path, body) => bodyOf(`${method} ${path}`, await call(method, path, body));
  const find: Api["find"] = async (path) => {
    const answer = await call("GET", path);
    return answer.status === 404 ? undefined : bodyOf(`GET ${path}`, answer);
  };
  return { call, must, find, close: () => agent.destroy() };
}

function bodyOf(request: string, { status, body }: ApiAnswer): unknown {
  if (status >= 200 && status < 300) return body;
  const { message } = (body ?? {}) as { message?: unknown };
  throw new Error(`${request}: ${status} ${String(message ?? body)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
