import type { Fall } from "../claims/falls.ts";
import { display } from "./display.ts";
import { capped } from "./more.ts";
import { columns } from "./render.ts";

/** More lines than this nobody reads before answering a question. */
const mostLines = 20;

/** What goes down, a line each: the host, who holds it, and what becomes of it; of many the first, and a count. */
export function fallLines(falls: readonly Fall[]): string {
  const { shown, more } = capped(falls, mostLines);
  const rows = shown.map(({ record: { spec }, effect }) => [
    display(spec.host),
    `${spec.holder.namespace}/${spec.holder.name}`,
    spec.holder.kind,
    effect === "goes" ? "" : `(${effect})`,
  ]);
  return columns(more === undefined ? rows : [...rows, [more]], "  ");
}
