/** Internationalized names, UTS 46 non-transitional: the only importer of tr46, whose tables take some 10 ms to load. */
import tr46 from "tr46";
import { hyphenProblem } from "./labels.ts";
import { problem } from "./problem.ts";
import type { HostnameProblem } from "./problem.ts";
import { remembering } from "./recent.ts";

// Hyphens and the ASCII characters of a hostname are checked by our own rules, which can tell one problem from another.
const rules = {
  checkBidi: true,
  checkJoiners: true,
  checkHyphens: false,
  useSTD3ASCIIRules: false,
  transitionalProcessing: false,
} as const;

/**
 * The name with A-labels, in lower case, or the problem with it. What ASCII alone can tell is left to the caller. An Ingress
 * with hundreds of names, each of which takes a tenth of a millisecond and more, is read anew with each change of it.
 */
export const toAscii = remembering(2_000, mapped);

function mapped(name: string): { ok: true; name: string } | { ok: false; problem: HostnameProblem } {
  const unicode = tr46.toUnicode(name, rules);
  for (const label of unicode.domain.split(".")) {
    const hyphens = /[^\0-\x7f]/.test(label) ? hyphenProblem(label, name) : undefined;
    if (hyphens !== undefined) return { ok: false, problem: hyphens };
  }
  const ascii = tr46.toASCII(name, rules);
  if (ascii === null || !comesOutAsItself(name, ascii)) {
    return { ok: false, problem: problem("InvalidIdna", name, culprit(name)) };
  }
  return { ok: true, name: ascii };
}

/** The name with U-labels; a label that does not decode stays as it is. */
export function toUnicode(name: string): string {
  return name.split(".").map(labelToUnicode).join(".");
}

function labelToUnicode(label: string): string {
  const { domain, error } = tr46.toUnicode(label, rules);
  return error ? label : domain;
}

/** An A-label that decodes to a name which encodes to another A-label is a second spelling, and refused. */
function comesOutAsItself(name: string, ascii: string): boolean {
  return /[^\0-\x7f]/.test(name) || name.toLowerCase() === ascii;
}

/** The first label that is wrong by itself; "" when only the whole name is (a bidirectional one). */
function culprit(name: string): string {
  return name.split(/[.\u3002\uff0e\uff61]/u).find((label) => tr46.toASCII(label, rules) === null) ?? "";
}
