import type { Dispatcher } from "undici";
import type { Credentials } from "./access.ts";
import { KubeError, unavailable } from "./errors.ts";
import { linesOf } from "./lines.ts";
import type { KubeRequest } from "./calls.ts";
import { parsedInPieces } from "./long-json.ts";
import type { EventLoop } from "../time/event-loop.ts";
import { maxAnswer, tooLong } from "./size.ts";

/** What a call is called in messages: its method and path. */
export function nameOf(request: KubeRequest): string {
  return `${request.method} ${request.path}`;
}

/** The path below the API server's address, and the query. */
export function pathOf(base: URL, request: KubeRequest): string {
  const query = new URLSearchParams(request.query ?? {}).toString();
  return `${base.pathname.replace(/\/$/, "")}${request.path}${query === "" ? "" : `?${query}`}`;
}

/** What is sent before the body. */
export function headersOf(request: KubeRequest, credentials: Credentials, userAgent: string): Record<string, string> {
  const content = request.body === undefined ? {} : { "content-type": request.contentType ?? "application/json" };
  return { accept: request.accept ?? "application/json", "user-agent": userAgent, ...content, ...credentials.headers };
}

/** Headers with one value each. */
export function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/**
 * The JSON of an answer, its text where it is no JSON, undefined where it is empty. Throws where the JSON is broken, and
 * where the answer is longer than `maxBytes`: a `tooLarge` KubeError for a GET, while of a write it stays unknown whether
 * it took effect.
 */
export async function parsedBody(
  request: KubeRequest,
  answer: Dispatcher.ResponseData,
  eventLoop: EventLoop,
): Promise<unknown> {
  const text = await boundedText(request, answer.body);
  if (text === "") return undefined;
  if (!String(answer.headers["content-type"] ?? "").includes("json")) return text;
  try {
    // What is urgent waits behind nobody's work, and is short.
    if (request.urgent === true) return JSON.parse(text);
    // What is taken away rests on what was read freshly, and what is given on what was written.
    return await eventLoop.inPieces(parsedInPieces(text), request.method === "GET" ? "urgent" : "usual");
  } catch {
    throw new Error("the answer is broken JSON");
  }
}

async function boundedText(request: KubeRequest, body: AsyncIterable<Uint8Array>): Promise<string> {
  const most = request.maxBytes ?? maxAnswer;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length <= most) continue;
    const error = tooLong(nameOf(request), "an answer", most);
    throw request.method === "GET" ? error : new Error(error.message);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** The lines of an answer that goes on; `end` is called when there are no more, or nobody wants them. */
export async function* linesUntil(
  call: string,
  body: AsyncIterable<Uint8Array>,
  end: () => void,
): AsyncGenerator<string, void> {
  try {
    yield* linesOf(call, body);
  } finally {
    end();
  }
}

/** What a call failed with, as a KubeError; the reason of the deadline counts for more than what it led to. */
export function failureOf(call: string, error: unknown, deadline: AbortSignal): KubeError {
  if (error instanceof KubeError) return error;
  return unavailable(call, deadline.aborted ? deadline.reason : readable(error));
}

/** The error itself, or one with words where a failed connection gave only a code. */
function readable(error: unknown): unknown {
  if (!(error instanceof Error) || error.message !== "") return error;
  return new Error("code" in error ? String(error.code) : error.name, { cause: error });
}
