import { anyHost } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import type { LastWrites } from "../apply/kong/last-writes.ts";
import { decideClaim } from "../decide/claim.ts";
import { readiness } from "../decide/ready.ts";
import { Facts } from "../world/facts.ts";
import { sourceKey } from "../world/source.ts";
import type { Source } from "../world/source.ts";
import type { Claim } from "../world/claim.ts";
import type { Context } from "./context.ts";
import { decisionFor } from "./decided.ts";

/** Entries of each list that are shown: whoever asks waits for an answer, and so does everybody's work. */
const mostShown = 50;

/**
 * Everything that this process knows of one host and decides about it at this moment, for people: its record, its claims and
 * what each would be told, the step that is next and the facts from which it was decided, the sources that may serve it, what
 * Kong has of it, and the last writes. It changes nothing, costs the same however many claims there are, and holds nothing
 * secret: no key, no header.
 */
export function inspect(context: Context, lastWrites: LastWrites, host: RouteHost) {
  const { settings, state } = context;
  const { world } = state;
  const facts = new Facts(state);
  const { step, ...decision } = decisionFor(facts, settings, host);
  const ofRecord =
    host === anyHost
      ? { record: undefined, pendingWrite: undefined, claims: [] }
      : { record: world.record(host), pendingWrite: state.pendingWrite(host), claims: world.claimsFor(host) };
  const sources = decision.serving === undefined ? [] : world.sourcesFor(decision.serving, host);
  return {
    host,
    record: ofRecord.record,
    /** The record's write whose answer is not known. */
    pendingWrite: ofRecord.pendingWrite,
    claims: shown(ofRecord.claims, claimShown(context)),
    decision: {
      ...decision,
      step: step.kind === "wait" ? `wait for ${step.for}` : step.kind,
      /** The keys of the facts that it rests on. */
      reads: shown(facts.reads.texts().toSorted(), (key) => key),
    },
    /** Of the namespace that may serve the host. */
    sources: shown(sources, sourceShown),
    kong: inKong(context, lastWrites, host),
  };
}

/** What {@link inspect} tells. */
export type Inspection = ReturnType<typeof inspect>;

function claimShown({ settings, state }: Context) {
  const facts = new Facts(state);
  return (claim: Claim) => {
    const verdict = decideClaim(facts, settings, claim);
    const { stage, ready } = readiness(facts, claim, verdict);
    const { namespace, name, uid, created, deleting, finalizers, status } = claim;
    const { phase, reason, message } = verdict;
    return {
      claim: `${namespace}/${name}`,
      ...{ uid, created, deleting, finalizers },
      /** What it would be told now, and what its status says. */
      decided: { phase, reason, message, stage, ready: `${ready.status} ${ready.reason}` },
      told: { phase: status?.phase, reason: status?.reason, stage: status?.stage },
    };
  };
}

function sourceShown(source: Source) {
  return { source: sourceKey(source), created: source.created, class: source.class?.name };
}

function inKong({ actual, state }: Context, lastWrites: LastWrites, host: RouteHost) {
  const routes = actual.forHost("routes", host);
  const serviceIds = new Set(routes.map(({ service }) => service.id));
  const services = [...serviceIds].flatMap((id) => actual.get("services", id) ?? []);
  return {
    /** True if it has been listed what Kong has. */
    known: state.kong.synced,
    live: state.live(host),
    programmed: state.programmed(host),
    /** The route of others that names the host. */
    foreignRoute: state.foreignRoute(host),
    routes: shown(routes, ({ id, name, hosts, paths, regex_priority, service }) => {
      return { id, name, hosts, paths, regex_priority, service: service.id, unknown: actual.isUnknown("routes", id) };
    }),
    services: shown(services, ({ id, name, protocol, host: backend, port, path }) => {
      return { id, name, protocol, host: backend, port, path };
    }),
    /** The newest first, as far as they are remembered. */
    lastWrites: shown(lastWrites.of(host, serviceIds), ({ act, atMs, collection, id, outcome }) => {
      return { at: new Date(atMs).toISOString(), act, collection, id, outcome };
    }),
  };
}

/** A list, cut to what is shown, and how long it is. */
function shown<T, S>(items: readonly T[], show: (item: T) => S) {
  return { total: items.length, first: items.slice(0, mostShown).map(show) };
}
