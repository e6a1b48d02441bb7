import { pathRegex, regexFault } from "../../route-regex.ts";
import { rustRegex } from "../../rust-regex.ts";
import { asList, isObject, type Table, type Value } from "../lua.ts";

/**
 * Why Kong's router could not build the route: it takes regular expressions in the syntax of Rust's engine only, and
 * a header needs a value. Undefined if it can. The text after the colon is the engine's own in Kong.
 */
export function routerFault(route: Table): string | undefined {
  const fault = pathsFault(route["paths"]) ?? headersFault(route["headers"]);
  return fault === undefined ? undefined : `Router Expression failed validation: ${fault}`;
}

function pathsFault(paths: Value): string | undefined {
  for (const path of asList(paths) ?? []) {
    const text = String(path);
    const fault = text.startsWith("~") ? regexFault(() => pathRegex(text.slice(1))) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function headersFault(headers: Value): string | undefined {
  if (!isObject(headers)) return undefined;
  for (const values of Object.values(headers)) {
    const list = asList(values) ?? [];
    if (list.length === 0) return "expected term";
    for (const value of list) {
      const text = String(value).toLowerCase();
      const fault = text.startsWith("~*") ? regexFault(() => rustRegex(text.slice(2))) : undefined;
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}
