import { KongError } from "./errors.ts";
import type { KongErrorDetails, KongErrorKind } from "./errors.ts";
import type { RawAnswer } from "./exchange.ts";
import type { KongRequest, KongResponse } from "./calls.ts";

/** Kong's words in an error are cut after this many characters: they can quote what a tenant wrote. */
const longestQuote = 500;

/**
 * The JSON answer, whatever its status. Kong answers in JSON always, save where its nginx is faster (413, 415) and where
 * it is not Kong that answers: throws KongError for those. `now` is the time in milliseconds, for `Retry-After`.
 */
export function jsonAnswer(request: KongRequest, raw: RawAnswer, now: number): KongResponse {
  const { status, headers, text, bytes } = raw;
  const empty = { status, headers, body: undefined, bytes };
  if (text === "") return empty;
  try {
    return { ...empty, body: JSON.parse(text) as unknown };
  } catch {
    // The parser's error is no cause to keep: it quotes the answer.
    throw failure(request, empty, now);
  }
}

/** The error that a non-JSON answer, or one with a status that is no success, stands for. */
export function failure(request: KongRequest, response: KongResponse, now: number): KongError {
  const said = kongsError(response.body);
  const kind = kindOf(request, response, said);
  const { status } = response;
  const what = `${request.method} ${request.path}`;
  const unavailable = kind === "unavailable";
  const why = unavailable ? whyUnavailable(response, said) : whyRefused(status, said);
  const code = [status, said.kongName].filter(Boolean).join(", ");
  return new KongError(unavailable ? unserved(what, why) : `Kong refused ${what} (${code}): ${why}`, {
    ...said,
    kind,
    why,
    status,
    retryAfterMs: retryAfter(response.headers["retry-after"], now),
    outcomeUnknown: request.method !== "GET" && (status < 300 || status >= 500),
  });
}

/** The message of an error that is not about the request: `why` continues "Kong does not answer: ". */
export function unserved(what: string, why: string): string {
  return `Kong's Admin API did not serve ${what}: ${why}`;
}

/** Kong's error body: `{code, name, message, fields}`; without code where the request met no entity at all. */
type Said = Pick<KongErrorDetails, "code" | "kongName" | "kongMessage" | "fields">;

function kongsError(body: unknown): Said {
  if (!isRecord(body)) return {};
  const { code, name, message, fields } = body;
  return {
    code: typeof code === "number" ? code : undefined,
    kongName: typeof name === "string" ? name : undefined,
    kongMessage: typeof message === "string" ? shortened(message) : undefined,
    fields: isRecord(fields) ? fields : undefined,
  };
}

function kindOf(request: KongRequest, { status, body }: KongResponse, said: Said): KongErrorKind {
  if (status === 413 || status === 415) return "refused";
  // What is wrong with everything is not the entity's fault: credentials, time-outs, a wrong address, a stranger's page.
  if (status < 400 || status >= 500 || body === undefined || !isRecord(body)) return "unavailable";
  if ([401, 403, 407, 408, 425, 429].includes(status)) return "unavailable";
  if (status === 404) return absent(request, said) ? "notFound" : "unavailable";
  if (status === 409 && said.code === 5) return "nameTaken";
  if (status !== 400) return "refused";
  if (said.code === 3) return "idTaken";
  if (said.code === 4) return said.fields?.["@referenced_by"] === undefined ? "missingReference" : "stillReferenced";
  return said.code === 13 ? "missingReference" : "refused";
}

/** A 404 that speaks of the entity. Any other one means that the collection is not there: then nothing is known. */
function absent(request: KongRequest, said: Said): boolean {
  if (said.code === 6) return true;
  return request.method === "GET" && request.path.split("/").length === 3 && said.kongMessage === "Not found";
}

function whyUnavailable({ status, body }: KongResponse, { kongMessage }: Said): string {
  if (status === 401 || status === 403 || status === 407) {
    return `it does not accept our credentials (${status}): check the token file, the headers and the client certificate`;
  }
  if (status === 429) return "it asks for fewer requests (429)";
  if (status >= 500) return `it failed (${status})${kongMessage === undefined ? "" : `: ${kongMessage}`}`;
  if (status === 404) return "its address knows no such path (404): check that it is the address of the Admin API";
  const shape = body === undefined ? "no JSON" : "nothing that Kong answers";
  const tls =
    status === 400 && body === undefined ? "; a port for https answers so over http: then write https://" : "";
  return `what answers at its address is not Kong's Admin API (${status}, ${shape})${tls}`;
}

function whyRefused(status: number, { kongMessage }: Said): string {
  if (status === 413) return "the request is larger than its Admin API takes (413)";
  if (status === 415) return "its Admin API does not take the content type (415)";
  return kongMessage ?? `status ${status}`;
}

/** Milliseconds from a `Retry-After` header: seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function shortened(text: string): string {
  return text.length <= longestQuote ? text : `${text.slice(0, longestQuote)}...`;
}

/** True for a JSON object (no array). */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
