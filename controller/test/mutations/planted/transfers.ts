import type { PlantedBug } from "./bug.ts";
import { histories, pass, transfers } from "./caught-by.ts";

/** Bugs in how a host goes from one namespace to another. */
export const transfersBugs: readonly PlantedBug[] = [
  {
    name: "whoever says that they accept a host has it, in whatever namespace",
    file: "controller/src/decide/transfer.ts",
    from: "if (claim.namespace !== transfer.namespace || claim.deleting) return undefined;",
    to: "if (claim.deleting) return undefined;",
    caughtBy: histories,
  },
  {
    name: "a host is handed over to a namespace that was made anew under the name of the one that was meant",
    file: "controller/src/decide/transfer.ts",
    from: "if (facts.namespace(transfer.namespace)?.uid !== transfer.uid) return undefined;",
    to: "",
    caughtBy: transfers("when the namespace has been made anew"),
  },
  {
    name: "a host is handed over that has been taken back, since its record still says so",
    file: "controller/src/decide/transfer.ts",
    from: "|| giver.transferTo !== transfer.namespace) return undefined;",
    to: ") return undefined;",
    caughtBy: transfers("what has been taken back can't be accepted"),
  },
  {
    name: "who waits for a host takes it over without having accepted it",
    file: "controller/src/decide/transfer.ts",
    from: 'if (claim.acceptFrom !== holder.namespace || claim.transferTo !== undefined) return "mayAccept";',
    to: "",
    caughtBy: transfers("while nobody has accepted it"),
  },
  {
    name: "what was taken back is handed over, since the cache has not shown it yet",
    file: "controller/src/reconcile/host-record.ts",
    from: "refreshHandOver(context, host, step.holder, step.claim),",
    to: "",
    caughtBy: pass("transfer", "that was taken back"),
  },
  {
    name: "a host is handed over to a namespace that is gone, since the cache has not shown it yet",
    file: "controller/src/reconcile/host-record.ts",
    from: "requireNamespace(context, step.claim.namespace),\n        refreshHandOver",
    to: "refreshHandOver",
    caughtBy: pass("transfer", "to a namespace that was made anew"),
  },
  {
    name: "a primary that was lent stands on its own once it is handed on",
    file: "controller/src/decide/eligibility.ts",
    from: 'taken?.kind === "none" ? taken : undefined',
    to: 'taken === undefined ? undefined : { kind: "none" as const }',
    caughtBy: transfers("a primary by delegation does not come to stand on its own"),
  },
  {
    name: "who handed a host over has it back when it becomes free, before all who wait",
    file: "controller/src/decide/eligibility.ts",
    from: "if (before === undefined && claim.transferTo !== undefined) return transferred(",
    to: "if (before === undefined && claim.transferTo === claim.name) return transferred(",
    caughtBy: transfers("who handed a host over is told where it is"),
  },
  {
    name: "names below a primary are lost when it is handed over",
    file: "controller/src/decide/eligibility.ts",
    from: "[record.holder.namespace, ...giversOf(record)]",
    to: "[record.holder.namespace]",
    caughtBy: transfers("a share whose parent is the one that gave it"),
  },
  {
    name: "a wildcard is claimed newly by whoever handed the primary over",
    file: "controller/src/decide/eligibility.ts",
    from: "const kept = holds && giversOf(above.record).includes(claim.namespace);",
    to: "const kept = giversOf(above.record).includes(claim.namespace);",
    caughtBy: transfers("but a wildcard is not newly claimed by way of that"),
  },
  {
    name: "the routes of whoever handed a host over leave before the receiver's are there",
    file: "controller/src/apply/kong/program.ts",
    from: 'present.filter(({ id }) => !context.desired.isNeeded({ collection: "routes", id }));',
    to: "present.filter((one) => plan.routes.every((route) => namespaceOf(route) !== namespaceOf(one)));",
    caughtBy: pass("transfer", "its route in place"),
  },
  {
    name: "a host changes hands before a guard stands between its new holder and another's wildcard",
    file: "controller/src/decide/host.ts",
    from: 'if (need !== "none" && !facts.live(host).guard) return { step: { kind: "wait", for: "guard" }, ...guard };',
    to: "",
    caughtBy: transfers("its guard stands"),
  },
  {
    name: "TLS ends with a transfer until the receiver's certificate is issued",
    file: "controller/src/plan/tls.ts",
    from: "if (looked.length === 0 && !isToBeOrdered(facts, settings, host, serving)) return noTls;",
    to: "if (looked.length === 0) return noTls;",
    caughtBy: pass("transfer", "the giver's serves until the receiver's is issued"),
  },
];
