import type { GroupInput } from "../../../src/decide/certificates/draft.ts";
import { decideGroup } from "../../../src/decide/certificates/group.ts";
import type { GroupDecision } from "../../../src/decide/certificates/group.ts";
import type { OthersSpending } from "../../../src/world/certificate-group.ts";
import { atOnce } from "../../../src/world/pieces.ts";

/** What is decided about the group, all pieces at once. */
export function groupDecision(input: GroupInput): GroupDecision {
  return atOnce(decideGroup(input));
}

/** A cluster in which nothing else is ordered. */
export const noOthers: OthersSpending = {
  marks: { domain: 0, account: 0, share: 0, failures: 0 },
  domainRunning: 0,
  namespaceRunning: 0,
  underWay: { namespace: 0, others: 0, newcomers: 0 },
  newcomerWaits: false,
  anyoneWaits: false,
};
