import { apiVersion, domains as domainNames } from "@domain-claims/crds/domain";
import { recordName } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";

import type { Domain } from "../kube/objects.ts";
import { UserError } from "../user-error.ts";
import { planClaim } from "./claim-plan.ts";
import type { HeldRecord } from "./register.ts";

/** The claim that `kubectl domain claim` would make; undefined where it would make none. */
export function imagined(host: Host, namespace: string, above: HeldRecord | undefined): Domain | undefined {
  try {
    const { spec } = planClaim({ host, namespace, primary: false, parent: undefined, delegates: [] }, above);
    return { apiVersion, kind: domainNames.kind, metadata: { name: recordName(host), namespace }, spec };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
