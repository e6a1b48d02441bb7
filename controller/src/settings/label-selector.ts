import type { LabelRequirement, LabelSelector } from "../world/label-selector.ts";
import type { Parser } from "./values.ts";

const mostRequirements = 16;

/**
 * A label selector as kubectl takes it: `team`, `!team`, `team=a`, `team==a`, `team!=a`, `team in (a, b)` and
 * `team notin (a, b)`, separated by commas. Nothing means everything.
 */
export const labelSelector: Parser<LabelSelector> = (written) => {
  // Commas within parentheses separate values.
  const parts = written.split(/,(?![^(]*\))/).map((part) => part.trim());
  if (written.trim() === "") return { value: [] };
  const requirements = parts.map(requirementOf);
  const wrong = parts.find((_, i) => requirements[i] === undefined);
  if (wrong !== undefined) return { problem: `has "${wrong}", which is no requirement of a label selector` };
  if (parts.length > mostRequirements) return { problem: `has more than ${String(mostRequirements)} requirements` };
  return { value: requirements.filter((requirement) => requirement !== undefined) };
};

function requirementOf(text: string): LabelRequirement | undefined {
  const [, not, alone] = /^(!?)\s*([^\s!=()]+)$/.exec(text) ?? [];
  if (alone !== undefined)
    return isKey(alone) ? { key: alone, operator: not === "!" ? "doesNotExist" : "exists" } : undefined;
  const [, compared = "", comparison, one = ""] = /^([^\s!=()]+)\s*(!=|==?)\s*([^\s!=()]*)$/.exec(text) ?? [];
  if (comparison !== undefined) return listed(compared, comparison === "!=" ? "notIn" : "in", [one]);
  const [, key = "", word, values = ""] = /^([^\s!=()]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text) ?? [];
  return word === undefined
    ? undefined
    : listed(
        key,
        word === "in" ? "in" : "notIn",
        values.split(",").map((value) => value.trim()),
      );
}

function listed(key: string, operator: "in" | "notIn", values: readonly string[]): LabelRequirement | undefined {
  return isKey(key) && values.every(isValue) ? { key, operator, values } : undefined;
}

/** A label's name: a DNS prefix and a slash where there is one, then at most 63 characters (Kubernetes API). */
function isKey(text: string): boolean {
  return /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/.test(text);
}

function isValue(text: string): boolean {
  return /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/.test(text);
}
