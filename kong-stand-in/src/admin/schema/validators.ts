import type { Fault } from "../errors.ts";
import { asList, byteLength, luaText, quotedList, type Value } from "../lua.ts";
import type { Field } from "./types.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** True for what Kong takes for a UUID: its shape alone, whatever the version. */
export function isUuid(value: Value): value is string {
  return typeof value === "string" && UUID.test(value);
}

/** True for a text that Kong would look up in a vault; what it will be is not known, so it is not looked at. */
export function isVaultReference(value: Value): boolean {
  return typeof value === "string" && /^\{vault:\/\/.*\}$/s.test(value);
}

/** The first fault that a field's validators find with a value of the right type, in Kong's order of validators. */
export function validatorFault(field: Field, value: Value): Fault | undefined {
  for (const find of VALIDATORS) {
    const fault = find(field, value);
    if (fault !== undefined) return field.err ?? fault;
  }
  return undefined;
}

type Validator = (field: Field, value: Value) => Fault | undefined;

const VALIDATORS: readonly Validator[] = [
  ({ eq }, value) => (eq === undefined || value === eq ? undefined : `value must be ${shown(eq)}`),
  ({ ne }, value) => (ne === undefined || value !== ne ? undefined : `value must not be ${shown(ne)}`),
  ({ not_one_of }, value) => (not_one_of?.includes(value) ? `must not be one of: ${not_one_of.join(", ")}` : undefined),
  ({ one_of }, value) => (one_of && !one_of.includes(value) ? `expected one of: ${one_of.join(", ")}` : undefined),
  ({ timestamp }, value) => (timestamp && !((value as number) > 0) ? "expected a valid timestamp" : undefined),
  ({ uuid }, value) => (uuid && !isUuid(value) ? "expected a valid UUID" : undefined),
  ({ between }, value) => {
    const number = value as number;
    if (between === undefined || (number >= between[0] && number <= between[1])) return undefined;
    return `value should be between ${between[0]} and ${between[1]}`;
  },
  ({ len_eq }, value) => (len_eq === undefined || length(value) === len_eq ? undefined : `length must be ${len_eq}`),
  ({ len_min }, value) =>
    len_min === undefined || length(value) >= len_min ? undefined : `length must be at least ${len_min}`,
  ({ starts_with }, value) =>
    starts_with === undefined || (value as string).startsWith(starts_with)
      ? undefined
      : `should start with: ${starts_with}`,
  ({ match_none }, value) => match_none?.find(({ pattern }) => pattern.test(value as string))?.err,
  ({ match }, value) => (match && !match.test(value as string) ? `invalid value: ${luaText(value)}` : undefined),
  ({ match_all }, value) => match_all?.find(({ pattern }) => !pattern.test(value as string))?.err,
  ({ match_any }, value) =>
    match_any && !match_any.patterns.some((pattern) => pattern.test(value as string)) ? match_any.err : undefined,
  ({ contains }, value) =>
    contains === undefined || asList(value)?.includes(contains)
      ? undefined
      : `expected to contain: ${luaText(contains)}`,
  ({ custom_validator }, value) => (custom_validator as ((value: Value) => Fault | undefined) | undefined)?.(value),
  ({ mutually_exclusive_subsets }, value) =>
    mutually_exclusive_subsets && mixedSubsets(mutually_exclusive_subsets, asList(value) ?? []),
];

function mixedSubsets(subsets: readonly (readonly string[])[], values: readonly Value[]): string | undefined {
  const used = new Set<readonly string[]>();
  for (const value of values) {
    const subset = subsets.findLast((members) => members.includes(value as string));
    if (subset !== undefined) used.add(subset);
  }
  return used.size > 1 ? `these sets are mutually exclusive: ${quotedList([...used])}` : undefined;
}

function length(value: Value): number {
  if (typeof value === "string") return byteLength(value);
  return asList(value)?.length ?? Object.keys(value as object).length;
}

function shown(value: Value): string {
  return value === null ? "null" : luaText(value);
}
