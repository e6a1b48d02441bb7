import { isTable, luaText, type Table, type Value } from "./lua.ts";

/**
 * A table in Lua's notation as Kong's messages show it, keys in order: on one line, or with an indent over several
 * (https://lunarmodules.github.io/Penlight/libraries/pl.pretty.html, write).
 */
export function luaTable(table: Table | readonly Value[], indent = ""): string {
  return print(table, indent, indent);
}

function print(table: Table | readonly Value[], indent: string, margin: string): string {
  const items = Array.isArray(table)
    ? table.map((value) => text(value, indent, margin))
    : Object.keys(table)
        .sort()
        .map((key) => `${keyText(key)}${indent === "" ? "=" : " = "}${text((table as Table)[key], indent, margin)}`);
  if (items.length === 0) return "{}";
  if (indent === "") return `{${items.join(",")}}`;
  return `{\n${margin}${items.join(`,\n${margin}`)}\n${margin.slice(indent.length)}}`;
}

function text(value: Value, indent: string, margin: string): string {
  if (isTable(value)) return print(value, indent, margin + indent);
  if (value === null) return '"userdata: NULL"';
  return typeof value === "string" ? quoted(value) : luaText(value);
}

/** A key that is no name stands in brackets; one that came as a position has them already. */
function keyText(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) || /^\[\d+\]$/.test(key) ? key : `[${quoted(key)}]`;
}

function quoted(value: string): string {
  if (value.includes("\n") && !value.includes("\r")) return `[[${value.startsWith("\n") ? "\n" : ""}${value}]]`;
  return `"${value.replace(/["\\]/g, "\\$&").replaceAll("\r", "\\r").replaceAll("\n", "\\\n")}"`;
}
