import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import type { CallOptions } from "../../kong/client.ts";
import { KongError } from "../../kong/errors.ts";
import { projected } from "../../kong/project.ts";
import { changedFields } from "../../plan/kong/diff.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import type { HostPlan } from "../../plan/kong/host.ts";
import { taggedNamespace } from "../../plan/kong/tags.ts";
import type { Pieces } from "../../world/pieces.ts";
import type { KongContext } from "./context.ts";
import type { Touched } from "./actual-state.ts";
import { publishRewritten } from "./publish-live.ts";
import { reviewUnneeded } from "./shared.ts";

/** What the writes of one entity touch of a term. */
export type EntityContext = Pick<
  KongContext,
  "actual" | "desired" | "failing" | "handshakes" | "kong" | "proof" | "review" | "state" | "settings"
>;

/** Something in Kong which is not ours stands where an entity of ours should. */
export class ForeignEntityError extends Error {
  override readonly name = "ForeignEntityError";
}

/**
 * Makes Kong have the entity, with exactly the writes that are needed. Creates with our id, so that nothing is ever
 * overwritten; an id that is taken is looked at, and only changed if it carries our tag (rule L5). An entity at which Kong
 * itself fails again and again is refused in the end. Throws {@link ForeignEntityError} where it does not carry our tag, and
 * KongError.
 */
export async function putEntity<C extends Collection>(
  context: EntityContext,
  collection: C,
  entity: Entities[C],
  signal: AbortSignal,
): Promise<void> {
  const { actual, failing, kong } = context;
  if (actual.isUnknown(collection, entity.id)) await clearDoubt(context, collection, entity, signal);
  if (stands(context, collection, entity)) return;
  const slot = { collection, id: entity.id };
  const known = knownAs(context, collection, entity);
  const refusal = failing.refusal(slot, known);
  if (refusal !== undefined) throw refusal;
  try {
    await write(context, collection, entity, signal);
    failing.forget(slot);
  } catch (error) {
    if (!isKongsFailure(error) || !failing.isLastTry(slot, known) || !(await kong.ready(signal))) throw error;
    await clearDoubt(context, collection, entity, signal);
    if (!stands(context, collection, entity)) throw failing.refuse(slot, known, error);
  }
}

/** What Kong was last found to have of an entity just as it is wanted. */
const foundAsWanted = new WeakMap<object, Entities[Collection]>();

/** True if Kong is known to have the entity as it is wanted. */
export function stands<C extends Collection>(
  context: Pick<EntityContext, "actual">,
  collection: C,
  entity: Entities[C],
): boolean {
  const { actual } = context;
  const has = actual.isUnknown(collection, entity.id) ? undefined : actual.get(collection, entity.id);
  if (has === undefined) return false;
  if (foundAsWanted.get(entity) === has) return true;
  if (changedFields(entity, knownAs(context, collection, entity), has) !== undefined) return false;
  foundAsWanted.set(entity, has);
  return true;
}

/** Entities that are compared before others may have their turn. */
const piece = 50;

/**
 * Compares all that the plan wants with what Kong has, in pieces, so that little is left to be compared at once: a host may have a
 * thousand routes, each of which leads to a service of its own.
 */
