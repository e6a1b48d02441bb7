import type { HostFields } from "./domain.ts";
import { hostOf } from "./domain.ts";
import { parseHost, parseLabel, requireCanonical } from "./hostname.ts";
import type { Host, Hostname, HostnameProblem } from "./hostname.ts";

/** The host of a claim and its primary, or the field of the spec that is wrong, and why. */
export type ClaimHost =
  | { readonly ok: true; readonly host: Host; readonly primary: Hostname; readonly wildcard: boolean }
  | { readonly ok: false; readonly field: "spec.primary" | "spec.sub"; readonly problem: HostnameProblem };

/**
 * Reads the host of a Domain's spec, which has to be canonical (rule H2). The CRD refuses most of what is wrong; what
 * it can't see, such as an `xn--` label that does not decode, is found here.
 */
export function claimHost(spec: HostFields): ClaimHost {
  const primary = requireCanonical(spec.primary);
  if (!primary.ok) return { ok: false, field: "spec.primary", problem: primary.problem };
  if (spec.sub === undefined) return { ok: true, host: primary.hostname, primary: primary.hostname, wildcard: false };
  const sub = parseLabel(spec.sub);
  if (!sub.ok) return { ok: false, field: "spec.sub", problem: sub.problem };
  const whole = parseHost(hostOf(spec));
  if (!whole.ok) return { ok: false, field: "spec.sub", problem: whole.problem };
  return { ok: true, host: whole.host, primary: primary.hostname, wildcard: whole.wildcard };
}
