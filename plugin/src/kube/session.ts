import { execCredential } from "./exec-credential.ts";
import type { Call, Reply, Wire } from "./http.ts";
import { proxyFromEnvironment } from "./proxy.ts";
import type { Target } from "./target.ts";
import type { Env } from "./program.ts";

/** An answer of the API server. */
export interface Answer {
  readonly status: number;
  /** The server's clock (the header Date), in milliseconds since 1970; NaN where it does not tell. */
  readonly time: number;
  /** The whole body. */
  readonly text: () => Promise<string>;
  /** The body's lines as they come: a watch. */
  readonly lines: () => AsyncGenerator<string, void>;
}

/** What a session needs from outside. */
export interface SessionParts {
  readonly env: Env;
  /** Whether a credential plugin may ask on the terminal. */
  readonly terminal: boolean;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds a request may take; 0 means any. */
  readonly requestTimeout: number;
  /** Told of what the API server warns of (RFC 9111's former header Warning, code 299). */
  readonly warn: (text: string) => void;
  /** Told of every request when it is answered. */
  readonly trace?: ((line: string) => void) | undefined;
}

/** Calls to one target, as who the kubeconfig says we are. */
export class Session {
  readonly target: Target;
  readonly #parts: SessionParts;
  #opened: Promise<{ readonly wire: Wire; readonly authorization: string | undefined }> | undefined;

  constructor(target: Target, parts: SessionParts) {
    this.target = target;
    this.#parts = parts;
  }

  /** Sends a call. A 429 or 503 that names a time is tried again; a 401 makes a credential plugin run once more. */
  async send(call: Call): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.#sendOnce(call);
      const status = reply.statusCode ?? 0;
      if (status === 401 && attempt === 1 && this.#usesExec()) this.#opened = undefined;
      else if ((status !== 429 && status !== 503) || reply.headers["retry-after"] === undefined || attempt > 5)
        return answer(reply);
      else await this.#parts.sleep(1000 * Number(reply.headers["retry-after"]) || 1000);
      reply.resume();
    }
  }

  /** Ends the connections, so that the process can end. */
  async close(): Promise<void> {
    (await this.#opened?.catch(() => undefined))?.wire.close();
  }

  async #sendOnce(call: Call): Promise<Reply> {
    this.#opened ??= this.#open();
    const { wire, authorization } = await this.#opened;
    const { requestTimeout, trace, warn } = this.#parts;
    const headers = {
      ...call.headers,
      "user-agent": "kubectl-domain",
      ...(authorization === undefined ? {} : { authorization }),
      ...impersonationHeaders(this.target),
    };
    const limit = requestTimeout > 0 ? [AbortSignal.timeout(requestTimeout)] : [];
    const signals = [...limit, ...(call.signal === undefined ? [] : [call.signal])];
    const signal = signals.length === 0 ? undefined : AbortSignal.any(signals);
    // performance.now() would load a module of its own
    const started = process.hrtime.bigint();
    const reply = await wire.send({ ...call, headers, signal }).catch((cause: unknown) => {
      throw call.signal?.aborted === true ? cause : unreachable(this.target, cause, requestTimeout);
    });
    for (const [, text] of (reply.headers.warning ?? "").matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g))
      warn((text ?? "").replaceAll(/\\(.)/g, "$1"));
    trace?.(
      `${call.method} ${this.target.server}${call.path} ${String(reply.statusCode)} in ${String((process.hrtime.bigint() - started) / 1_000_000n)} ms`,
    );
    return reply;
  }

  #usesExec(): boolean {
    const { credential } = this.target;
    return credential.exec !== undefined && credential.token === undefined && credential.basic === undefined;
  }

  async #open(): Promise<{ wire: Wire; authorization: string | undefined }> {
    const { target } = this;
    const { token, basic, exec, provider } = target.credential;
    // not before it is needed: help and completion do without node:https
    const { openWire } = await import("./http.ts");
    const proxy = target.proxyUrl ?? proxyFromEnvironment(new URL(target.server), this.#parts.env);
    if (token !== undefined) return { wire: openWire(target, proxy), authorization: `Bearer ${token}` };
    if (basic !== undefined) {
      const pair = Buffer.from(`${basic.username}:${basic.password}`).toString("base64");
      return { wire: openWire(target, proxy), authorization: `Basic ${pair}` };
    }
    if (exec !== undefined) {
      const given = await execCredential(exec, target, this.#parts.env, this.#parts.terminal);
      const credential = { ...target.credential, certificate: given.certificate ?? target.credential.certificate };
      const authorization = given.token === undefined ? undefined : `Bearer ${given.token}`;
      return { wire: openWire({ ...target, credential }, proxy), authorization };
    }
    if (provider !== undefined)
      throw new Error(`the kubeconfig uses the auth-provider "${provider}": set up a credential plugin (exec) instead`);
    return { wire: openWire(target, proxy), authorization: undefined };
  }
}

function impersonationHeaders({ impersonate }: Target): Record<string, string | readonly string[]> {
  if (impersonate === undefined) return {};
  const { user, uid, groups, extra } = impersonate;
  const extras = Object.entries(extra).map(
    ([key, values]) => [`impersonate-extra-${encodeURIComponent(key.toLowerCase())}`, values] as const,
  );
  return {
    ...(user === undefined ? {} : { "impersonate-user": user }),
    ...(uid === undefined ? {} : { "impersonate-uid": uid }),
    ...(groups.length === 0 ? {} : { "impersonate-group": groups }),
    ...Object.fromEntries(extras),
  };
}

function unreachable(target: Target, cause: unknown, requestTimeout: number): Error {
  const { host } = new URL(target.server);
  const error = cause as { code?: string; name?: string; message?: string; cause?: { name?: string } };
  if (error.code === "ECONNREFUSED")
    return new Error(`the connection to the server ${host} was refused - did you specify the right host or port?`, {
      cause,
    });
  if ((error.cause ?? error).name === "TimeoutError")
    return new Error(`the server ${host} did not answer within ${String(requestTimeout / 1000)}s (--request-timeout)`, {
      cause,
    });
  return new Error(`unable to connect to the server ${host}: ${error.message ?? String(cause)}`, { cause });
}

function answer(reply: Reply): Answer {
  return {
    status: reply.statusCode ?? 0,
    time: Date.parse(reply.headers.date ?? ""),
    text: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of reply) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    },
    lines: async function* () {
      let rest = "";
      reply.setEncoding("utf8");
      for await (const chunk of reply) {
        const lines = (rest + String(chunk)).split("\n");
        rest = lines.pop() ?? "";
        yield* lines.filter((line) => line !== "");
      }
    },
  };
}
