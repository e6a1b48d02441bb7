import type { PlantedBug } from "./bug.ts";
import { pass, orders } from "./caught-by.ts";

/** Bugs in which certificates are ordered, and when. */
export const ordersBugs: readonly PlantedBug[] = [
  {
    name: "an order that failed takes from its certificate what had been issued",
    file: "controller/src/decide/certificates/outcomes.ts",
    from: "if (issued.length === 0) draft.certificates.delete(number);",
    to: "if (issued.length >= 0) draft.certificates.delete(number);",
    caughtBy: {
      file: "controller/test/decide/certificates/histories.test.ts",
      test: "no sound name loses its certificate",
    },
  },
  {
    name: "a wildcard leaves though other names rely on it",
    file: "controller/src/decide/certificates/reliance.ts",
    from: "if (wildcards.size === 0) return [];",
    to: "if (wildcards.size >= 0) return [];",
    caughtBy: orders("T5: what a wildcard covered that has to leave takes its place in the same order"),
  },
  {
    name: "a name that failed stays with the others",
    file: "controller/src/decide/certificates/outcomes.ts",
    from: "if (draft.wanted.has(host)) return quarantineName(draft, host, failure);",
    to: "if (draft.wanted.has(host)) return;",
    caughtBy: orders("T3: of 100 names 5 that can't be validated delay the others"),
  },
  {
    name: "a name that nobody wants for a moment is forgotten to have failed",
    file: "controller/src/decide/certificates/quarantine.ts",
    from: "now >= nextTryAt + limits.longestRetryMs",
    to: "now >= 0",
    caughtBy: orders("T3: a claim that comes and goes does not have its name tried sooner"),
  },
  {
    name: "what is under way does not count for a domain's budget",
    file: "controller/src/decide/certificates/budgets.ts",
    from: "availableAt(domain, fullAt.domain, running + keptOf(domain, kind)),",
    to: "availableAt(domain, fullAt.domain, keptOf(domain, kind)),",
    caughtBy: orders("T4: a domain's budget is not exceeded by all namespaces together"),
  },
  {
    name: "nothing of the budgets is kept for renewals",
    file: "controller/src/decide/certificates/budgets.ts",
    from: "return Math.floor(capacity * keptShare[kind]);",
    to: "return Math.floor(capacity * keptShare[kind] * 0);",
    caughtBy: orders("T4: what is left for renewals and their like is taken by nothing else"),
  },
  {
    name: "a namespace whose orders fail orders on",
    file: "controller/src/decide/certificates/budgets.ts",
    from: "availableAt(failures, fullAt.failures, this.#running + this.#others.namespaceRunning),",
    to: "",
    caughtBy: orders("T4: names that can't be validated use up the namespace's own budget"),
  },
  {
    name: "a name leaves as soon as nobody wants it",
    file: "controller/src/decide/certificates/draft.ts",
    from: "lost.has(host) ? since : since + limits.graceMs",
    to: "lost.has(host) ? since : since",
    caughtBy: orders("T4: claims that come and go burn no budget"),
  },
  {
    name: "a list is changed while its order is under way",
    file: "controller/src/decide/certificates/orders.ts",
    from: "if (common.some(({ running }) => running)) {",
    to: "if (common.some(({ running, number }) => running && number < 0)) {",
    caughtBy: orders("T2: names wait for those that come with them, and those that come during an order"),
  },
  {
    name: "a Certificate goes while Kong serves it",
    file: "controller/src/reconcile/order.ts",
    from: "return served.length > 0;",
    to: "return served.length < 0;",
    caughtBy: pass("orders", "T5: a certificate that Kong still serves stays"),
  },
  {
    name: "whoever writes Certificates has the controller delete one",
    file: "controller/src/reconcile/order.ts",
    from: "if (number !== undefined && certificate.owner.uid === stored?.uid) certificates.set(number, certificate);",
    to: "if (number !== undefined) certificates.set(number, certificate);",
    caughtBy: pass("order-attacks", "a Certificate that somebody else says is ours counts for nothing"),
  },
  {
    name: "a name is ordered before its claim holds it",
    file: "controller/src/reconcile/wanted-names.ts",
    from: 'return !frozen && (policy === "Always" || facts.live(host).namespaces.includes(holder.namespace));',
    to: "return true;",
    caughtBy: pass("orders", "T3: a name that nothing serves waits"),
  },
];
