import type { Fault } from "../errors.ts";
import type { Table, Value } from "../lua.ts";

/** A function that finds fault with a value, or with nothing (undefined). */
export type Check = (value: never) => Fault | undefined;

/** The types of fields that Kong's schema language knows and that are used here. */
export type FieldType = "string" | "integer" | "number" | "boolean" | "array" | "set" | "map" | "record" | "foreign";

/**
 * A field of a schema, in the words of Kong's schema language
 * (https://developer.konghq.com/custom-plugins/schema.lua/, "field attributes").
 */
export type Field = {
  readonly type: FieldType;
  readonly required?: boolean;
  readonly default?: Value;
  readonly auto?: boolean;
  readonly unique?: boolean;
  readonly transient?: boolean;
  readonly abstract?: boolean;
  readonly referenceable?: boolean;
  /** The message in place of the validator's own. */
  readonly err?: string;
  readonly reference?: string;
  readonly on_delete?: "cascade";
  readonly elements?: Field;
  readonly keys?: Field;
  readonly values?: Field;
  readonly fields?: Fields;
  readonly entity_checks?: readonly EntityCheck[];
  readonly eq?: Value;
  readonly ne?: Value;
  readonly one_of?: readonly Value[];
  readonly not_one_of?: readonly Value[];
  readonly timestamp?: boolean;
  readonly uuid?: boolean;
  readonly between?: readonly [number, number];
  readonly len_eq?: number;
  readonly len_min?: number;
  readonly starts_with?: string;
  readonly match?: RegExp;
  readonly match_none?: readonly { readonly pattern: RegExp; readonly err: string }[];
  readonly match_all?: readonly { readonly pattern: RegExp; readonly err: string }[];
  readonly match_any?: { readonly patterns: readonly RegExp[]; readonly err: string };
  readonly contains?: Value;
  readonly custom_validator?: Check;
  readonly mutually_exclusive_subsets?: readonly (readonly string[])[];
};

/** Fields in their order. */
export type Fields = readonly (readonly [string, Field])[];

/** A part of a field's definition that replaces its own inside a conditional check. */
export type FieldPart = Partial<Field>;

/** A rule about several fields of an entity. */
export type EntityCheck =
  | { readonly at_least_one_of: readonly string[] }
  | { readonly mutually_required: readonly string[] }
  | { readonly conditional: Conditional }
  | { readonly conditional_at_least_one_of: ConditionalAtLeastOneOf }
  | { readonly custom_entity_check: CustomEntityCheck };

/** If one field passes a match, another must pass its own. */
export type Conditional = {
  readonly if_field: string;
  readonly if_match: FieldPart;
  readonly then_field: string;
  readonly then_match: FieldPart;
  readonly then_err?: string;
};

/** If a field passes a match, one of a list of fields must be set; else, if it passes another, one of another list. */
export type ConditionalAtLeastOneOf = {
  readonly if_field: string;
  readonly if_match: FieldPart;
  readonly then_at_least_one_of: readonly string[];
  readonly then_err: string;
  readonly else_match?: FieldPart;
  readonly else_then_at_least_one_of?: readonly string[];
  readonly else_then_err?: string;
};

/** A function over some fields; it is left out when one of them is at fault already. */
export type CustomEntityCheck = {
  readonly field_sources: readonly string[];
  readonly run_with_missing_fields?: boolean;
  readonly fn: (entity: Table) => string | undefined;
};

/** A field that stands for several others in a request and is never stored. */
export type Shorthand = { readonly field: Field; readonly expand: (value: Value) => Table };

/** A variant of a schema: its fields replace those of the schema, its checks come after. */
export type Subschema = {
  readonly name: string;
  readonly fields: Fields;
  readonly entity_checks?: readonly EntityCheck[];
};

/** The schema of an entity, or of a record inside one. */
export type Schema = {
  readonly name: string;
  readonly fields: Fields;
  readonly entity_checks?: readonly EntityCheck[];
  readonly shorthand_fields?: Readonly<Record<string, Shorthand>>;
  /** The field by which an entity is found in a path, beside its id. */
  readonly endpoint_key?: string;
  /** The fields whose combination is unique. */
  readonly cache_key?: readonly string[];
  readonly subschema_key?: string;
  readonly subschema_error?: string;
  readonly subschemas?: Readonly<Record<string, Subschema>>;
};

/** What a validation is: of a whole entity, or of a change (whose messages say so). */
export type Context = {
  readonly full: boolean;
  readonly updating: boolean;
  /** Finds the schema that a foreign field refers to. */
  readonly schemaOf: (collection: string) => Schema | undefined;
};
