import type { PlantedBug } from "./bug.ts";
import { histories, historiesBy, pass, redemption } from "./caught-by.ts";

/** Bugs in what is kept for a namespace whose claim is gone, and for how long. */
export const redemptionBugs: readonly PlantedBug[] = [
  {
    name: "what was not released goes to whoever waits for it",
    file: "controller/src/decide/host.ts",
    from: "onlyFor === undefined || namespace === onlyFor.namespace",
    to: 'onlyFor === undefined || namespace !== ""',
    caughtBy: historiesBy("N-c"),
  },
  {
    name: "who claims a name that is kept for others is not told so",
    file: "controller/src/decide/claim-refusal.ts",
    from: "if (record?.redemption === undefined || isKeptFor(facts, record, claim)) return",
    to: "if (1 > 0 || record?.redemption === undefined) return",
    caughtBy: pass("redemption", "N5: a host whose claim is only deleted is kept for its namespace"),
  },
  {
    name: "a name that is kept for its last holder encloses nothing",
    file: "controller/src/decide/eligibility.ts",
    from: 'if ((by.kind === "kept" || by.kind === "unknown") && by.last.kind === "primary")',
    to: 'if (by.kind === "unknown" && by.last.kind === "primary")',
    caughtBy: histories,
  },
  {
    name: "a claim that is being deleted encloses nothing, though its name will be kept",
    file: "controller/src/decide/eligibility.ts",
    from: 'return end.keptMs > 0 ? { kind: "kept", last: holder, until: undefined } : { kind: "free" };',
    to: 'return { kind: "free" };',
    caughtBy: redemption("N5: a claim that is being deleted encloses what lies below it"),
  },
  {
    name: "every deletion is taken for a release",
    file: "controller/src/decide/eligibility.ts",
    from: "keptMs: isGivenUp(claim) ? 0 : settings.redemptionMs",
    to: "keptMs: claim.deleting ? 0 : settings.redemptionMs",
    caughtBy: redemption("N5: a claim that is deleted leaves its host kept"),
  },
  {
    name: "a namespace that the watch does not show is taken for gone, and its redemption with it",
    file: "controller/src/apply/kube/fresh-reads.ts",
    from: "if ((await kube.namespaceUid(namespace)) === namespaceUid)",
    to: 'if ((await kube.namespaceUid(namespace)) === "")',
    caughtBy: pass("redemption", "N5: that a namespace is gone is believed only of the API server itself"),
  },
  {
    name: "each namespace that is gone keeps its released records",
    file: "controller/src/world/register.ts",
    from: "for (const record of released) this.#ofGone.set(record.host, record);",
    to: "for (const record of released.slice(released.length)) this.#ofGone.set(record.host, record);",
    caughtBy: pass("released", "O10: released records of namespaces that are gone share one allowance"),
  },
  {
    name: "a primary whose claim may be gone encloses nothing",
    file: "controller/src/decide/eligibility.ts",
    from: '(by.kind === "kept" || by.kind === "unknown")',
    to: '(by.kind === "kept")',
    caughtBy: redemption("N5: below a primary whose claim may be gone nobody gets anything"),
  },
  {
    name: "a namespace keeps as many names from others as it claims and deletes",
    file: "controller/src/reconcile/released.ts",
    from: "released.slice(0, limits.releasedPerNamespace)",
    to: "released.slice(0)",
    caughtBy: pass("redemption", "N5: a namespace keeps no more names from others than it may have released records"),
  },
  {
    name: "a host is kept for a namespace that is gone",
    file: "controller/src/decide/redemption.ts",
    from: 'return isOfThisCluster(facts, record) ? "NamespaceGone" : undefined;',
    to: "return undefined;",
    caughtBy: pass("redemption", "N5: a redemption goes with its namespace"),
  },
];
