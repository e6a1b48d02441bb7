/** Header lines in their order, names as they were written, values as byte strings. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** How many request headers Kong looks at (`lua_max_req_headers`). */
const LOOKED_AT = 100;

/** The values of a header among the first hundred lines: by its exact name in lower case, else with `-` for `_`. */
export function luaHeaders(headers: HeaderList): (name: string) => readonly string[] {
  const values = new Map<string, string[]>();
  for (const [name, value] of headers.slice(0, LOOKED_AT)) {
    const key = name.toLowerCase();
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return (name) => {
    const key = name.toLowerCase();
    return values.get(key) ?? values.get(key.replaceAll("_", "-")) ?? [];
  };
}

/** The names that a Connection header lists, in lower case; nothing for a single well-known one. */
export function listed(connection: string | undefined): readonly string[] {
  return (connection ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** Header lines as Node takes them: names and values alternating. */
export function flat(headers: HeaderList): string[] {
  return headers.flatMap(([name, value]) => [name, value]);
}

/** The types to whose answers nginx adds its charset (`charset_types`), which Kong sets to UTF-8. */
const CHARSET_TYPES: ReadonlySet<string> = new Set([
  "text/html",
  "text/xml",
  "text/plain",
  "text/vnd.wap.wml",
  "application/javascript",
  "application/rss+xml",
]);

/** Adds `; charset=UTF-8` to a bare text type, as nginx's charset filter does except on 301 and 302. */
export function withCharset(status: number, headers: HeaderList): HeaderList {
  if (status === 301 || status === 302) return headers;
  return headers.map(([name, value]) =>
    name.toLowerCase() === "content-type" && CHARSET_TYPES.has(value.toLowerCase())
      ? [name, `${value}; charset=UTF-8`]
      : [name, value],
  );
}
