import type { PathAnswer } from "../claims/path-answer.ts";
import { display } from "./display.ts";
import { capped } from "./more.ts";

/** Longer lists are cut, with a count of the rest. */
const mostPaths = 30;

/** A line for each host and path: live, or the reason. What is not live comes first where not all has room. */
export function pathLines(paths: readonly PathAnswer[]): readonly (readonly string[])[] {
  const ordered =
    paths.length <= mostPaths ? paths : [...paths.filter((path) => path.live !== true), ...paths.filter(isLive)];
  const { shown, more } = capped(ordered, mostPaths);
  const several = new Set(paths.map(({ ingress }) => ingress)).size > 1;
  const rows = shown.map(({ ingress, host, path, live, reason, message }) => [
    ...(several ? [`Ingress ${ingress}`] : []),
    `${display(host)}${path ?? ""}`,
    live === true
      ? "live"
      : live === false
        ? (reason ?? "not served")
        : `not known${reason === undefined ? "" : `, ${reason}`}`,
    message ?? "",
  ]);
  return more === undefined ? rows : [...rows, [more]];
}

function isLive({ live }: PathAnswer): boolean {
  return live === true;
}
