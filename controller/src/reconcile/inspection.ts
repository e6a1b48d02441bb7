import type { RouteHost } from "@domain-claims/crds/hostname";
import { anyHost } from "@domain-claims/crds/hostname";
import type { LastWrites } from "../apply/kong/last-writes.ts";
import { decideClaim } from "../decide/claim.ts";
import type { HostDecision } from "../decide/host.ts";
import { readiness } from "../decide/ready.ts";
import { sourceName } from "../world/source.ts";
import { Facts } from "../world/facts.ts";
import type { Programmed } from "../world/kong-state.ts";
import type { HostRecord } from "../world/types.ts";
import type { Context } from "./context.ts";
import { decisionFor } from "./decided.ts";

/** Entries of each list that are shown: whoever asks waits for an answer, and so does everybody's work. */
const mostShown = 50;

/** A list, cut to {@link mostShown}, and how long it is. */
interface Shown<T> {
  readonly total: number;
  readonly first: readonly T[];
}

/** Everything about one host that this process knows and decides at this moment. Nothing in it is secret: no key, no header. */
export interface Inspection {
  readonly host: RouteHost;
  readonly record: HostRecord | undefined;
  readonly claims: Shown<object>;
  /** The step that is next, and for whom; with the keys of the facts from which it was decided. */
  readonly decision: Omit<HostDecision, "step"> & { readonly step: string; readonly reads: Shown<string> };
  /** The record's write whose answer is not known. */
  readonly pendingWrite: { readonly namespace: string | undefined } | undefined;
  /** What the namespace that serves the host has for it. */
  readonly sources: Shown<object>;
  readonly kong: {
    /** True if it has been listed what Kong has. */
    readonly known: boolean;
    readonly live: object;
    readonly programmed: Programmed | undefined;
    /** The route of others that names the host. */
    readonly foreignRoute: object | undefined;
    readonly routes: Shown<object>;
    readonly services: Shown<object>;
    /** The newest first, as long as they are remembered. */
    readonly lastWrites: Shown<object>;
  };
}

/** Looks at one host, as decisions see it, and changes nothing. It costs the same however many claims there are. */
export function inspect(context: Context, lastWrites: LastWrites, host: RouteHost): Inspection {
  const { settings, state } = context;
  const facts = new Facts(state);
  const { step, ...decision } = decisionFor(facts, settings, host);
  const record = host === anyHost ? undefined : state.world.record(host);
  const pending = host === anyHost ? undefined : state.pendingWrite(host);
  const ofClaims = new Facts(state);
  const claims = host === anyHost ? [] : state.world.claimsFor(host);
  const sources = decision.serving === undefined ? [] : state.world.sourcesFor(decision.serving, host);
  return {
    host,
    record,
    claims: shown(claims, (claim) => {
      const verdict = decideClaim(ofClaims, settings, claim);
      const { namespace, name, uid, created, deleting, finalizers, status } = claim;
      const { phase, reason, message } = verdict;
      const { stage, ready } = readiness(ofClaims, claim, verdict);
      const decided = { phase, reason, message, stage, ready: `${ready.status} ${ready.reason}` };
      const told = { phase: status?.phase, reason: status?.reason, stage: status?.stage };
      return { claim: `${namespace}/${name}`, uid, created, deleting, finalizers, decided, told };
    }),
    decision: {
      ...decision,
      step: step.kind === "wait" ? `wait for ${step.for}` : step.kind,
      reads: shown([...facts.reads].sort(), (key) => key),
    },
    pendingWrite: pending === undefined ? undefined : { namespace: pending.namespace },
    sources: shown(sources, ({ class: named, created, kind, ...source }) => {
      return { [kind]: sourceName(source), created, class: named?.name };
    }),
    kong: inKong(context, lastWrites, host),
  };
}

function inKong({ actual, state }: Context, lastWrites: LastWrites, host: RouteHost): Inspection["kong"] {
  const routes = actual.forHost("routes", host);
  const serviceIds = new Set(routes.map(({ service }) => service.id));
  const services = [...serviceIds].flatMap((id) => actual.get("services", id) ?? []);
  const writes = lastWrites.of(host, serviceIds);
  return {
    known: state.kong.synced,
    live: state.live(host),
    programmed: state.programmed(host),
    foreignRoute: state.foreignRoute(host),
    routes: shown(routes, ({ id, name, hosts, paths, regex_priority, service }) => {
      return { id, name, hosts, paths, regex_priority, service: service.id, unknown: actual.isUnknown("routes", id) };
    }),
    services: shown(services, ({ id, name, protocol, host: backend, port, path }) => {
      return { id, name, protocol, host: backend, port, path };
    }),
    lastWrites: shown(writes, ({ act, atMs, collection, id, outcome }) => {
      return { at: new Date(atMs).toISOString(), act, collection, id, outcome };
    }),
  };
}

function shown<T, S>(items: readonly T[], show: (item: T) => S): Shown<S> {
  return { total: items.length, first: items.slice(0, mostShown).map(show) };
}
