import { projected } from "../../kong/project.ts";
import { changedFields } from "../../plan/kong/diff.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import type { HostPlan } from "../../plan/kong/host.ts";
import type { Pieces } from "../../world/pieces.ts";
import type { KongContext } from "./context.ts";

type ActualContext = Pick<KongContext, "actual">;

/** What Kong was last found to have of an entity just as it is wanted. */
const foundAsWanted = new WeakMap<object, Entities[Collection]>();

/** True if Kong is known to have the entity as it is wanted. */
export function stands<C extends Collection>(context: ActualContext, collection: C, entity: Entities[C]): boolean {
  const { actual } = context;
  const has = actual.isUnknown(collection, entity.id) ? undefined : actual.get(collection, entity.id);
  if (has === undefined) return false;
  if (foundAsWanted.get(entity) === has) return true;
  if (changedFields(entity, knownAs(context, collection, entity), has) !== undefined) return false;
  foundAsWanted.set(entity, has);
  return true;
}

/** Each entity that is wanted is compared several times before it stands. */
const known = new WeakMap<object, Entities[Collection]>();

/** The entity as it is known once Kong has it. */
export function knownAs<C extends Collection>(
  { actual }: ActualContext,
  collection: C,
  entity: Entities[C],
): Entities[C] {
  const before = known.get(entity) as Entities[C] | undefined;
  const now = before ?? projected<Entities[C]>(actual.table[collection], entity);
  if (before === undefined) known.set(entity, now);
  return now;
}

/** Entities that are compared before others may have their turn. */
const piece = 50;

/**
 * Compares all that the plan wants with what Kong has, in pieces, so that little is left to be compared at once: a host may have a
 * thousand routes, each of which leads to a service of its own.
 */
export function* comparedInPieces(
  context: ActualContext,
  plan: Pick<HostPlan, "services" | "plugins" | "routes">,
): Pieces<void> {
  let compared = 0;
  for (const collection of ["services", "plugins", "routes"] as const) {
    for (const entity of plan[collection]) {
      if (++compared % piece === 0) yield;
      stands(context, collection, entity);
    }
  }
}
