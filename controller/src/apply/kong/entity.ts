import { conditionMessages } from "@domain-claims/crds/messages";
import { KongError } from "../../kong/errors.ts";
import { changedFields } from "../../plan/kong/diff.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import type { RouteHost } from "@domain-claims/crds/hostname";
import type { KongContext } from "./context.ts";
import type { Touched } from "./actual-state.ts";

/** Something in Kong which is not ours stands where an entity of ours should. */
export class ForeignEntityError extends Error {
  override readonly name = "ForeignEntityError";
}

/**
 * Makes Kong have the entity, with exactly the writes that are needed. Creates with our id, so that nothing is ever
 * overwritten; an id that is taken is looked at, and only changed if it carries our tag (rule L5).
 * Throws {@link ForeignEntityError} where it does not, and KongError.
 */
export async function putEntity<C extends Collection>(
  context: KongContext,
  collection: C,
  entity: Entities[C],
  signal: AbortSignal,
): Promise<void> {
  if (context.actual.isUnknown(collection, entity.id)) await clearDoubt(context, collection, entity, signal);
  const actual = context.actual.get(collection, entity.id) ?? (await created(context, collection, entity, signal));
  if (actual === undefined) return;
  const fields = changedFields(entity, actual);
  if (fields === undefined) return;
  try {
    await context.kong.update(collection, entity.id, fields, signal);
    onKongChange(context, context.actual.set(collection, entity));
  } catch (error) {
    if (error instanceof KongError && error.kind === "notFound") {
      onKongChange(context, context.actual.delete(collection, entity.id));
      await created(context, collection, entity, signal);
    } else throw asKongFailure(context, error, collection, entity);
  }
}

/** Removes an entity of ours from Kong. */
export async function removeEntity(
  context: KongContext,
  collection: Collection,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const entity = context.actual.get(collection, id);
  if (entity === undefined) return;
  try {
    await context.kong.remove(collection, id, signal);
  } catch (error) {
    // A guard whose removal had no answer must not be taken for one that stands.
    if (error instanceof KongError && error.outcomeUnknown)
      onKongChange(context, context.actual.markUnknown(collection, entity));
    throw error;
  }
  onKongChange(context, context.actual.delete(collection, id));
}

/** Tells decisions what a change of the mirror means for the hosts that it touches. */
export function onKongChange(context: KongContext, { hosts }: Touched): void {
  for (const host of hosts) publishLive(context, host);
}

/** Tells decisions what Kong has for the host now. */
export function publishLive(context: KongContext, host: RouteHost): void {
  context.state.setLive(host, context.actual.live(context.settings, host));
}

/** Creates the entity; resolves to what Kong has instead if it has one of ours with that id. */
async function created<C extends Collection>(
  context: KongContext,
  collection: C,
  entity: Entities[C],
  signal: AbortSignal,
): Promise<Entities[C] | undefined> {
  try {
    await context.kong.create(collection, entity, signal);
    onKongChange(context, context.actual.set(collection, entity));
    return undefined;
  } catch (error) {
    if (!(error instanceof KongError) || error.kind !== "idTaken")
      throw asKongFailure(context, error, collection, entity);
    const found = await context.kong.get(collection, entity.id, signal);
    if (found === undefined) throw error;
    if (!found.ours) throw new ForeignEntityError(conditionMessages.foreignEntity(described(collection, entity)));
    onKongChange(context, context.actual.set(collection, found.entity));
    return found.entity;
  }
}

/** Looks what came of a write whose answer was lost. */
async function clearDoubt<C extends Collection>(
  context: KongContext,
  collection: C,
  entity: Entities[C],
  signal: AbortSignal,
): Promise<void> {
  const found = await context.kong.get(collection, entity.id, signal);
  const ours = found?.ours === true;
  onKongChange(
    context,
    ours ? context.actual.set(collection, found.entity) : context.actual.delete(collection, entity.id),
  );
}

/** The error of a failed write, after what it says about Kong's state was taken in. */
function asKongFailure<C extends Collection>(
  context: KongContext,
  error: unknown,
  collection: C,
  entity: Entities[C],
): unknown {
  if (!(error instanceof KongError)) return error;
  if (error.outcomeUnknown) onKongChange(context, context.actual.markUnknown(collection, entity));
  if (error.kind !== "nameTaken") return error;
  return new ForeignEntityError(conditionMessages.foreignEntity(described(collection, entity)), { cause: error });
}

function described(collection: Collection, entity: Entities[Collection]): string {
  const one = { services: "a service", plugins: "a plugin", routes: "a route" }[collection];
  return `${one} with the name ${entity.name} or the id ${entity.id}`;
}
