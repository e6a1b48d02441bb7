import type { Host } from "@domain-claims/crds/hostname";
import type { OrderFailure } from "../../world/certificate-group.ts";
import type { Draft } from "./draft.ts";

/**
 * The name failed: it is tried apart from the others, later each time (rule T3). The certificate authority counts failed
 * validations of a name, and takes one in twelve minutes; what never came to that may be tried sooner.
 */
export function quarantineName(
  { limits, now, quarantine }: Draft,
  host: Host,
  { message, messages, validated }: OrderFailure,
): void {
  const failures = (quarantine.get(host)?.failures ?? 0) + 1;
  const first = validated ? limits.firstRetryMs : limits.soonRetryMs;
  const delay = Math.min(limits.longestRetryMs, first * 2 ** Math.min(failures - 1, 30));
  quarantine.set(host, { host, failures, nextTryAt: now + delay, message: messages[host] ?? message });
}

/** The name may be why its certificate is not renewed: it is tried apart from the others, and has not failed yet. */
export function suspectName({ now, quarantine }: Draft, host: Host): void {
  if (!quarantine.has(host)) quarantine.set(host, { host, failures: 0, nextTryAt: now, message: "" });
}

/**
 * Forgets names that nobody has wanted for a while: not at once, or a claim that comes and goes would be tried as if it
 * had never failed. Of very many such names those that failed last are remembered, and of none why: nobody is told.
 */
export function forgetQuarantine({ limits, now, quarantine, wanted }: Draft): void {
  const unwanted = [...quarantine.values()].filter(({ host }) => !wanted.has(host));
  unwanted.sort((a, b) => b.nextTryAt - a.nextTryAt);
  unwanted.forEach((name, index) => {
    const { host, nextTryAt } = name;
    if (index >= limits.rememberedNames || now >= nextTryAt + limits.longestRetryMs) quarantine.delete(host);
    else quarantine.set(host, { ...name, message: "" });
  });
}
