import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Received } from "./echo-upstream.ts";
import { Placeholders } from "./match.ts";
import type { RecordedRequest } from "./proxy-recording.ts";
import { rawRequest, type ProxyAddress, type RawAnswer } from "./raw-client.ts";

/** Sends a recorded request and tells how the answer differs from the recorded one; undefined if it does not. */
export async function replay(
  proxy: ProxyAddress,
  { request, result }: RecordedRequest,
  pemFolder: string,
): Promise<string | undefined> {
  const { debug, ...raw } = request;
  const headers = debug === false ? (raw.headers ?? []) : [...(raw.headers ?? []), ["Kong-Debug", "1"] as const];
  const answer = await rawRequest(proxy, { ...raw, headers });
  const difference = new Placeholders(pemFolder).difference(expected(result), seen(answer, result, pemFolder));
  return difference ?? (result.upstream === undefined ? bodyDifference(result.body, answer) : undefined);
}

type Result = RecordedRequest["result"];

function expected(result: Result): unknown {
  const { upstream, body: _, ...rest } = result;
  return upstream === undefined ? rest : { ...rest, upstream: comparable(upstream) };
}

/** What was seen, in the form of a recorded result: of the headers those that were recorded. */
function seen(answer: RawAnswer, result: Result, pemFolder: string): unknown {
  const header = (name: string): string | undefined =>
    answer.headers.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
  const route = header("kong-route-name");
  const service = header("kong-service-name");
  const headers = Object.keys(result.headers).map((name) => [name, header(name) ?? null] as const);
  const isProxied = header("x-kong-upstream-latency") !== undefined && answer.status === 200;
  return {
    status: answer.status,
    ...(route === undefined ? {} : { route }),
    ...(service === undefined ? {} : { service }),
    ...(answer.certificate === undefined ? {} : { certificate: certificateName(answer.certificate, pemFolder) }),
    headers: Object.fromEntries(headers),
    ...(isProxied ? { upstream: comparable(JSON.parse(answer.body) as Received) } : {}),
  };
}

/** A body of the gateway's own, JSON or text, in which only the request's id is another one each time. */
function bodyDifference(recorded: unknown, { body, headers }: RawAnswer): string | undefined {
  if (recorded === undefined) return body === "" ? undefined : `body: ${JSON.stringify(body)} instead of none`;
  const id = headers.find(([name]) => name.toLowerCase() === "x-kong-request-id")?.[1] ?? "";
  const wanted = typeof recorded === "string" ? recorded : JSON.stringify(recorded);
  const found = typeof recorded === "string" ? body : JSON.stringify(JSON.parse(body));
  const same = wanted.replaceAll("<request-id>", id) === found;
  return same ? undefined : `body: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`;
}

/** The order of different headers means nothing, and the header that asks for the route's name is the suite's own. */
function comparable({ headers, ...rest }: Received): unknown {
  const lines = headers.filter(([name]) => name.toLowerCase() !== "kong-debug");
  const names = [...new Set(lines.map(([name]) => name))].sort();
  return {
    ...rest,
    headers: names.map((name) => [name, ...lines.filter(([known]) => known === name).map(([, value]) => value)]),
  };
}

/** The file that a served certificate stands in, or that it is the gateway's built-in one. */
function certificateName(der: Buffer, pemFolder: string): string {
  const served = new X509Certificate(der);
  for (const file of readdirSync(pemFolder).filter((name) => name.endsWith(".crt"))) {
    const known = new X509Certificate(readFileSync(join(pemFolder, file)));
    if (known.fingerprint256 === served.fingerprint256) return file;
  }
  return `built-in default (subject=${served.subject.replaceAll("\n", ", ").replaceAll("=", " = ")})`;
}
