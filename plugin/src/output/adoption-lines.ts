import type { AdoptedRecord, AdoptionProblem } from "../claims/adoption.ts";
import { display } from "./display.ts";
import { columns } from "./render.ts";

/** Each entry that is adopted, a line: its host, who has it then, and since when that claim is in the cluster. */
export function adoptionLines(adopted: readonly AdoptedRecord[]): string {
  return columns([
    ["HOST", "HOLDER", "KIND", "CLAIM MADE"],
    ...adopted.map(({ record: { spec }, claim }) => {
      const { namespace, name, kind } = spec.holder ?? spec.redemption ?? { namespace: "", name: "", kind: "" };
      const made = claim?.metadata.creationTimestamp ?? "(reserved)";
      return [display(spec.host), `${namespace}/${name}`, kind, made];
    }),
  ]);
}

/** Each entry that can't be adopted, a line. */
export function problemLines(problems: readonly AdoptionProblem[]): string {
  return columns(problems.map(({ host, message }) => [display(host), message]));
}
