import type { GroupInput } from "../../../src/decide/certificates/draft.ts";
import { decideGroup } from "../../../src/decide/certificates/group.ts";
import type { GroupDecision } from "../../../src/decide/certificates/group.ts";
import { atOnce } from "../../../src/world/pieces.ts";

/** What is decided about the group, all pieces at once. */
export function groupDecision(input: GroupInput): GroupDecision {
  return atOnce(decideGroup(input));
}
