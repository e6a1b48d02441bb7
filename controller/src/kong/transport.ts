import { Pool } from "undici";
import { systemClock } from "../time/clock.ts";
import type { Clock } from "../time/clock.ts";
import { EventLoop } from "../time/event-loop.ts";
import { jsonAnswer } from "./answers.ts";
import { connector } from "./connect.ts";
import { KongError } from "./errors.ts";
import { exchange } from "./exchange.ts";
import { watchedFile } from "./files.ts";
import type { WatchedFile } from "./files.ts";
import { GivenUp, networkError, TookTooLong } from "./network.ts";
import { longestAnswer } from "./calls.ts";
import type { KongRequest, KongResponse, KongTransport, KongTransportOptions } from "./calls.ts";

/** A transport over kept-alive connections (HTTP/1.1). Connects with the first request; throws for an address that is none. */
export function kongTransport(options: KongTransportOptions): KongTransport {
  const { clock = systemClock, eventLoop = new EventLoop(clock) } = options;
  const address = new URL(options.url);
  const below = address.pathname.replace(/\/+$/, "");
  const token = options.tokenFile === undefined ? undefined : watchedFile(options.tokenFile);
  const pool = new Pool(address.origin, {
    connections: options.connections,
    connect: connector(options),
    // The time for the whole answer is ours to keep; undici's own clocks would only add theirs.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const send = async (request: KongRequest, timeoutMs: number): Promise<KongResponse> => {
    const headers = { ...options.headers, ...(await tokenHeader(token)), accept: "application/json" };
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    let cleanUp = (): void => undefined;
    try {
      const raw = await exchange(
        pool,
        {
          method: request.method,
          path: below + request.path + queryString(request.query),
          headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
          body: body ?? null,
        },
        request.maxBytes ?? longestAnswer,
        (end) => {
          cleanUp = endOn(request.signal, clock, timeoutMs, end);
        },
      );
      // Answers may come all at once, and what is done with each takes its time.
      const room = eventLoop.yieldToEventLoop(request.method === "DELETE" ? "urgent" : "usual");
      if (room !== undefined) await room;
      return jsonAnswer(request, raw, clock.now());
    } finally {
      cleanUp();
    }
  };

  return {
    request: async (request) => {
      const timeoutMs = request.timeoutMs ?? options.timeoutMs;
      try {
        return await send(request, timeoutMs);
      } catch (error) {
        throw error instanceof KongError ? error : networkError(request, error, timeoutMs);
      }
    },
    close: () => pool.destroy(),
  };
}

async function tokenHeader(file: WatchedFile | undefined): Promise<Readonly<Record<string, string>>> {
  if (file === undefined) return {};
  const token = (await file.read()).text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return { "kong-admin-token": token };
  throw new KongError(`the token file ${file.path} holds no token: one line of printable characters is expected`, {
    kind: "unavailable",
    why: "the token file holds no token",
  });
}

/** Ends the exchange when time is up or the caller gives up; the returned function lets go of both. */
function endOn(
  signal: AbortSignal | undefined,
  clock: Clock,
  timeoutMs: number,
  end: (reason: Error) => void,
): () => void {
  const giveUp = (): void => {
    end(new GivenUp());
  };
  if (signal?.aborted === true) giveUp();
  signal?.addEventListener("abort", giveUp, { once: true });
  const stopTimer = clock.after(timeoutMs, () => {
    end(new TookTooLong());
  });
  return () => {
    stopTimer();
    signal?.removeEventListener("abort", giveUp);
  };
}

function queryString(query: KongRequest["query"]): string {
  const pairs = Object.entries(query ?? {}).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  if (pairs.length === 0) return "";
  return "?" + pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}
