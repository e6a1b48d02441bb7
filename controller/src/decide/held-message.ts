import { kindOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/hostname";
import { claimMessages } from "@domain-claims/crds/messages/claims";
import { renameMessages } from "@domain-claims/crds/messages/conditions";
import { hostOfClaim } from "../world/claim-host.ts";
import type { Claim } from "../world/claim.ts";
import type { Facts } from "../world/facts.ts";
import { givenWay } from "./rename-under-way.ts";

/** What a claim is told that holds its host: by whose primary, which names below it are others', and what the one above is called now. */
export function heldMessage(facts: Facts, claim: Claim, host: Host, parent: string | undefined): string {
  return (
    claimMessages.held(host, claim.namespace, via(claim, parent)) +
    carveOuts(facts, claim, host) +
    primaryRenamed(facts, claim)
  );
}

function via(claim: Claim, parent: string | undefined): string | undefined {
  if (parent === undefined || parent === claim.namespace) return undefined;
  return `${kindOf(claim) === "shared" ? claim.primary : "the primary"} of namespace ${parent}`;
}

const carveOutExamples = 3;
/** Where there are more, they are not counted. */
const mostCarveOuts = 100;

/** Rule O3: a primary is told which names below it were somebody else's before. */
function carveOuts(facts: Facts, claim: Claim, host: Host): string {
  if (claim.sub !== undefined) return "";
  const others = facts.carveOuts(host, claim.namespace, mostCarveOuts);
  if (others === undefined) return claimMessages.manyCarveOuts(mostCarveOuts);
  if (others.length === 0) return "";
  const examples = others.slice(0, carveOutExamples).map((r) => `${r.host} (${r.holder?.namespace ?? ""})`);
  return claimMessages.carveOuts(others.length, examples);
}

/** Rule N2: a shared claim is told that the primary above it has another name now; nothing changes for it. */
function primaryRenamed(facts: Facts, claim: Claim): string {
  const parsed = claim.sub === undefined ? undefined : hostOfClaim({ ...claim, sub: undefined });
  const record = parsed?.ok === true ? facts.record(parsed.host) : undefined;
  const gone = record === undefined ? undefined : givenWay(facts, record);
  return record === undefined || gone === undefined ? "" : renameMessages.primaryRenamed(record.host, gone.to.host);
}
