import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import type { CallOptions } from "../../kong/client.ts";
import { KongError } from "../../kong/errors.ts";
import { changedFields } from "../../plan/kong/diff.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import { taggedNamespace } from "../../plan/kong/tags.ts";
import type { KongContext } from "./context.ts";
import type { Touched } from "./actual-state.ts";
import { publishRewritten } from "./publish-live.ts";
import { reviewUnneeded } from "./shared.ts";
import { knownAs, stands } from "./stands.ts";

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

/** The call is made for the namespace that the entity is for, which takes turns with the others. */
function callFor({ tags }: Entities[Collection], signal: AbortSignal): CallOptions {
  return { signal, tenant: taggedNamespace(tags) };
}
