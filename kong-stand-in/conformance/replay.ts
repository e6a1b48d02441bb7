import type { Placeholders } from "./match.ts";
import type { Exchange } from "./recordings.ts";
import { send, type WireRequest, type WireResponse } from "./wire.ts";

/** Headers that say something about the Admin API; the others are the connection's own. */
const HEADERS = [
  "Content-Type",
  "Access-Control-Allow-Origin",
  "Access-Control-Allow-Credentials",
  "Access-Control-Allow-Methods",
  "Access-Control-Allow-Headers",
  "Allow",
  "Content-Length",
  "X-Kong-Admin-Latency",
  "Server",
];

/** Sends a recorded request to the Admin API at `base`; says how the answer differs, undefined if it does not. */
export async function replay(base: string, exchange: Exchange, known: Placeholders): Promise<string | undefined> {
  const answer = await send(base, wireRequest(exchange, known));
  const { status, headers, body } = exchange.response;
  if (answer.status !== status) return `status ${answer.status} instead of ${status}: ${answer.body.toString()}`;
  const found = parsedBody(answer);
  const comparable = isSchema(exchange.request.path) ? withoutDescriptions(found) : found;
  return headersDifference(headers, answer, known) ?? known.difference(body, comparable);
}

function isSchema(path: string): boolean {
  return /^\/(schemas|plugins\/schema)\//.test(path);
}

/** A schema as the recordings keep it. A field may be called "description" too, but is no text. */
function withoutDescriptions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDescriptions);
  if (schema === null || typeof schema !== "object") return schema;
  const kept = Object.entries(schema).filter(([name, value]) => name !== "description" || typeof value !== "string");
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutDescriptions(value)]));
}

/** The request as it was sent, where the recording shortens it. */
function wireRequest({ name, request, response }: Exchange, known: Placeholders): WireRequest {
  const path = known.fill(request.path);
  const base = { method: request.method, path, ...(request.headers && { headers: request.headers }) };
  if (name === "http-1.0") return { ...base, version: "1.0" };
  if (request.body === undefined) return base;
  if (name === "body-too-large") return { ...base, body: `{"x":"${"x".repeat(10 * 2 ** 20 + 3)}"}` };
  if (name === "json-invalid-utf8") return { ...base, body: withBytes(request.body as string) };
  if (typeof request.body !== "string") return { ...base, body: JSON.stringify(known.fill(request.body)) };
  const isForm = request.headers?.["Content-Type"] === "application/x-www-form-urlencoded";
  return { ...base, body: isForm ? formBody(request.body, response.body, known) : known.fill(request.body) };
}

/** In two forms the id and the PEM texts are left out of the recording; any will do, but for the id in the answer. */
function formBody(body: string, answer: unknown, known: Placeholders): string {
  const id = (answer as { readonly id?: string }).id ?? "c0000000-0000-4000-8000-0000000000aa";
  return body
    .replace("id=<uuid>", `id=${id}`)
    .replace("cert=<pem>", "cert=<pem:app-rsa.crt>")
    .replace("key=<pem>", "key=<pem:app-rsa.key>")
    .replace(/<pem:[^>]+>/g, (pem) => encodeURIComponent(known.fill(pem)));
}

/** `\xff` in the recording stands for the byte. */
function withBytes(text: string): Buffer {
  return Buffer.from(
    text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}

function headersDifference(
  expected: Exchange["response"]["headers"],
  answer: WireResponse,
  known: Placeholders,
): string | undefined {
  for (const name of HEADERS) {
    const found = Object.entries(answer.headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
    const wanted = expected[name];
    if (wanted === undefined && found === undefined) continue;
    if (wanted === undefined) return `header ${name}: ${found} where there was none`;
    const difference = found === undefined ? "missing" : known.difference(wanted, found, `header ${name}`);
    if (difference !== undefined) return `header ${name}: ${difference}`;
  }
  return undefined;
}

function parsedBody({ headers, body }: WireResponse): unknown {
  if (body.length === 0) return null;
  const isJson = Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === "content-type" && /json/.test(value),
  );
  return isJson ? (JSON.parse(body.toString()) as unknown) : body.toString();
}
