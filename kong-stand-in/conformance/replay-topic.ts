import { join } from "node:path";

import { Placeholders } from "./match.ts";
import { exchangesOf, type Exchange } from "./recordings.ts";
import { replay } from "./replay.ts";
import { send } from "./wire.ts";

/** The topics of the recordings that the Admin API's suite replays, each from an empty Kong. */
export const TOPICS = [
  "services",
  "routes",
  "certificates-and-snis",
  "tags-and-paging",
  "plugins",
  "root-and-status",
  "schemas-validate",
] as const;

/** How the answers to one exchange came out: `difference` is absent if the answer is the recorded one. */
export type Outcome = { readonly exchange: Exchange; readonly difference: string | undefined };

/** Replays a topic against the Admin API at `base`, which has to be empty, and removes what it wrote. */
export async function replayTopic(base: string, folder: string, topic: string): Promise<readonly Outcome[]> {
  const known = new Placeholders(join(folder, "pem"));
  const outcomes: Outcome[] = [];
  const written: string[] = [];
  try {
    for (const exchange of exchangesOf(folder, topic)) {
      if (topic === "tags-and-paging" && exchange.name === "route-250")
        written.push(...(await addUnrecordedRoutes(base)));
      const difference = await replay(base, exchange, known).catch((error: unknown) => String(error));
      outcomes.push({ exchange, difference });
      written.push(...entityIn(exchange, known));
    }
  } finally {
    await removeAll(base, written);
  }
  return outcomes;
}

/** Removes entities, the last one first. One that is gone already does not matter. */
export async function removeAll(base: string, paths: readonly string[]): Promise<void> {
  for (const path of [...new Set(paths)].reverse()) await send(base, { method: "DELETE", path });
}

/** The recording shows the routes 1, 2 and 250 of 250 that were made alike. */
async function addUnrecordedRoutes(base: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (let i = 3; i < 250; i++) {
    const number = String(i).padStart(3, "0");
    const rare = i === 3 ? ["x1", "x2", "x3", "x4", "x5", "x6"] : [];
    const route = {
      name: `r-${number}`,
      paths: [`/r/${number}`],
      tags: ["all", i % 2 === 0 ? "even" : "odd", `mod10-${i % 10}`, `n-${number}`, ...rare],
      service: { id: "51000000-0000-4000-8000-000000000001" },
      created_at: 1_600_000_250 - i,
    };
    const path = `/routes/70000000-0000-4000-8000-000000000${number}`;
    const headers = { "Content-Type": "application/json" };
    await send(base, { method: "PUT", path, headers, body: JSON.stringify(route) });
    paths.push(path);
  }
  return paths;
}

/** Where the entity is that an exchange wrote: by the id in the answer. */
function entityIn({ request, response }: Exchange, known: Placeholders): readonly string[] {
  const id = (response.body as { readonly id?: unknown } | null)?.id;
  if (typeof id !== "string" || response.status >= 300 || !["POST", "PUT"].includes(request.method)) return [];
  const [collection] = /(services|routes|certificates|snis|plugins|ca_certificates)(?=\/[^/]*$|$)/.exec(
    request.path.split("?")[0]!,
  ) ?? [request.path.split("/")[1]];
  try {
    return [`/${collection}/${known.fill(id)}`];
  } catch {
    return [];
  }
}
