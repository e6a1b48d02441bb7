import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { handshakeMessages } from "@domain-claims/crds/messages/certificates";
import { certificateIn } from "../apply/kong/live.ts";
import { publishLive } from "../apply/kong/publish-live.ts";
import type { HttpsProxies } from "../kong/handshake.ts";
import { errorText } from "../operations/logging/logger.ts";
import { entityId } from "../plan/kong/ids.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue-options.ts";
import { sleep } from "../time/sleep.ts";
import { Facts } from "../world/facts.ts";
import type { TermState } from "../world/term-state.ts";
import type { Context } from "./context.ts";
import { routesFor } from "./decided.ts";
import type { Work } from "./work-row.ts";

/**
 * The certificate of one host: whether the gateway shows in TLS handshakes what Kong has. A host is asked for when that has
 * changed, and until it is shown; nobody is asked for again by the passing of time. Whoever waits for it goes first, in
 * places of their own. What only may have changed, as everything at the beginning of a term, is asked for slowly, so that
 * neither the gateway nor we have more to do than visitors cost.
 */
export const handshakeWork: Work = {
  concurrency: 4,
  urgent: { is: isMissing, places: 8, placesPerTenant: 2 },
  keysFor: () => [],
  tenantOf: (state, key) => state.live(key as RouteHost).tls?.namespace,
  reconcile,
};

/** Handshakes in a row that show it, each with whichever worker takes the connection: where there was none before, and else. */
const agreement = { missing: 3, awaited: 1 } as const;

/** Milliseconds in which one handshake has to be completed. */
const timeoutMs = 5_000;

/** Milliseconds for which what is not urgent keeps its place: with four places, a hundred hosts a second. */
const paceMs = 40;

/** Has the gateway asked for the certificate that Kong has for the host by now, if it has not shown it yet. */
export function askForHandshake(context: Context, host: RouteHost): void {
  const { enqueue, handshakes, state } = context;
  if (handshakes === undefined) return;
  publishLive(context, host);
  const { handshake } = state.live(host);
  if (handshake !== undefined && handshake.kind !== "shown") enqueue({ kind: "handshake", key: host });
}

function isMissing(state: TermState, key: string): boolean {
  return state.live(key as RouteHost).handshake?.kind === "missing";
}

async function reconcile(context: Context, key: string, run: KeyRun): Promise<WorkOutcome | undefined> {
  run.begin();
  const { actual, clock, handshakes, httpsProxies, state } = context;
  const host = key as RouteHost;
  const content = certificateIn(actual, host);
  const { handshake } = state.live(host);
  if (handshakes === undefined || httpsProxies === undefined || host === anyHost) return undefined;
  if (content === undefined || handshake === undefined || handshake.kind === "shown") return undefined;
  const pause = handshakes.pauseMs(host);
  if (pause > 0) return { requeueAfterMs: pause };

  const begun = clock.monotonic();
  const times = agreement[handshake.kind];
  const problem = await problemOf(context, httpsProxies, host, { leaf: leafOf(context, host, content), times }, run);
  if (run.signal.aborted) return undefined;
  if (problem === undefined) handshakes.shows(host, content);
  else handshakes.misses(host, problem);
  publishLive(context, host);
  if (!run.urgent) await sleep(clock, Math.max(0, begun + paceMs - clock.monotonic()), run.signal);
  // Kong may have another one by now.
  return problem === undefined && certificateIn(actual, host) === content
    ? undefined
    : { requeueAfterMs: Math.max(1, handshakes.pauseMs(host)) };
}

/** The leaf that is to be shown; undefined: any that is for the host, since of what Kong has nothing else is known. */
function leafOf({ settings, state }: Context, host: Host, content: string): string | undefined {
  const { served } = routesFor(new Facts(state), settings, host).tls;
  return served?.pair?.certHash === content ? served.pair.leaf : undefined;
}

/** What is wrong with what the gateway shows, the first address first; undefined: all of them show what they should. */
async function problemOf(
  { log, settings }: Context,
  { handshake, urls }: HttpsProxies,
  host: Host,
  wanted: { readonly leaf: string | undefined; readonly times: number },
  { signal }: Pick<KeyRun, "signal">,
): Promise<string | undefined> {
  const serverName = serverNameFor(settings.kongTag, host);
  for (const url of urls) {
    for (let i = 0; i < wanted.times && !signal.aborted; i++) {
      try {
        const { coversName, leaf } = await handshake(url, serverName, timeoutMs, signal);
        if (!coversName) return handshakeMessages.notForHost;
        if (wanted.leaf !== undefined && leaf !== wanted.leaf) return handshakeMessages.otherCertificate;
      } catch (error) {
        log.debug({ url, host, error: errorText(error) }, "the gateway completes no TLS handshake");
        return handshakeMessages.notCompleted;
      }
    }
  }
  return undefined;
}

/** A name that is asked for in the wildcard's stead, and that nobody has: seven characters always fit. */
function serverNameFor(kongTag: string, host: Host): string {
  return isWildcard(host) ? `${entityId(kongTag, "server-name", host).slice(0, 7)}${host.slice(1)}` : host;
}
