import type { Host } from "@domain-claims/crds/hostname";
import { conditionMessages, renameMessages } from "@domain-claims/crds/messages/conditions";
import { hasHttps } from "./has-https.ts";
import { redirectName } from "./redirect-name.ts";
import type { Facts } from "../world/facts.ts";
import type { Programmed } from "../world/kong-state.ts";
import type { HostRecord } from "../world/host-record.ts";
import type { RenameUnderWay } from "./rename-under-way.ts";

/** How far a rename is. */
export type RenameProgress =
  | {
      readonly kind: "waits";
      readonly stage: "RenameRouting" | "RenameHTTPS" | "RenameCleanup";
      /** True if somebody has to do something before it goes on. */
      readonly failing: boolean;
      readonly message: string;
    }
  /** What Kong has for one of the two, or the gateway of the new name, is not known yet: nothing is said of that, since a restart asks it again. */
  | { readonly kind: "unproved" }
  /** Nothing is left for which the old name would have to serve. */
  | { readonly kind: "ready" }
  /** The old name has given way. */
  | { readonly kind: "over"; readonly done: string };

/**
 * Rule N2: the steps from an old name to a new one, each of which begins when the one before it is proved. First the new
 * name serves all that the old one does, then over TLS too where the old one does or its claim wants it, and the gateway
 * has shown both (rule X3); then what answers with the redirect is there and in effect, so that the old name's route can
 * become the redirect in one write. Until then the old name serves on, untouched.
 */
export function renameProgress(facts: Facts, old: HostRecord, { to, claim }: RenameUnderWay): RenameProgress {
  const { done, host } = to;
  if (done !== undefined) return afterwards(facts, old.host, host, done);
  const known = facts.programmed(host);
  const routing = (failing: boolean, message: string): RenameProgress => ({
    ...{ kind: "waits", stage: "RenameRouting", failing, message },
  });
  if (known?.rename?.from !== old.host) return routing(false, renameMessages.routing(old.host, host));
  if (known.reason !== "Programmed" && known.reason !== "NoRoutes") {
    const message = known.message === "" ? renameMessages.routing(old.host, host) : known.message;
    return routing(known.reason !== "Programming", renameMessages.stays(old.host, message));
  }
  const { lacks = 0 } = known.rename;
  if (lacks > 0) return routing(true, renameMessages.pathsLeftOut(old.host, host, lacks));

  const needsTls = facts.liveTls(old.host).tls !== undefined || claim.certificatePolicy === "Always";
  const problem = needsTls ? certificateProblem(facts, claim.namespace, host, known) : undefined;
  if (problem !== undefined) {
    const message = renameMessages.https(old.host, host, problem.why);
    return { kind: "waits", stage: "RenameHTTPS", failing: problem.failing, message };
  }
  if (!facts.isInEffect(host)) return { kind: "unproved" };
  return claim.redirectForMs === 0 || redirectsByItself(facts, old)
    ? { kind: "ready" }
    : redirectReady(facts, old, host);
}

/** Once the old name is to give way it is known from Kong whether it has. */
function afterwards(facts: Facts, old: Host, host: Host, done: string): RenameProgress {
  const now = facts.programmed(old);
  if (now === undefined) return { kind: "unproved" };
  if (now.reason === "Redirecting" || now.reason === "Renamed") return { kind: "over", done };
  const failing = now.reason !== "Programmed" && now.reason !== "Programming" && now.reason !== "NoRoutes";
  const message = failing ? now.message : renameMessages.cleanup(old, host);
  return { kind: "waits", stage: "RenameCleanup", failing, message };
}

/** Whether the redirect of the old name could be in effect by one write. */
function redirectReady(facts: Facts, { host: old, holder }: HostRecord, host: Host): RenameProgress {
  const waits = (failing: boolean, message: string): RenameProgress => ({
    ...{ kind: "waits", stage: "RenameCleanup", failing, message },
  });
  if (!facts.kong.preFunction) return waits(true, conditionMessages.redirectUnsupported);
  const now = facts.programmed(old);
  if (now === undefined) return { kind: "unproved" };
  const isReady =
    holder !== undefined && facts.isStandbyInEffect(old, redirectName(holder, redirectTarget(facts, host)));
  if (isReady) return { kind: "ready" };
  const failing = !["Programmed", "NoRoutes", "Programming"].includes(now.reason);
  return waits(failing, failing ? renameMessages.stays(old, now.message) : renameMessages.cleanup(old, host));
}

/** The root of a host, as redirects lead there: over TLS where it is answered with a certificate for it. */
function redirectTarget(facts: Facts, host: Host): string {
  return `${hasHttps(facts, host) ? "https" : "http"}://${host}`;
}

/** An old name whose own claim redirects it goes on with that. */
function redirectsByItself(facts: Facts, { holder }: HostRecord): boolean {
  return holder !== undefined && facts.claim(holder.namespace, holder.name)?.redirect !== undefined;
}

/** Why the host is not served over TLS yet, and whether somebody has to do something; undefined: it is, as far as can be asked. */
function certificateProblem(
  facts: Facts,
  namespace: string,
  host: Host,
  { tls: notTaken }: Programmed,
): { readonly failing: boolean; readonly why: string } | undefined {
  const { handshake, tls } = facts.liveTls(host);
  if (notTaken !== undefined) return { failing: true, why: notTaken.message };
  if (tls !== undefined) {
    if (handshake === undefined || handshake.kind === "shown") return undefined;
    const { problem } = handshake;
    return { failing: problem !== undefined, why: renameMessages.notShown(problem) };
  }
  if (hasHttps(facts, host)) return undefined;
  const ordered = facts.hostCertificate(namespace, host);
  if (ordered?.waits === undefined) return { failing: ordered === undefined, why: renameMessages.noCertificate };
  const { problem = "" } = ordered;
  return problem === "" ? { failing: false, why: renameMessages.ordering } : { failing: true, why: problem };
}
