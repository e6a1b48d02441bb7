import { addEntityFault, setFault, type Fault, type Faults } from "../errors.ts";
import { isNonEmpty, quotedList, type Table, type Value } from "../lua.ts";
import { fieldAt, valueAt } from "./fields.ts";
import type {
  Conditional,
  ConditionalAtLeastOneOf,
  Context,
  CustomEntityCheck,
  EntityCheck,
  Field,
  FieldPart,
  Schema,
  Subschema,
} from "./types.ts";
import { isVaultReference } from "./validators.ts";

/** Says what is wrong with a value, by the definition of its field; undefined if nothing is. */
export type FieldCheck = (field: Field, value: Value, context: Context) => Fault | undefined;

/**
 * Runs the schema's rules about several fields, then its variant's, and adds what they find to the faults. `fieldFault`
 * looks at single fields, of which a record's have rules like these in their turn.
 */
export function runEntityChecks(
  schema: Schema,
  subschema: Subschema | undefined,
  entity: Table,
  context: Context,
  faults: Faults,
  fieldFault: FieldCheck,
): void {
  const run = { schema, entity, context, faults, fieldFault };
  for (const check of schema.entity_checks ?? []) runCheck(check, run);
  for (const check of subschema?.entity_checks ?? []) runCheck(check, { ...run, subschema });
}

type Run = {
  readonly schema: Schema;
  readonly subschema?: Subschema | undefined;
  readonly entity: Table;
  readonly context: Context;
  readonly faults: Faults;
  readonly fieldFault: FieldCheck;
};

function runCheck(check: EntityCheck, run: Run): void {
  if (namesOf(check).some((name) => isReferenceAt(name, run))) return;
  if ("at_least_one_of" in check) atLeastOneOf(check.at_least_one_of, run);
  else if ("mutually_required" in check) mutuallyRequired(check.mutually_required, run);
  else if ("conditional" in check) conditional(check.conditional, run);
  else if ("conditional_at_least_one_of" in check) conditionalAtLeastOneOf(check.conditional_at_least_one_of, run);
  else custom(check.custom_entity_check, run);
}

function namesOf(check: EntityCheck): readonly string[] {
  if ("mutually_required" in check) return check.mutually_required;
  return "custom_entity_check" in check ? check.custom_entity_check.field_sources : [];
}

function isReferenceAt(name: string, run: Run): boolean {
  const isReferenceable = fieldAt(run.schema, name, run.subschema)?.referenceable === true;
  return isReferenceable && isVaultReference(valueAt(run.entity, name));
}

function atLeastOneOf(names: readonly string[], run: Run): void {
  if (allAbsent(names, run) && !run.context.full) return;
  if (anySet(names, run)) return;
  const when = run.context.updating ? "when updating, " : "";
  addEntityFault(run.faults, `${when}at least one of these fields must be non-empty: ${quotedList(names)}`);
}

function mutuallyRequired(names: readonly string[], run: Run): void {
  if (anyAtFault(names, run) || (allAbsent(names, run) && !run.context.full)) return;
  const set = names.filter((name) => isNonEmpty(valueAt(run.entity, name))).length;
  if (set === 0 || set === names.length) return;
  addEntityFault(run.faults, `all or none of these fields must be set: ${quotedList(names)}`);
}

function conditional(check: Conditional, run: Run): void {
  const names = [check.if_field, check.then_field];
  if (allAbsent(names, run)) return;
  if (valueAt(run.entity, check.if_field) === undefined) {
    const when = run.context.updating ? " when updating" : "";
    setFault(run.faults, check.if_field, `field required for entity check${when}`);
    return;
  }
  if (!passes(check.if_field, check.if_match, run)) return;
  const value = valueAt(run.entity, check.then_field) ?? null;
  const fault = faultOf(check.then_field, check.then_match, value, run);
  if (fault === undefined) return;
  setFault(run.faults, check.then_field, fault);
  const own = `failed conditional validation given value of field '${check.if_field}'`;
  addEntityFault(run.faults, check.then_err ?? own);
}

function conditionalAtLeastOneOf(check: ConditionalAtLeastOneOf, run: Run): void {
  const names = [check.if_field, ...check.then_at_least_one_of, ...(check.else_then_at_least_one_of ?? [])];
  if (allAbsent(names, run) && !run.context.full) return;
  if (valueAt(run.entity, check.if_field) === undefined) return;
  if (passes(check.if_field, check.if_match, run)) oneOf(check.then_at_least_one_of, check.then_err, run);
  else if (check.else_match && passes(check.if_field, check.else_match, run)) {
    oneOf(check.else_then_at_least_one_of!, check.else_then_err!, run);
  }
}

function oneOf(names: readonly string[], message: string, run: Run): void {
  if (!anySet(names, run)) addEntityFault(run.faults, message.replace("%s", quotedList(names)));
}

function custom(check: CustomEntityCheck, run: Run): void {
  if (anyAtFault(check.field_sources, run) || allAbsent(check.field_sources, run)) return;
  const absent = check.field_sources.filter((name) => valueAt(run.entity, name) === undefined);
  if (absent.length > 0 && !check.run_with_missing_fields) {
    const when = run.context.updating ? " when updating" : "";
    for (const name of absent) setFault(run.faults, name, `field required for entity check${when}`);
    return;
  }
  const fault = check.fn(run.entity);
  if (fault !== undefined) addEntityFault(run.faults, fault);
}

function allAbsent(names: readonly string[], run: Run): boolean {
  return names.every((name) => valueAt(run.entity, name) === undefined);
}

function anySet(names: readonly string[], run: Run): boolean {
  return names.some((name) => isNonEmpty(valueAt(run.entity, name)));
}

function anyAtFault(names: readonly string[], run: Run): boolean {
  return names.some((name) => run.faults.has(name));
}

function passes(name: string, part: FieldPart, run: Run): boolean {
  return faultOf(name, part, valueAt(run.entity, name), run) === undefined;
}

/** The field's own definition with some parts replaced. */
function faultOf(name: string, part: FieldPart, value: Value, run: Run): Fault | undefined {
  const field: Field = { ...fieldAt(run.schema, name, run.subschema)!, ...part };
  return run.fieldFault(field, value, run.context);
}
