import { isIP } from "node:net";
import { parseHostname } from "@domain-claims/crds/hostname";
import type { LoadBalancerAddress } from "../world/core-v1.ts";

/** A value, or what is wrong with the text: the end of a sentence that starts with the name of the setting. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** Reads one value of a setting. */
export type Parser<T> = (text: string) => Parsed<T>;

/** Any text that is not empty. */
export const text: Parser<string> = (written) => (written === "" ? { problem: "is empty" } : { value: written });

/** Milliseconds from `500ms`, `30s`, `5m`, `12h`, `90d` or several of them (`1h30m`); `0` is 0. */
export const duration: Parser<number> = (written) => {
  if (written === "0") return { value: 0 };
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(written)) {
    return { problem: `is "${written}", which is no duration: write 500ms, 30s, 5m, 12h or 90d` };
  }
  const parts = written.matchAll(/([\d.]+)(ms|s|m|h|d)/g);
  return { value: [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? 0), 0) };
};

const day = 86_400_000;
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: day };

/** A date that is further away than this could have a year of five digits, which Kubernetes does not take. */
const mostDays = 36_500;

/** A duration that is at least `least` milliseconds (`leastText` says it), or, where `orNever`, 0. */
export function durationFrom(least: number, leastText: string, orNever = false): Parser<number> {
  return (written) => {
    const parsed = duration(written);
    if ("problem" in parsed || (orNever && parsed.value === 0)) return parsed;
    if (parsed.value < least)
      return { problem: `is ${written}, but must be at least ${leastText}${orNever ? ", or 0 for never" : ""}` };
    return parsed.value > mostDays * day ? { problem: `is ${written}, but must be at most ${mostDays}d` } : parsed;
  };
}

/** A whole number in a range. */
export function wholeNumber(least: number, most: number): Parser<number> {
  return (written) => {
    const value = /^\d{1,9}$/.test(written) ? Number(written) : Number.NaN;
    return value >= least && value <= most
      ? { value }
      : { problem: `is "${written}", but must be a whole number from ${least} to ${most}` };
  };
}

/** `true` or `false`. */
export const yesNo: Parser<boolean> = (written) =>
  written === "true" || written === "false"
    ? { value: written === "true" }
    : { problem: `is "${written}", but must be true or false` };

/** One of the given words. */
export function oneOf<T extends string>(...words: readonly T[]): Parser<T> {
  return (written) => {
    const value = words.find((word) => word === written);
    return value === undefined ? { problem: `is "${written}", but must be one of ${words.join(", ")}` } : { value };
  };
}

const labelPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A Kubernetes namespace name (RFC 1123 label). */
export const namespaceName: Parser<string> = (written) =>
  labelPattern.test(written) ? { value: written } : { problem: `is "${written}", which is no name of a namespace` };

/** A Kubernetes object name (RFC 1123 subdomain). */
export const objectName: Parser<string> = (written) =>
  isSubdomain(written) ? { value: written } : { problem: `is "${written}", which is no name of a Kubernetes object` };

/** A DNS name in canonical form; one label is enough. */
export const dnsName: Parser<string> = (written) => {
  const parsed = parseHostname(written);
  if (parsed.ok) return { value: parsed.hostname };
  const name = written.toLowerCase().replace(/\.$/, "");
  return isSubdomain(name) ? { value: name } : { problem: `has "${written}", which is no DNS name` };
};

/** A DNS name, or `*.` and one. */
export const namePattern: Parser<string> = (written) => {
  if (!written.startsWith("*.")) return dnsName(written);
  const below = dnsName(written.slice(2));
  return "value" in below ? { value: `*.${below.value}` } : { problem: `has "${written}", which is no DNS name` };
};

/** An IP address or a hostname, as a load balancer's status has it. */
export const address: Parser<LoadBalancerAddress> = (written) => {
  if (isIP(written) !== 0) return { value: { ip: written } };
  const name = dnsName(written);
  const looksLikeIp = /^[\d.]+$/.test(written) || written.includes(":");
  return "value" in name && !looksLikeIp
    ? { value: { hostname: name.value } }
    : { problem: `has "${written}", which is neither an IP address nor a hostname` };
};

/** A Kubernetes `namespace/name`. */
export const namespacedName: Parser<{ readonly namespace: string; readonly name: string }> = (written) => {
  const [namespace = "", name = "", ...more] = written.split("/");
  return more.length === 0 && labelPattern.test(namespace) && isSubdomain(name)
    ? { value: { namespace, name } }
    : { problem: `is "${written}", but must be namespace/name of a Service` };
};

/** What a class names as its controller: a domain, a slash and a path, at most 250 characters (Kubernetes API). */
export const controllerName: Parser<string> = (written) => {
  const [domain = "", ...path] = written.split("/");
  const isOne = isSubdomain(domain) && path.length > 0 && path.every((part) => /^[\w.-]+$/.test(part));
  return isOne && written.length <= 250
    ? { value: written }
    : { problem: `is "${written}", but must be a domain and a path, such as example.org/kong` };
};

/** The name of an annotation: a prefix and a name, the second of which may end with an asterisk. */
export const annotation: Parser<string> = (written) =>
  /^([a-z0-9.-]{1,253}\/)?[\w.-]{1,63}\*?$/.test(written)
    ? { value: written }
    : { problem: `is "${written}", which is no name of an annotation` };

/** What Kong's own ingress controller has in Kong carries this tag. */
const othersTag = "managed-by-ingress-controller";

/**
 * A Kong tag that can be asked for in a list: Kong takes no `,` and no `/` in one, and old ones no space. Not that of Kong's
 * own ingress controller, whose entities would be taken for leftovers of ours.
 */
export const kongTag: Parser<string> = (written) => {
  if (written === othersTag)
    return {
      problem: `is "${written}", the tag of Kong's own ingress controller: all that it has in Kong would be removed (docs/migrate.md)`,
    };
  return /^[\w.:@~+-]{1,128}$/.test(written)
    ? { value: written }
    : { problem: `is "${written}", but a tag is made of letters, digits and . _ - : @ ~ +` };
};

/** `host:port` to listen on; without host: all IPv4 addresses. */
export const listenAddress: Parser<{ readonly host: string; readonly port: number }> = (written) => {
  const [, inBrackets, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(written) ?? [];
  const port = Number(digits);
  return digits === undefined || port > 65_535
    ? { problem: `is "${written}", but must be host:port, such as 0.0.0.0:8080` }
    : { value: { host: inBrackets ?? (plain === undefined || plain === "" ? "0.0.0.0" : plain), port } };
};

/** `host:port` to listen on, of the machine's own (127.0.0.0/8, ::1, localhost). */
export const loopbackAddress: Parser<{ readonly host: string; readonly port: number }> = (written) => {
  const parsed = listenAddress(written);
  if ("problem" in parsed) return parsed;
  const { host } = parsed.value;
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."))
    ? parsed
    : { problem: `is "${written}", but must be a loopback address, such as 127.0.0.1:8081` };
};

/** A list, separated by commas; spaces around the parts and empty parts don't count. */
export function commaList<T>(part: Parser<T>): Parser<readonly T[]> {
  return (written) => {
    const parts = written
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "")
      .map(part);
    const problems = parts.flatMap((one) => ("problem" in one ? [one.problem] : []));
    return problems.length > 0
      ? { problem: problems.join("; ") }
      : { value: parts.flatMap((one) => ("value" in one ? [one.value] : [])) };
  };
}

function isSubdomain(written: string): boolean {
  return written.length <= 253 && written.split(".").every((label) => labelPattern.test(label));
}
