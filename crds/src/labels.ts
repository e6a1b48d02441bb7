import { maxHost, maxLabel } from "./host.ts";
import { problem } from "./problem.ts";
import type { HostnameProblem } from "./problem.ts";

/**
 * The first problem of a name that is in lower-case ASCII already, without the root's dot; undefined when there is
 * none. Rules: letters, digits and hyphens (RFC 1123), lengths (RFC 1035), a last label that no URL parser reads as
 * the end of an IPv4 address (WHATWG URL), nothing below `.invalid`, which never exists (RFC 6761, section 6.4) and where
 * the gateway is asked what it has in effect, at least two labels. `text` is what was typed.
 */
export function nameProblem(name: string, text: string): HostnameProblem | undefined {
  const labels = name.split(".");
  const last = labels.at(-1) ?? "";
  if (name === "") return problem("Empty", text);
  if (labels.includes("")) return problem("EmptyLabel", text);
  if (/^(\d+|0x[0-9a-f]*)$/.test(last)) return problem("IpAddress", text);
  if (last === "invalid" && labels.length > 1) return problem("NeverExists", text);
  for (const label of labels) {
    const found = labelProblem(label, text);
    if (found !== undefined) return found;
  }
  if (labels.length < 2) return problem("SingleLabel", text);
  if (name.length > maxHost) return problem("TooLong", text);
  return undefined;
}

/** The first problem of one label in lower-case ASCII; undefined when there is none. `text` is what was typed. */
export function labelProblem(label: string, text: string): HostnameProblem | undefined {
  if (label.includes("_")) return problem("Underscore", text, label);
  const odd = /[^a-z0-9-]/u.exec(label);
  if (odd !== null) return problem(odd[0] === "*" ? "Wildcard" : "InvalidCharacter", text, odd[0]);
  if (label.length > maxLabel) return problem("LabelTooLong", text, label);
  return hyphenProblem(label, text);
}

/** `HyphenPlacement` for a label, A-label or U-label, which breaks CheckHyphens of UTS 46; `xn--` is left to IDNA. Undefined for any other. */
export function hyphenProblem(label: string, text: string): HostnameProblem | undefined {
  const characters = Array.from(label);
  const third = characters[2] === "-" && characters[3] === "-" && !label.startsWith("xn--");
  return third || label.startsWith("-") || label.endsWith("-") ? problem("HyphenPlacement", text, label) : undefined;
}
