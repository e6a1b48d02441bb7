import { display } from "../hostname.ts";
import type { Host } from "../hostname.ts";
import { shellWord } from "../shell.ts";
import { alternatives, named } from "./words.ts";
import type { Named } from "./words.ts";

/** Sentences about claims. */
export const claimMessages = {
  held: (host: Host, namespace: string, via: string | undefined): string =>
    `${display(host)} is held by ${namespace}${via === undefined ? "" : ` under ${via}`}`,
  carveOuts: (count: number, examples: readonly string[]): string =>
    `; ${String(count)} ${count === 1 ? "name" : "names"} below it ${count === 1 ? "stays with its holder" : "stay with their holders"}: ${examples.join(", ")}${count > examples.length ? ", ..." : ""}`,
  manyCarveOuts: (most: number): string => `; more than ${String(most)} names below it stay with their holders`,
  deciding: (host: Host): string => `${display(host)} is free and is being taken for this claim`,
  waitingForAbove: (host: Host, above: Host): string =>
    `${display(host)} is free; it is decided when ${display(above)} above it, for which another claim waits, has been taken`,
  waitingForGateway: (host: Host): string =>
    `${display(host)} is free; it is granted as soon as Kong keeps other namespaces' wildcards and routes for any host away from it`,
  releasing: (host: Host, keptFor: string | undefined): string =>
    `the routes of ${display(host)} are leaving Kong; then the host is ` +
    (keptFor === undefined
      ? "free"
      : `reserved for namespace ${keptFor} for a while, since it was not released (kubectl domain release)`),
  invalidHost: (field: string, problem: string): string => `${field}: ${problem}`,
  publicSuffix: (host: Host): string =>
    `${display(host)} is a public suffix (publicsuffix.org): names below it belong to many; claim the name below it that is yours`,
  reservedName: (host: Host, pattern: string): string =>
    `${display(host)} is reserved by the administrator (${pattern}); choose another name or ask the administrator`,
  primaryNotAllowed: (host: Host, namespace: string): string =>
    `${display(host)} is a primary, and the administrator does not let namespace ${namespace} claim primaries (--primary-namespace-selector); ` +
    `claim a name below a primary that is shared with ${namespace}, or ask the administrator`,
  objectTooLarge: (finalizers: number): string =>
    `nothing can be written into the claim, since it would be larger than the API server can store; what its status says may be out of date, ` +
    `and a host that it does not hold yet goes to the next in line. ` +
    `Make its metadata smaller: annotations, labels, finalizers (${String(finalizers)})`,
  tooManyFinalizers: (finalizers: number, most: number): string =>
    `nothing is written into the claim, since it has ${String(finalizers)} finalizers, more than ${String(most)}; what its status says may be out of date, ` +
    `and a host that it does not hold yet goes to the next in line. Take finalizers away`,
  tooManyEntries: (most: number): string =>
    `nothing is written into the claim, since its metadata has more than ${String(most)} labels, annotations, owner references and managed fields; ` +
    `what its status says may be out of date, and a host that it does not hold yet goes to the next in line. Take some away`,
  writeRefused: (detail: string): string =>
    `the API server refuses what is written into the claim, so what its status says may be out of date, and a host that it does not hold yet ` +
    `goes to the next in line; whoever administers the cluster can change that: ${detail}`,
  tooManyClaims: (namespace: string, most: number): string =>
    `namespace ${namespace} has more than ${String(most)} claims, of which the oldest count; release some, or ask the administrator (--claims-per-namespace)`,
  tooManyWaiting: (namespace: string, most: number): string =>
    `namespace ${namespace} has more than ${String(most)} claims for hosts that other claims hold, of which the oldest wait in line; ` +
    `release some, or ask the administrator (--waiting-claims-per-namespace)`,
  alreadyClaimed: (host: Host, holder: Named): string =>
    `${display(host)} is held by ${named(holder)}; when it becomes free, the oldest claim that may hold it takes it (kubectl domain whois ${shellWord(host)})`,
  transferred: (host: Host, holder: Named | undefined, to: string | undefined): string =>
    (holder === undefined
      ? `${display(host)} is held by nobody`
      : `${display(host)} was handed over, and is held by ${named(holder)} (kubectl domain whois ${shellWord(host)})`) +
    (to === undefined
      ? "; when it becomes free, the oldest claim that may hold it takes it"
      : `; this claim hands it over to ${to} (spec.transferTo), so it waits for nothing: take that away to have it wait, or release the claim`),
  acceptable: (host: Host, holder: Named, namespace: string): string =>
    `${display(host)} is held by ${named(holder)}, which hands it over to namespace ${namespace}; ` +
    `to take it over: kubectl domain accept ${shellWord(host)} -n ${namespace}`,
  otherKind: (host: Host, holder: Named, kind: Named["kind"]): string =>
    `${display(host)} is held by ${named(holder)}, which hands it over to a ${holder.kind} claim only, and this is a ${kind} one; ` +
    `to take it over: kubectl domain accept ${shellWord(host)}, after this claim is released`,
  accepting: (host: Host, holder: Named): string =>
    `${display(host)} is being taken over from ${named(holder)}, which hands it over`,
  inRedemption: (host: Host, namespace: string, until: string): string =>
    `${display(host)} was not released by its last holder, namespace ${namespace}, for which it is reserved until ${until}; ` +
    `when it becomes free, the oldest claim that may hold it takes it (kubectl domain whois ${shellWord(host)})`,
  enclosedInRedemption: (host: Host, enclosing: Host, namespace: string, until: string): string =>
    `${display(host)} lies below ${display(enclosing)}, which is reserved for its last holder, namespace ${namespace}, until ${until}; ` +
    `this claim is decided again then, or when ${namespace} has it back (kubectl domain whois ${enclosing})`,
  notAdopted: (host: Host, holder: Named): string =>
    `${display(host)} is held by ${named(holder)} of another cluster, whose register was restored here; nobody has the host ` +
    `until an administrator adopts its record (kubectl domain adopt), or deletes it`,
  enclosedInRestored: (host: Host, enclosing: Host, namespace: string): string =>
    `${display(host)} lies below ${display(enclosing)}, which namespace ${namespace} of another cluster holds, whose register was restored here; ` +
    `this claim is decided again when an administrator has adopted that record (kubectl domain adopt), or deleted it`,
  parentClaimed: (host: Host, enclosing: Host, holder: Named, namespace: string): string =>
    `${display(host)} lies below ${display(enclosing)}, which namespace ${holder.namespace} holds and does not share with ${namespace}; ` +
    `its owner can: kubectl domain share ${enclosing} --with ${namespace} -n ${holder.namespace}`,
  domainNotFound: (primary: Host, searched: readonly string[], namespace: string, heldIn: string | undefined): string =>
    `no primary ${display(primary)} in ${alternatives(searched)} that ${namespace} may use` +
    (heldIn === undefined
      ? `; this claim is granted as soon as one of them holds it and shares it`
      : `; namespace ${heldIn} holds it: with parent ${heldIn} it is found, if ${heldIn} shares it (kubectl domain share ${primary} --with ${namespace} -n ${heldIn})`),
  notDelegated: (primary: Host, holder: string, namespace: string): string =>
    `${display(primary)} is held by namespace ${holder}, which does not share it with ${namespace}; ` +
    `its owner can: kubectl domain share ${primary} --with ${namespace} -n ${holder}`,
  staleGrant: (primary: Host, holder: string, namespace: string): string =>
    `${holder} shared ${display(primary)} with an earlier namespace named ${namespace}, which is gone; ` +
    `its owner can share it again: kubectl domain share ${primary} --with ${namespace} -n ${holder}`,
  wildcardNotDelegated: (host: Host, holder: string): string =>
    `${display(host)} is a wildcard, which only ${holder}, the namespace that holds the primary, can claim`,
  wildcardTooDeep: (host: Host, most: number): string =>
    `${display(host)} has more than ${String(most)} labels below which Kong can keep wildcards apart; claim the names one by one`,
} as const;
