import { sourceMessages } from "@domain-claims/crds/messages/sources";
import { maxHost } from "@domain-claims/crds/host";
import { anyHost, parseHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { mostEntries } from "../world/limits.ts";
import type { SourceLimits } from "../world/limits.ts";
import { atOnce } from "../world/pieces.ts";
import type { Pieces } from "../world/pieces.ts";
import { matchKey } from "../world/source.ts";
import type { PathMatch, Source, SourceBackend, SourcePath, SourceRule, SourceTls } from "../world/source.ts";
import { translateAddresses } from "./addresses.ts";
import { readAnnotations } from "./annotations.ts";
import { entriesOf } from "./entries.ts";
import { Notes, shortened } from "./notes.ts";
import { pathMatch } from "./path.ts";
import { fieldsOf, listOf, nameOf, required, textOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

const kind = "Ingress";
const classAnnotation = "kubernetes.io/ingress.class";

/** No text that is longer is a host: a character has two units of UTF-16 at most. */
const longestHost = 2 * maxHost;
/** Hosts of its rules, and as many aliases, that one Ingress has: as many as a namespace has claims, unless more are allowed. */
const mostHosts = 1_000;
const mostTls = 100;
/** Hosts of all entries in `spec.tls` that are looked at. */
const mostTlsHosts = 2_000;
/** Rules, and paths, that are read before others may have their turn: a regular expression may take a millisecond. */
const piece = 20;
/** Hosts that are: one that is not in ASCII may take half a millisecond. */
const hostPiece = 10;

/**
 * An Ingress as a source. What it has too much of, or what can't be served as it is written, is left out with a note and
 * never kept. Throws an Error that names a missing field.
 */
export function translateIngress(raw: Raw, limits: SourceLimits): Source {
  return atOnce(ingressInPieces(raw, limits));
}

/** As {@link translateIngress}, divided into pieces: an Ingress may have thousands of hosts and paths. */
export function* ingressInPieces(raw: Raw, limits: SourceLimits): Pieces<Source> {
  const metadata = fieldsOf(raw["metadata"]);
  const annotations = fieldsOf(metadata["annotations"]);
  const spec = fieldsOf(raw["spec"]);
  const notes = new Notes();
  const readHosts = hostReader(notes);
  const { options, restrictions, issuing, aliases } = yield* readAnnotations(annotations, notes);
  const rules = yield* translateRules(spec, limits, readHosts, notes);
  const texts = atMost(Math.min(limits.routesPerNamespace, mostHosts), aliases, "host aliases", notes);
  return {
    kind,
    namespace: required(metadata, "namespace"),
    name: required(metadata, "name"),
    uid: required(metadata, "uid"),
    resourceVersion: required(metadata, "resourceVersion"),
    created: required(metadata, "creationTimestamp"),
    deleting: metadata["deletionTimestamp"] !== undefined,
    ...(entriesOf(metadata) + listOf(metadata["finalizers"]).length > mostEntries ? { crowded: true } : {}),
    class: classOf(spec, annotations),
    options,
    restrictions,
    issuing,
    rules,
    aliases: yield* flatMapped(texts, readHosts, hostPiece),
    tls: yield* translateTls(listOf(spec["tls"]), notes),
    addresses: translateAddresses(fieldsOf(fieldsOf(raw["status"])["loadBalancer"])["ingress"]),
    notes: notes.list(),
  };
}

function classOf(spec: Raw, annotations: Raw): Source["class"] {
  const field = nameOf(spec["ingressClassName"]);
  if (field !== undefined) return { by: "field", name: field };
  const annotation = nameOf(annotations[classAnnotation]);
  return annotation === undefined ? undefined : { by: "annotation", name: annotation };
}

/** Reads hosts one by one, and notes what is none. */
function hostReader(notes: Notes): (text: string) => readonly Host[] {
  return (text) => {
    const read = readHost(text);
    if (read.ok) return [read.host];
    notes.add("InvalidHost", sourceMessages.invalidHost(read.message));
    return [];
  };
}

function readHost(
  text: string,
): { readonly ok: true; readonly host: Host } | { readonly ok: false; readonly message: string } {
  if (text.length > longestHost) return { ok: false, message: `${shortened(text)} is longer than a host can be` };
  const parsed = parseHost(text);
  return parsed.ok ? { ok: true, host: parsed.host } : { ok: false, message: parsed.problem.message };
}

/** The rules in their order, and last what the default backend means: every path of any host. In pieces. */
function* translateRules(
  spec: Raw,
  limits: SourceLimits,
  readHosts: (text: string) => readonly Host[],
  notes: Notes,
): Pieces<readonly SourceRule[]> {
  const most = limits.routesPerNamespace;
  const known = new Map<RouteHost, Set<string>>();
  const left = new Set<string>();
  let paths = 0;
  const rules: SourceRule[] = [];
  for (const [i, item] of atMost(most, listOf(spec["rules"]), "rules", notes).entries()) {
    if (i % piece === 0) yield;
    const rule = fieldsOf(item);
    const text = textOf(rule["host"]);
    const [host]: readonly RouteHost[] = text === undefined ? [anyHost] : readHosts(text);
    if (host === undefined) continue;
    const seen = known.get(host) ?? new Set<string>();
    if (!known.has(host) && known.size >= mostHosts) {
      left.add(host);
      continue;
    }
    known.set(host, seen);
    const items = listOf(fieldsOf(rule["http"])["paths"]);
    const room = Math.max(0, most - paths);
    paths += items.length;
    const read = (path: unknown): readonly SourcePath[] => translatePath(host, fieldsOf(path), limits, seen, notes);
    rules.push({ host, paths: yield* flatMapped(items.slice(0, room), read, piece) });
  }
  if (left.size > 0) notes.add("TooManyPaths", sourceMessages.leftOut("hosts", mostHosts, left.size));
  if (paths > most) notes.add("TooManyPaths", sourceMessages.leftOut("paths", most, paths - most));
  const backend = translateBackend(fieldsOf(spec["defaultBackend"]));
  if (backend === undefined) return rules;
  const path: SourcePath = { text: "/", match: { kind: "prefix", path: "/" }, backend };
  return [...rules, { host: anyHost, paths: [path] }];
}

/** Nothing, where the path leads nowhere or can't be served; a match that the host has already is there twice. */
function translatePath(
  host: RouteHost,
  path: Raw,
  limits: SourceLimits,
  seen: Set<string>,
  notes: Notes,
): readonly SourcePath[] {
  const backend = translateBackend(fieldsOf(path["backend"]));
  const pathType = path["pathType"] ?? "ImplementationSpecific";
  if (backend === undefined) return [];
  if (pathType !== "Exact" && pathType !== "Prefix" && pathType !== "ImplementationSpecific") return [];
  const written = textOf(path["path"]) ?? "/";
  const text = shortened(written);
  const read =
    Buffer.byteLength(written) > limits.pathBytes
      ? ({ ok: false, message: `a path has at most ${String(limits.pathBytes)} bytes` } as const)
      : pathMatch(...meaning(pathType, written));
  if (!read.ok) {
    notes.add("InvalidPath", sourceMessages.invalidPath(host, text, read.message), { host, path: text });
    return [];
  }
  const key = matchKey(read.match);
  if (seen.has(key)) {
    notes.add("PathConflict", sourceMessages.pathTwice(host, text, kind), { host, path: text });
    return [];
  }
  seen.add(key);
  return [{ text, match: read.match, backend }];
}

/** ImplementationSpecific is Kong's own: whatever begins with the text, or a regular expression after `/~`. */
function meaning(pathType: "Exact" | "Prefix" | "ImplementationSpecific", text: string): [PathMatch["kind"], string] {
  if (pathType === "Exact") return ["exact", text];
  if (pathType === "Prefix") return ["prefix", text];
  return text.startsWith("/~") ? ["regex", text.slice(2)] : ["start", text];
}

function translateBackend(backend: Raw): SourceBackend | undefined {
  const service = fieldsOf(backend["service"]);
  const resource = fieldsOf(backend["resource"]);
  const name = textOf(service["name"]);
  if (name !== undefined) {
    const port = fieldsOf(service["port"]);
    const number = port["number"];
    return { kind: "service", service: name, port: textOf(port["name"]) ?? (typeof number === "number" ? number : 0) };
  }
  if (textOf(resource["name"]) === undefined) return undefined;
  return { kind: "resource", resource: shortened(`${String(resource["kind"])}/${String(resource["name"])}`) };
}

/** The entries that name a Secret: where one does not, the gateway's own certificate is meant. */
function* translateTls(entries: readonly unknown[], notes: Notes): Pieces<readonly SourceTls[]> {
  let room = mostTlsHosts;
  let left = 0;
  const read: SourceTls[] = [];
  for (const entry of atMost(mostTls, entries, "entries in spec.tls", notes)) {
    const tls = fieldsOf(entry);
    const secret = nameOf(tls["secretName"]);
    if (secret === undefined || !objectName.test(secret)) {
      notes.add("CertificateNotUsed", sourceMessages.tlsWithoutSecret);
      continue;
    }
    const texts = listOf(tls["hosts"]).filter((host) => textOf(host) !== undefined) as readonly string[];
    const taken = texts.slice(0, room);
    room -= taken.length;
    left += texts.length - taken.length;
    const hosts = yield* flatMapped(
      taken,
      (text) => {
        const host = readHost(text);
        return host.ok ? [host.host] : [];
      },
      hostPiece,
    );
    read.push({ secret, hosts: texts.length === 0 ? undefined : hosts });
  }
  if (left > 0) notes.add("TooManyPaths", sourceMessages.leftOut("hosts in spec.tls", mostTlsHosts, left));
  return read;
}

/** A name that an object can have (RFC 1123, a DNS subdomain). */
const objectName = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;

/** What each comes to, in pieces of so many. */
function* flatMapped<T, R>(items: readonly T[], map: (item: T) => readonly R[], atOnce: number): Pieces<readonly R[]> {
  const all: R[] = [];
  for (const [i, item] of items.entries()) {
    if (i % atOnce === 0) yield;
    all.push(...map(item));
  }
  return all;
}

function atMost<T>(most: number, items: readonly T[], what: string, notes: Notes): readonly T[] {
  if (items.length > most) notes.add("TooManyPaths", sourceMessages.leftOut(what, most, items.length - most));
  return items.slice(0, most);
}