export function* comparedInPieces(
  context: Pick<EntityContext, "actual">,
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

/** Creates the entity, or changes what is otherwise. */
async function write<C extends Collection>(
  context: EntityContext,
  collection: C,
  entity: Entities[C],
  signal: AbortSignal,
): Promise<void> {
  const actual = context.actual.get(collection, entity.id) ?? (await created(context, collection, entity, signal));
  if (actual === undefined) return;
  const known = knownAs(context, collection, entity);
  const fields = changedFields<Entities[C]>(entity, known, actual);
  if (fields === undefined) return;
  try {
    await context.actual.writing({ collection, id: entity.id }, () =>
      context.kong.update(collection, entity.id, fields, callFor(entity, signal)),
    );
    onKongChange(context, context.actual.set(collection, known));
  } catch (error) {
    if (error instanceof KongError && error.kind === "notFound") {
      onKongChange(context, context.actual.delete(collection, entity.id));
      await created(context, collection, entity, signal);
    } else throw asKongFailure(context, error, collection, entity);
  }
}

/** True if Kong answered in its own words that it failed. */
function isKongsFailure(error: unknown): error is KongError {
  return error instanceof KongError && error.status === 500 && error.kongMessage !== undefined;
}

/** Removes an entity of ours from Kong. */
export async function removeEntity(
  context: EntityContext,
  collection: Collection,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const entity = context.actual.get(collection, id);
  if (entity === undefined) return;
  try {
    await context.actual.writing({ collection, id }, () =>
      context.kong.remove(collection, id, callFor(entity, signal)),
    );
  } catch (error) {
    // A guard whose removal had no answer must not be taken for one that stands.
    if (error instanceof KongError && error.outcomeUnknown)
      onKongChange(context, context.actual.markUnknown(collection, entity));
    throw error;
  }
  onKongChange(context, context.actual.delete(collection, id));
}

/**
 * Tells decisions what a change of the actual state means for the hosts that it touches, and has looked at what the changed
 * entities belonged or led to, if it is needed no longer.
 */
export function onKongChange(context: EntityContext, { changed, hosts, targets }: Touched): void {
  for (const host of hosts) publishRewritten(context, host);
  reviewUnneeded(context, [...changed, ...targets]);
}

/** Creates the entity; resolves to what Kong has instead if it has one of ours with that id. */
async function created<C extends Collection>(
  context: EntityContext,
  collection: C,
  entity: Entities[C],
  signal: AbortSignal,
): Promise<Entities[C] | undefined> {
  try {
    await context.actual.writing({ collection, id: entity.id }, () =>
      context.kong.create(collection, entity, callFor(entity, signal)),
    );
    onKongChange(context, context.actual.set(collection, knownAs(context, collection, entity)));
    return undefined;
  } catch (error) {
    if (!(error instanceof KongError) || error.kind !== "idTaken")
      throw asKongFailure(context, error, collection, entity);
    const found = await context.kong.get(collection, entity.id, callFor(entity, signal));
    if (found === undefined) throw error;
    if (!found.ours)
      throw new ForeignEntityError(conditionMessages.foreignEntity(described(context, collection, entity)));
    onKongChange(context, context.actual.set(collection, found.entity));
    return found.entity;
  }
}

/** Looks what came of a write whose answer was lost. */
async function clearDoubt<C extends Collection>(
  context: EntityContext,
  collection: C,
  entity: Entities[C],
  signal: AbortSignal,
): Promise<void> {
  const found = await context.kong.get(collection, entity.id, callFor(entity, signal));
  const ours = found?.ours === true;
  onKongChange(
    context,
    ours ? context.actual.set(collection, found.entity) : context.actual.delete(collection, entity.id),
  );
}

/** The error of a failed write, after what it says about Kong's state was taken in. */
function asKongFailure<C extends Collection>(
  context: EntityContext,
  error: unknown,
  collection: C,
  entity: Entities[C],
): unknown {
  if (!(error instanceof KongError)) return error;
  if (error.outcomeUnknown)
    onKongChange(context, context.actual.markUnknown(collection, knownAs(context, collection, entity)));
  if (error.kind !== "nameTaken") return error;
  return new ForeignEntityError(conditionMessages.foreignEntity(described(context, collection, entity)), {
    cause: error,
  });
}

function described(
  { actual }: EntityContext,
  collection: Collection,
  { id, name }: { readonly id: string; readonly name?: string },
): string {
  const { one } = actual.table[collection];
  return name === undefined ? `${one} with the id ${id}` : `${one} with the name ${name} or the id ${id}`;
}

/** Each entity that is wanted is compared several times before it stands. */
const known = new WeakMap<object, Entities[Collection]>();

/** The entity as it is known once Kong has it. */
function knownAs<C extends Collection>(
  { actual }: Pick<EntityContext, "actual">,
  collection: C,
  entity: Entities[C],
): Entities[C] {
  const before = known.get(entity) as Entities[C] | undefined;
  const now = before ?? projected<Entities[C]>(actual.table[collection], entity);
  if (before === undefined) known.set(entity, now);
  return now;
}

/** The call is made for the namespace that the entity is for, which takes turns with the others. */
function callFor({ tags }: Entities[Collection], signal: AbortSignal): CallOptions {
  return { signal, tenant: taggedNamespace(tags) };
}
