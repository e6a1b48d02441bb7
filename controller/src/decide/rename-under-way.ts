import type { Host } from "@domain-claims/crds/hostname";
import type { Claim } from "../world/claim.ts";
import type { Facts } from "../world/facts.ts";
import type { Holder, HostRecord, Renaming } from "../world/host-record.ts";

/** A rename of a host that its record tells of, and that holds. */
export interface RenameUnderWay {
  readonly to: Renaming;
  /** The claim for the new name. */
  readonly claim: Claim;
}

/**
 * Rule N2: the rename of the host that its record tells of. It holds for as long as the new name is held by the claim that
 * asks for it, so that nobody's visitors are ever sent to a name that somebody else has. Undefined: there is none.
 */
export function renameUnderWay(facts: Facts, { holder }: HostRecord): RenameUnderWay | undefined {
  const to = holder?.renamedTo;
  if (holder === undefined || to === undefined) return undefined;
  const claim = facts.claim(holder.namespace, to.name);
  if (claim?.uid !== to.uid || !mayReplace(claim)) return undefined;
  return holdsHost(facts, claim, to.host) ? { to, claim } : undefined;
}

/**
 * What has become of a renamed host: it redirects to the new name or, once the time for that is over, answers nothing.
 * Undefined: it serves as ever, or as its own claim's redirect says.
 */
export function givenWay(
  facts: Facts,
  record: HostRecord,
): (RenameUnderWay & { readonly redirects: boolean }) | undefined {
  const underWay = renameUnderWay(facts, record);
  const { done } = underWay?.to ?? {};
  if (underWay === undefined || done === undefined) return undefined;
  const { redirectForMs } = underWay.claim;
  const over = redirectForMs !== undefined && facts.isOver(record.host, redirectEnd(done, redirectForMs));
  return { ...underWay, redirects: redirectForMs !== 0 && !over };
}

/** The name of the moment at which an old name's redirect ends: that it has come is a fact, which who has a clock says. */
export function redirectEnd(done: string, redirectForMs: number): string {
  return `${done} and ${String(redirectForMs)} ms`;
}

/** True while the name that the host replaced last, held in the same namespace, redirects to it in Kong. */
export function isLedTo(facts: Facts, host: Host, { namespace, renamedFrom }: Holder): boolean {
  const old = renamedFrom?.[0] === undefined ? undefined : facts.record(renamedFrom[0].host);
  const { holder } = old ?? {};
  if (old === undefined || holder?.namespace !== namespace || holder.renamedTo?.host !== host) return false;
  return isRedirectedByRename(facts, old.host, facts.claim(namespace, holder.name));
}

/** True if Kong has a redirect for the host that its own claim does not ask for. */
export function isRedirectedByRename(facts: Facts, host: Host, claim: Claim | undefined): boolean {
  return claim?.redirect === undefined && facts.live(host).redirects === true;
}

/** A claim that is going, or answers for its host with a redirect of its own, replaces no other. */
export function mayReplace({ deleting, redirect }: Claim): boolean {
  return !deleting && redirect === undefined;
}

/** True while the claim holds the host. */
export function holdsHost(facts: Facts, claim: Claim, host: Host): boolean {
  return facts.record(host)?.holder?.uid === claim.uid;
}
