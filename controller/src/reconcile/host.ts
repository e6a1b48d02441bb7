import { anyHost, hostOfRecord } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import { programHost, showLeads } from "../apply/kong/program.ts";
import { comparedInPieces } from "../apply/kong/stands.ts";
import type { RecordStep } from "../decide/host-decision.ts";
import type { Settings } from "../decide/settings.ts";
import { KongError } from "../kong/errors.ts";
import { writtenInPieces } from "../plan/kong/host.ts";
import type { HostPlan } from "../plan/kong/host.ts";
import { sourcesSummary } from "../plan/summary.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue-options.ts";
import { hostOfClaim } from "../world/claim-host.ts";
import { certificateDomain } from "../world/certificate-domain.ts";
import { Facts } from "../world/facts.ts";
import { objectKey } from "../world/keys.ts";
import type { Pieces } from "../world/pieces.ts";
import type { TermState } from "../world/term-state.ts";
import type { Programmed, RenameInKong } from "../world/kong-state.ts";
import type { Claim } from "../world/claim.ts";
import type { WorldEvent } from "../world/event.ts";
import type { Context } from "./context.ts";
import { decidedFor, decisionFor, outcomesFor, planFor, routesFor } from "./decided.ts";
import { askForHandshake } from "./handshake.ts";
import { nameOfAim } from "./host-aim.ts";
import type { HostAim } from "./host-aim.ts";
import { bringRecord } from "./host-record.ts";
import { lookAtClock, noteStay, untilNextTime } from "./host-times.ts";
import { forgetStandby, showEffect, showStandby } from "./in-effect.ts";
import { everything } from "./kong-resync.ts";
import { needSecrets } from "./secret.ts";
import { nameOfItem } from "./work-item.ts";
import type { Work } from "./work-row.ts";

/** One host: what Kong has for it, and its record. */
export const hostWork: Work = {
  concurrency: 64,
  // A host with thousands of paths is at work for long: one tenant's leave places for the others'.
  concurrencyPerTenant: 16,
  // What is in Kong may have to leave: that waits for nobody's routes that are to come (rules L4 and X2).
  urgent: { is: hasSomethingLive, places: 16, placesPerTenant: 4 },
  needsKong: true,
  keysFor,
  firstKeys: ({ settings }) => [anyHost, ...reservedHosts(settings)],
  tenantOf,
  reconcile,
};

/** Milliseconds after which a host that waits for a look at Kong is done again, whatever that look has found. */
const lookMs = 1000;

/** Passes of one run: what a host's own changes lead to is done in the same run, as long as that comes to an end soon. */
const mostPasses = 4;

/**
 * Brings one host in line with what the rules say: first Kong, then the register (rules O9 and L2b: routes leave before a
 * host is released, a guard stands before a host is given away), again and again until nothing changes that this rests on.
 */
async function reconcile(context: Context, key: string, run: KeyRun): Promise<WorkOutcome | undefined> {
  const host = key as RouteHost;
  const { actual, clock } = context;
  const writes = actual.writes;
  for (let pass = 1; pass <= mostPasses; pass++) {
    lookAtClock(context, host);
    // Where nothing has changed since, what was decided for the piece before holds for the next one.
    const known = pass === 1 && run.continued ? context.unfinished.get(host) : undefined;
    context.unfinished.delete(host);
    if (known === undefined) showLeads(context, host);
    run.begin();
    const end = await onePass(context, host, run, known).catch((error: unknown) => {
      sayAim(context, aimFor(context, host), run);
      throw error;
    });
    if (end === "unfinished") return { requeueAfterMs: 0, noHurry: true };
    if (end === "awaitsLook") return { requeueAfterMs: lookMs };
    if (end === "superseded" || !run.askedAgain()) break;
  }
  if (actual.writes !== writes) context.wentLive((clock.monotonic() - run.askedAt) / 1000);
  askForCertificate(context, host);
  askForHandshake(context, host);
  const requeueAfterMs = untilNextTime(context, host);
  return requeueAfterMs === undefined ? undefined : { requeueAfterMs };
}

