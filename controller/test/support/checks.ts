import type { Check } from "../../src/operations/health.ts";
import { checks } from "../../src/operations/readiness.ts";
import type { CheckSources } from "../../src/operations/readiness.ts";

const well: CheckSources = {
  watches: { health: () => [] },
  availability: { problem: undefined },
  term: undefined,
  waitsMs: undefined,
  dns: { state: () => undefined },
  service: undefined,
  approvers: undefined,
  issuer: undefined,
};

/** What `/readyz` says of a process that does not lead and watches nothing, and where all is well but for what is given. */
export function checksOf(given: Partial<CheckSources>): readonly Check[] {
  return checks({ ...well, ...given });
}
