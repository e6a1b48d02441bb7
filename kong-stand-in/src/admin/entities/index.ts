import type { Schema } from "../schema/types.ts";
import { certificates } from "./certificates.ts";
import { plugins } from "./plugins.ts";
import { routes } from "./routes.ts";
import { services } from "./services.ts";
import { snis } from "./snis.ts";

/** The schemas by the name of their collection. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  services,
  routes,
  certificates,
  snis,
  plugins,
};

/** The schema of a collection; undefined for a name that is none. */
export function schemaOf(collection: string): Schema | undefined {
  return Object.hasOwn(SCHEMAS, collection) ? SCHEMAS[collection] : undefined;
}