/** Has the certificates looked at that the holder's namespace has for names like this one, if any are ordered. */
function askForCertificate({ enqueue, orders, state }: Context, host: RouteHost): void {
  const holder = orders === undefined || host === anyHost ? undefined : state.world.record(host)?.holder;
  if (host === anyHost || holder === undefined) return;
  enqueue({ kind: "order", key: objectKey(holder.namespace, certificateDomain(host)) });
}

/**
 * How a pass ended: with all done; with the host to be decided anew before all was done; with more to do, but others'
 * turn first; or with nothing done before Kong has been looked at once more.
 */
type PassEnd = "done" | "superseded" | "unfinished" | "awaitsLook";

async function onePass(context: Context, host: RouteHost, run: KeyRun, known: HostAim | undefined): Promise<PassEnd> {
  const { readers } = context;
  // 1. Decide, and 2. plan what Kong should have.
  if (known === undefined)
    await context.eventLoop.inPieces(decidedInPieces(context, host), run.urgent ? "urgent" : "usual");
  // From here until it is noted what was read nothing is waited for, so that no change of it is missed.
  let first = known ?? aimFor(context, host);
  if (forgetStandby(context, first.plan)) first = aimFor(context, host);
  const item = nameOfItem({ kind: "host", key: host });
  readers.record(item, first.facts.reads);
  sayAim(context, first, run);

  // 3. Program Kong.
  const { failures, end } = await program(context, first, run);
  if (end === "superseded" || end === "awaitsLook") {
    if (failures.length > 0) throw failures[0];
    return end;
  }
  if (end === "unfinished") {
    context.unfinished.set(host, first);
    // The record has been looked at after the first piece.
    if (known !== undefined) return end;
  }
  if (host !== anyHost) await bringRecord(context, host).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
  if (first.decision.guardFor === undefined && isUnknown(first.facts, host)) readers.forget(item);
  return end;
}

/** Has failures count for what is aimed at; while nobody knows who holds the host, that is what it was. */
function sayAim({ actual }: Context, aim: HostAim, run: KeyRun): void {
  if (!aim.decision.frozen) run.aimAt(nameOfAim(aim, actual));
}

/** What {@link aimFor} rests on, step by step: a thousand paths take some milliseconds for each. What each comes to is remembered. */
function* decidedInPieces(context: Context, host: RouteHost): Pieces<void> {
  const { settings, state } = context;
  decisionFor(new Facts(state), settings, host);
  yield;
  const routes = routesFor(new Facts(state), settings, host);
  yield;
  yield* writtenInPieces(settings, routes);
  const plan = planFor(new Facts(state), settings, host);
  yield;
  yield* comparedInPieces(context, plan);
  outcomesFor(new Facts(state), settings, host);
  yield;
}

function aimFor(context: Context, host: RouteHost): HostAim {
  const { settings } = context;
  const { decision, facts } = decidedFor(context, host);
  const { tls } = routesFor(facts, settings, host);
  const plan = planFor(facts, settings, host);
  const outcomes = outcomesFor(facts, settings, host);
  if (host !== anyHost) needSecrets(context, host, tls.secrets);
  return { decision, facts, plan, outcomes, tlsKnown: tls.known };
}

async function program(
  context: Context,
  aim: HostAim,
  run: KeyRun,
): Promise<{ readonly failures: unknown[]; readonly end: PassEnd }> {
  const { decision, facts, plan, outcomes, tlsKnown } = aim;
  const { host } = decision;
  const { state } = context;
  const failures: unknown[] = [];
  // Whoever serves any host holds none, and is to know why nothing of it is written.
  const concerned =
    decision.serving !== undefined || waitsForKong(decision.step) || plan.routes.length > 0 || plan.guardsWithheld;
  if (!decision.frozen && facts.kong.synced) {
    if (await leavesForNobody(context, aim, run.signal)) return { failures, end: "awaitsLook" };
    const { programmed, failure, superseded, unfinished } = await programHost(context, plan, run);
    // The time of what stays counts also while others' turn comes again and again before all is done.
    noteStay(context, plan);
    if (failure !== undefined) {
      failures.push(failure);
      if (failure instanceof KongError && failure.kind === "unavailable") context.kongAway();
    }
    if (superseded) return { failures, end: "superseded" };
    // What leaves is out; what is to come has its turn after this, and nobody has to be told of the moment in between.
    if (unfinished && run.urgent) return { failures, end: "unfinished" };
    if (tlsKnown) state.setProgrammed(host, concerned ? withSources(programmed, plan, outcomes) : undefined);
    if (tlsKnown) showEffect(context, plan);
    showStandby(context, plan);
    if (unfinished) return { failures, end: "unfinished" };
  } else if (!facts.kong.synced && concerned) {
    const message = conditionMessages.kongUnreachable("its entities have not been listed yet");
    state.setProgrammed(host, withSources({ reason: "KongUnreachable", message }, plan, outcomes));
  }
  return { failures, end: "done" };
}

