import { ingressMessages } from "@domain-claims/crds/messages";
import { hostAliases } from "../world/source-hosts.ts";
import type { Ingress } from "../world/types.ts";

/** What an Ingress's annotations say about its routes; the defaults are Kong Ingress Controller's. */
export interface RouteOptions {
  readonly stripPath: boolean;
  readonly preserveHost: boolean;
  readonly protocols: readonly ("http" | "https")[];
  readonly httpsRedirectStatusCode: number;
}

/** An annotation that can't be honoured. */
export interface AnnotationProblem {
  readonly reason: "UnsupportedAnnotation" | "InvalidAnnotation";
  readonly message: string;
}

const prefix = "konghq.com/";
const redirectCodes = ["426", "301", "302", "307", "308"] as const;

/** Reads the `konghq.com/` annotations that we know, and says which others stand there. */
export function routeOptions(ingress: Ingress): {
  readonly options: RouteOptions;
  readonly problems: readonly AnnotationProblem[];
} {
  const problems: AnnotationProblem[] = [];
  const known = new Set([hostAliases]);
  const read = <T>(name: string, parse: (text: string) => T | undefined, fallback: T, expected: string): T => {
    known.add(prefix + name);
    const text = ingress.annotations[prefix + name];
    if (text === undefined) return fallback;
    const value = parse(text.trim());
    if (value !== undefined) return value;
    problems.push({ reason: "InvalidAnnotation", message: ingressMessages.invalidAnnotation(prefix + name, expected) });
    return fallback;
  };
  const options: RouteOptions = {
    stripPath: read("strip-path", boolean, false, "true or false"),
    preserveHost: read("preserve-host", boolean, true, "true or false"),
    protocols: read("protocols", protocols, ["http", "https"], "http, https or http,https"),
    httpsRedirectStatusCode: read("https-redirect-status-code", redirectCode, 426, redirectCodes.join(", ")),
  };
  for (const name of Object.keys(ingress.annotations).sort()) {
    if (!name.startsWith(prefix) || known.has(name)) continue;
    problems.push({ reason: "UnsupportedAnnotation", message: ingressMessages.unsupportedAnnotation(name) });
  }
  return { options, problems };
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
