import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "@domain-claims/kong-stand-in";
import { waitFor } from "../support/wait.ts";
import type { Crew } from "./crew.ts";
import { ourTag, readObjects } from "./objects.ts";
import type { Objects } from "./objects.ts";
import type { Place } from "./users.ts";

/** I6: at rest nothing is written, also not (`again`) by a controller that has just been started. What was, as sentences. */
export async function furtherPass(
  { api, gateway, crew }: Place & { readonly crew: Crew },
  again: boolean,
): Promise<readonly string[]> {
  // A status may still be under way when all that is judged is in order.
  await sleep(120);
  const before = { objects: versions(await readObjects(api)), entities: entitiesOf(gateway.store) };
  gateway.calls.clear();
  if (again) {
    await crew.kill();
    await crew.start();
    // Its second listing, a second after the first, is part of the pass.
    const listed = (): number => gateway.calls.all().filter(({ path }) => path.startsWith("/routes")).length;
    await waitFor({ what: "a new controller's look at Kong", interval: 20 }, () => listed() >= 2);
  }
  await sleep(100);
  const [written, removed] = [entitiesOf(gateway.store), new Set(before.entities)];
  for (const entity of written) if (removed.delete(entity)) written.delete(entity);
  const changed = [...versions(await readObjects(api))].filter(([name, text]) => before.objects.get(name) !== text);
  return [
    ...[...written].map(({ name, id }) => `I6: at rest, Kong's ${name ?? id} was written`),
    ...[...removed].map(({ name, id }) => `I6: at rest, Kong's ${name ?? id} was removed or replaced`),
    ...changed.map(
      ([name, text]) => `I6: at rest, ${name} was ${before.objects.get(name) ?? "not there"}, and is ${text}`,
    ),
  ];
}

/**
 * Everything in Kong but the sentinel, by which a controller finds out what is in effect: the store makes an entity anew with
 * every write that is not refused.
 */
function entitiesOf({ services, routes, plugins }: Store): Set<{ readonly id: string; readonly name?: string | null }> {
  const all = [...services.values(), ...routes.values(), ...plugins.values()];
  return new Set(all.filter(({ tags }) => tags?.includes(`${ourTag}.sentinel`) !== true));
}

/** What is written in the cluster, as texts. */
function versions({ domains, records, ingresses }: Objects): ReadonlyMap<string, string> {
  const all = [...domains, ...records, ...ingresses];
  return new Map(
    all.map((object) => {
      const { namespace = "", name, uid, resourceVersion } = object.metadata;
      const said = "status" in object ? object.status : undefined;
      return [`${namespace}/${name} ${uid}`, `version ${resourceVersion} ${JSON.stringify(said)}`];
    }),
  );
}