/**
 * Rule X5: true if what serves the host for who may serve it is to leave for the sake of a route of others that has left Kong since
 * it was listed. What others have there now, the next look tells, which is asked for. What has to leave for any other reason waits
 * for no look.
 */
async function leavesForNobody(
  { enqueue, kong, state }: Context,
  { decision: { serving }, plan: { foreign, host } }: HostAim,
  signal: AbortSignal,
): Promise<boolean> {
  const { namespaces } = state.live(host);
  if (foreign === undefined || namespaces.length === 0 || namespaces.some((one) => one !== serving)) return false;
  try {
    if ((await kong.get("routes", foreign.id, { signal, tenant: serving })) !== undefined) return false;
  } catch (error) {
    if (error instanceof KongError) return false;
    throw error;
  }
  enqueue({ kind: "resync", key: everything });
  return true;
}

function withSources(
  programmed: Programmed,
  { redirectedBy, rename }: HostPlan,
  outcomes: HostAim["outcomes"],
): Programmed {
  const sources = sourcesSummary(outcomes, programmed);
  const { from, lacks } = rename;
  const inKong: RenameInKong = {
    ...(from === undefined ? {} : { from }),
    ...(lacks === 0 ? {} : { lacks }),
  };
  return {
    ...programmed,
    ...(redirectedBy === undefined ? {} : { redirectedBy }),
    ...(Object.keys(inKong).length === 0 ? {} : { rename: inKong }),
    ...(sources === undefined ? {} : { sources }),
  };
}

function waitsForKong(step: RecordStep): boolean {
  return step.kind === "wait" && (step.for === "routes" || step.for === "guard");
}

/** True for a host that nobody claims, of which neither the register nor Kong knows. */
function isUnknown(facts: Facts, host: RouteHost): boolean {
  if (host === anyHost) return false;
  const { namespaces, guard, tls } = facts.live(host);
  const named = facts.record(host) !== undefined || facts.claimsFor(host).length > 0;
  return !named && namespaces.length === 0 && !guard && tls === undefined;
}

function keysFor(event: WorldEvent, changedFacts: boolean): readonly string[] {
  if (event.kind === "HostRecord") return [event.type === "set" ? event.object.host : hostOfRecord(event.name)];
  if (event.kind !== "Domain" || event.type === "delete" || !changedFacts) return [];
  const host = hostOfClaim(event.object);
  return host.ok ? [host.host] : [];
}

function hasSomethingLive(state: TermState, key: string): boolean {
  const { guard, namespaces, tls } = state.live(key as RouteHost);
  return guard || namespaces.length > 0 || tls !== undefined;
}

/**
 * The namespace that the host's work is for: its holder's, the one for which it is kept, or that of the oldest claim for it.
 * One that was told last that it can't have the host, or can't be told anything, comes after the others: a tenant who
 * claims a host in vain does not make it wait behind all that is hers.
 */
function tenantOf(state: TermState, key: string): string | undefined {
  if (key === anyHost) return undefined;
  const { world } = state;
  const host = key as Host;
  const { holder, redemption } = world.record(host) ?? {};
  const claims = world.claimsFor(host);
  const hopeful = (claim: Claim): boolean => claim.status?.phase !== "Failed" && !state.isUnwritable(claim);
  return (holder ?? redemption ?? claims.find(hopeful) ?? claims[0])?.namespace;
}

/** The names on the administrator's list that are hosts themselves. */
function reservedHosts(settings: Settings): readonly Host[] {
  return settings.reservedNames.filter((name) => !name.includes("*") && name.includes(".")).map((name) => name as Host);
}
