import { display } from "./display.ts";

import { columns } from "./render.ts";
import type { Fall } from "../claims/falls.ts";

/** What goes down, a line each: the host, who holds it, and what becomes of it. */
export function fallLines(falls: readonly Fall[]): string {
  const rows = falls.map(({ record: { spec }, effect }) => [
    display(spec.host),
    `${spec.holder.namespace}/${spec.holder.name}`,
    spec.holder.kind,
    effect === "goes" ? "" : `(${effect})`,
  ]);
  return columns(rows, "  ");
}
