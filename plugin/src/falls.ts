import { display } from "@domain-claims/crds/lazy-hostname";

import { columns } from "./render.ts";
import type { Fall } from "./register.ts";

/** What goes down, a line each: the host, who holds it, and what becomes of it. */
export async function fallLines(falls: readonly Fall[]): Promise<string> {
  const rows = await Promise.all(
    falls.map(async ({ record: { spec }, effect }) => [
      await display(spec.host),
      `${spec.holder.namespace}/${spec.holder.name}`,
      spec.holder.kind,
      effect === "goes" ? "" : `(${effect})`,
    ]),
  );
  return columns(rows, "  ");
}
