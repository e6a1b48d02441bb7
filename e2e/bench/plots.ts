import { View, parse } from "vega";
import { compile } from "vega-lite";
import type { TopLevelSpec } from "vega-lite";

/** A row of a table that the bench has printed: what it is about, and its cells. */
interface Row {
  readonly name: string;
  readonly cells: readonly string[];
}

/** The table under a title, as `console.table` prints it: columns and rows. Throws where there is none. */
export function benchTable(
  page: string,
  title: string,
): { readonly columns: readonly string[]; readonly rows: readonly Row[] } {
  const [, after] = page.split(`\n${title}\n`);
  const lines = (after?.split("\n\n")[0] ?? "").split("\n").filter((line) => line.startsWith("│"));
  const [head, ...rows] = lines.map((line) =>
    line
      .split("│")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll(/^'|'$/g, "")),
  );
  if (head === undefined || rows.length === 0) throw new Error(`there is no table "${title}"`);
  return { columns: head.slice(1), rows: rows.map(([name = "", ...cells]) => ({ name, cells })) };
}

/** How the time of one change goes with the number of claims, as a picture (SVG), from the tables of docs/bench.md. */
export async function scalePlot(page: string): Promise<string> {
  const { columns, rows } = benchTable(page, "One change: microseconds, median (99th percentile)");
  const values = rows
    .filter(({ name }) => !name.startsWith("nothing"))
    .flatMap(({ cells, name }) =>
      columns
        .slice(0, -1)
        .map((column, i) => ({ change: name, claims: number(column), time: number(cells[i]) / 1000 })),
    );
  return svg({
    title: { text: "One change, among few claims and among many", anchor: "start", subtitle: "median, in the core" },
    width: 440,
    height: 300,
    data: { values },
    mark: { type: "line", point: true, strokeWidth: 2 },
    encoding: {
      x: { field: "claims", type: "quantitative", scale: { type: "log" }, title: "claims", axis: { values: [100, 10_000, 100_000], format: ",d" } }, // prettier-ignore
      y: { field: "time", type: "quantitative", scale: { type: "log" }, title: "milliseconds", axis: { values: [0.1, 1, 10], format: "~g" } }, // prettier-ignore
      color: { field: "change", type: "nominal", sort: null, title: null, legend: { labelLimit: 0 } },
    },
  });
}

/** What an uninvolved team feels of each attack, as a picture (SVG), from the tables of docs/bench.md. */
export async function attackPlot(page: string): Promise<string> {
  const title = "What an uninvolved team feels of an attack: ms, median (worst), and the worst as often as when idle";
  const { columns, rows } = benchTable(page, title);
  const values = rows.flatMap(({ cells, name }) =>
    [
      ["ours", "revocation"],
      ["the bare calls, by hand", "by hand"],
    ].map(([who, column = ""]) => ({ attack: name, who, time: number(cells[columns.indexOf(column)]) })),
  );
  return svg({
    title: { text: "A share is taken back while somebody else attacks", anchor: "start", subtitle: "median, in ms" },
    width: 420,
    height: { step: 13 },
    data: { values },
    mark: "bar",
    encoding: {
      y: { field: "attack", type: "nominal", sort: null, title: null, axis: { labelLimit: 0 }, scale: { paddingInner: 0.35 } }, // prettier-ignore
      yOffset: { field: "who", sort: null },
      x: { field: "time", type: "quantitative", title: "milliseconds" },
      color: { field: "who", type: "nominal", sort: null, title: null, legend: { labelLimit: 0 } },
    },
  });
}

/** The first number of a cell: `'1231 (2146)'` is 1231. */
function number(cell = ""): number {
  return Number(/[\d.]+/.exec(cell.replaceAll(",", ""))?.[0]);
}

async function svg(spec: TopLevelSpec): Promise<string> {
  const compiled = compile({ ...spec, background: "white", config: { font: "sans-serif" } }).spec;
  const view = new View(parse(compiled), { renderer: "none" });
  const text = await view.toSVG();
  view.finalize();
  return `${text}\n`;
}
