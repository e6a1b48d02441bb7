import type { Database } from "../database.ts";
import { validationFaults } from "../dao.ts";
import { schemaOf } from "../entities/index.ts";
import { schemaViolation } from "../errors.ts";
import type { Table } from "../lua.ts";
import { PLUGIN_SCHEMAS } from "../plugins/schemas.ts";
import { schemaAsJson } from "../schema/describe.ts";
import { recordSchema } from "../schema/fields.ts";
import { plainArguments, type Call } from "./call.ts";
import { json, message, type Answer } from "./message.ts";
import type { Endpoint } from "./routing.ts";

/** `/schemas/...`: schemas as data, and validation of an entity without writing it (references are not looked up). */
export function schemaEndpoints(db: Database): readonly Endpoint[] {
  const validate = (name: string, call: Call): Answer => {
    const schema = schemaOf(name);
    if (schema === undefined) return message(404, `No entity named '${name}'`);
    const faults = validationFaults(db, schema, plainArguments(call.request));
    if (faults.size > 0) throw schemaViolation(faults);
    return message(200, "schema validation successful");
  };
  return [
    { path: "/schemas/:name", methods: { GET: describeEntity } },
    { path: "/schemas/plugins/validate", methods: { POST: (call) => validate("plugins", call) } },
    {
      path: "/schemas/:db_entity_name/validate",
      methods: { POST: (call) => validate(String(call.parameters["db_entity_name"]), call) },
    },
    { path: "/schemas/plugins/:name", methods: { GET: describePlugin } },
    { path: "/plugins/schema/:name", methods: { GET: describePluginConfig } },
    { path: "/plugins/enabled", methods: { GET: () => json(200, { enabled_plugins: Object.keys(PLUGIN_SCHEMAS) }) } },
  ];
}

function describeEntity(call: Call): Answer {
  const name = String(call.parameters["name"]);
  const schema = schemaOf(name);
  return schema === undefined ? message(404, `No entity named '${name}'`) : json(200, schemaAsJson(schema));
}

function describePlugin(call: Call): Answer {
  const schema = pluginSchema(call.parameters);
  return schema === undefined ? noPlugin(call) : json(200, schemaAsJson(schema));
}

function describePluginConfig(call: Call): Answer {
  const config = pluginSchema(call.parameters)?.fields.find(([name]) => name === "config")?.[1];
  return config === undefined ? noPlugin(call) : json(200, schemaAsJson(recordSchema(config)));
}

function pluginSchema(parameters: Table): (typeof PLUGIN_SCHEMAS)[string] | undefined {
  const name = String(parameters["name"]);
  return Object.hasOwn(PLUGIN_SCHEMAS, name) ? PLUGIN_SCHEMAS[name] : undefined;
}

function noPlugin(call: Call): Answer {
  return message(404, `No plugin named '${String(call.parameters["name"])}'`);
}
