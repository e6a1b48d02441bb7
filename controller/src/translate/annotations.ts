import { sourceMessages } from "@domain-claims/crds/messages/sources";
import type { Pieces } from "../world/pieces.ts";
import type { RouteOptions, SourceRestriction } from "../world/source.ts";
import { shortened } from "./notes.ts";
import type { Notes } from "./notes.ts";
import { annotationsThat, ingressAnnotations, isMeant, prefix, redirectCodes } from "./annotation-table.ts";
import { textOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** The annotation that adds hosts to every rule with a host. */
const hostAliases = `${prefix}host-aliases`;

/** The older annotation for HTTPS alone and a redirect; those of Kong's own count more. */
const forceSslRedirect = "ingress.kubernetes.io/force-ssl-redirect";

/** Those by which cert-manager's ingress-shim orders what `spec.tls` names. */
const issuing = annotationsThat("issues", ingressAnnotations);

/** Those that restrict who may reach the routes they stand on: without them, more would be open than was meant. */
const restricting = annotationsThat("restricts", ingressAnnotations);

/** Those of older times, here or at Kong's own controller. */
const legacy = annotationsThat("told", ingressAnnotations).filter((name) => !name.startsWith(prefix));

/** What an object's annotations say about its routes. */
export interface Annotated {
  readonly options: RouteOptions;
  readonly restrictions: readonly SourceRestriction[];
  /** The first by which cert-manager's ingress-shim orders certificates for the object; undefined: there is none. */
  readonly issuing: string | undefined;
  /** The texts that stand for hosts in `konghq.com/host-aliases`. */
  readonly aliases: readonly string[];
}

/** The annotations that make {@link RouteOptions}, without the prefix. */
type OptionName = "strip-path" | "preserve-host" | "protocols" | "https-redirect-status-code";

/** Annotations that are looked at before others may have their turn: an object may have tens of thousands. */
const piece = 500;

/**
 * Reads the annotations that we know, and tells which others have no effect; the defaults are Kong Ingress Controller's. In
 * pieces.
 */
export function* readAnnotations(annotations: Raw, notes: Notes): Pieces<Annotated> {
  const known = new Set([hostAliases]);
  const restrictions: SourceRestriction[] = [];
  const read = <T>(name: OptionName, parse: (text: string) => T | undefined, fallback: T): T => {
    const annotation = `${prefix}${name}` as const;
    known.add(annotation);
    const text = textOf(annotations[annotation]);
    if (text === undefined) return fallback;
    const value = parse(text.trim());
    if (value !== undefined) return value;
    const { takes: expected } = ingressAnnotations[annotation];
    // The default opens both protocols: who means https only must not get that for a slip of the pen.
    if (name === "protocols") {
      const message = sourceMessages.invalidRestriction(annotation, expected);
      restrictions.push({ annotation, reason: "InvalidAnnotation", message });
    } else notes.add("InvalidAnnotation", sourceMessages.invalidAnnotation(annotation, expected));
    return fallback;
  };
  const forced = textOf(annotations[forceSslRedirect])?.trim() === "true";
  const options: RouteOptions = {
    stripPath: read("strip-path", boolean, false),
    preserveHost: read("preserve-host", boolean, true),
    protocols: read("protocols", protocols, forced ? ["https"] : ["http", "https"]),
    httpsRedirectStatusCode: read("https-redirect-status-code", redirectCode, forced ? 302 : 426),
  };
  const others: string[] = [];
  for (const [i, annotation] of Object.keys(annotations).entries()) {
    if (i % piece === 0) yield;
    if (!known.has(annotation) && hasMeaning(annotation)) others.push(annotation);
  }
  for (const annotation of others.sort()) {
    const shown = shortened(annotation);
    if (restricts(annotation, annotations[annotation])) {
      const message = sourceMessages.restricted(shown);
      restrictions.push({ annotation: shown, reason: "UnsupportedAnnotation", message });
    } else if (annotation.startsWith(prefix)) {
      notes.add("UnsupportedAnnotation", sourceMessages.unsupportedAnnotation(shown));
    } else if (isLegacy(annotation)) {
      notes.add("UnsupportedAnnotation", sourceMessages.legacyAnnotation(shown));
    }
  }
  return {
    options,
    restrictions: restrictions.slice(0, mostRestrictions),
    issuing: issuing.find((name) => orders(name, textOf(annotations[name]))),
    aliases: aliasTexts(annotations),
  };
}

function orders(name: string, value = ""): boolean {
  return name === "kubernetes.io/tls-acme" ? value === "true" : value !== "";
}

/** One of them is enough to keep the routes out. */
const mostRestrictions = 20;

/** True for one that its owner may have to be told of. */
function hasMeaning(annotation: string): boolean {
  return annotation.startsWith(prefix) || isRestricting(annotation) || isLegacy(annotation);
}

function restricts(annotation: string, value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "" && isRestricting(annotation);
}

function isRestricting(annotation: string): boolean {
  return restricting.some((name) => isMeant(name, annotation));
}

function isLegacy(annotation: string): boolean {
  return legacy.some((old) => isMeant(old, annotation));
}

function aliasTexts(annotations: Raw): readonly string[] {
  const texts = (textOf(annotations[hostAliases]) ?? "").split(",").map((alias) => alias.trim());
  return texts.filter((alias) => alias !== "");
}

function boolean(text: string): boolean | undefined {
  return text === "true" ? true : text === "false" ? false : undefined;
}

function protocols(text: string): readonly ("http" | "https")[] | undefined {
  const names = new Set(text.split(",").map((name) => name.trim()));
  const found = (["http", "https"] as const).filter((name) => names.delete(name));
  return found.length > 0 && names.size === 0 ? found : undefined;
}

function redirectCode(text: string): number | undefined {
  const code = redirectCodes.find((known) => known === text);
  return code === undefined ? undefined : Number(code);
}
