import type { IngressExplanation } from "../claims/ingress-explanation.ts";
import { deniedText } from "./denied-text.ts";
import { fixLines } from "./fix-lines.ts";
import { pathLines } from "./path-lines.ts";
import { columns } from "./render.ts";

/** What becomes of an Ingress, for people. `room` is the terminal's width. */
export function ingressExplanationText(why: IngressExplanation, room: number | undefined): string {
  const served = why.classProblem === undefined ? (why.class ?? "") : `${why.class ?? "none"}: ${why.classProblem}`;
  const paths = pathLines(why.paths);
  const head = [
    ["Ingress:", `${why.namespace}/${why.ingress}`],
    ["Class:", served],
    ...why.notes.map((note) => ["Note:", note]),
  ];
  return [
    columns(head, "", room),
    paths.length === 0 ? "Paths:\n  none" : `Paths:\n${columns(paths, "  ", room)}`,
    ...fixLines(why.fixes, room),
    deniedText(why.denied),
  ]
    .filter((part) => part !== "")
    .join("\n");
}
