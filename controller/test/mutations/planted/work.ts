import type { PlantedBug } from "./bug.ts";
import { histories, pass, translate } from "./caught-by.ts";

/** Bugs in what comes in, whose turn it is, and how work is done. */
export const workBugs: readonly PlantedBug[] = [
  {
    name: "claims with thousands of finalizers are written to",
    file: "controller/src/reconcile/claim.ts",
    from: "if (!crowded) {",
    to: "if (true as boolean) {",
    caughtBy: pass("too-large", "nothing is asked of the API server for a claim with thousands of finalizers"),
  },
  {
    name: "a term asks for everything in one turn of the event loop",
    file: "controller/src/reconcile/reconciler.ts",
    from: "if (room !== undefined) await room;",
    to: "",
    caughtBy: pass("begin", "X2: a term begins in pieces"),
  },
  {
    name: "objects that are all gone are told in one turn of the event loop",
    file: "controller/src/watch/differences.ts",
    from: "if (room !== undefined) await room;",
    to: "",
    caughtBy: {
      file: "controller/test/watch/turns.test.ts",
      test: "X2: so do objects that are all gone when they are listed anew",
    },
  },
  {
    name: "all who wait for room go on in one turn of the event loop",
    file: "controller/src/time/event-loop.ts",
    from: "if (this.#hasRoom()) resolve();",
    to: "if (true as boolean) resolve();",
    caughtBy: {
      file: "controller/test/time/event-loop.test.ts",
      test: "X2: of hundreds who wait for room",
    },
  },
  {
    name: "an object is parsed at once, whatever its length",
    file: "controller/src/kube/long-json.ts",
    from: "depth < deepest ? piece : Infinity",
    to: "Infinity",
    caughtBy: { file: "controller/test/kube/long-json.test.ts", test: "X2: 10,000 rules" },
  },
  {
    name: "a host is decided and planned in one turn of the event loop",
    file: "controller/src/reconcile/host.ts",
    from: "known ?? (await context.eventLoop.inPieces(aimInPieces(context, host)))",
    to: "known ?? aimFor(context, host)",
    caughtBy: pass("turns", "X2: a host of a thousand paths is decided and planned step by step"),
  },
  {
    name: "what changes while an Ingress is being decided is missed",
    file: "controller/src/reconcile/ingress.ts",
    from: "readers.add(item, facts.reads);",
    to: "",
    caughtBy: pass("turns", "X2: an Ingress of hundreds of hosts is decided in pieces"),
  },
  {
    name: "all sources of a namespace count for a host",
    file: "controller/src/world/sources-by-host.ts",
    from: ".slice(0, mostSources)",
    to: ".slice()",
    caughtBy: {
      file: "controller/test/plan/bounds.test.ts",
      test: "X1: a thousand sources of a namespace count for a host",
    },
  },
  {
    name: "the record is written without its precondition",
    file: "controller/src/kube/api.ts",
    from: "const body = recordBody(spec, { uid, resourceVersion });",
    to: "const body = recordBody(spec, { uid, resourceVersion: undefined as never });",
    caughtBy: { file: "controller/test/kube/api.test.ts", test: "record" },
  },
  {
    name: "an Ingress's host is compared as it is written",
    file: "controller/src/translate/ingress.ts",
    from: "if (read.ok) return [read.host];",
    to: "if (read.ok) return [text as Host];",
    caughtBy: {
      file: "controller/test/plan/host.test.ts",
      test: "a host in capitals or with a trailing dot is the same host",
    },
  },
  {
    name: "protocols that can't be read open both",
    file: "controller/src/translate/annotations.ts",
    from: 'if (name === "protocols") {',
    to: 'if (name === "") {',
    caughtBy: translate("ingress", "X6: protocols that can't be read restrict"),
  },
  {
    name: "a path of any length is kept",
    file: "controller/src/translate/ingress.ts",
    from: "Buffer.byteLength(written) > limits.pathBytes",
    to: "(false as boolean)",
    caughtBy: translate("ingress", "a path that is too long"),
  },
  {
    name: "a finalizer is removed without looking whether it is ours",
    file: "controller/src/kube/finalizers.ts",
    from: '{ op: "test", path, value: finalizer },',
    to: "",
    caughtBy: {
      file: "controller/test/kube/api.test.ts",
      test: "a finalizer of somebody else is never removed in place of ours",
    },
  },
  {
    name: "a claim that is too large is tried again at full speed",
    file: "controller/src/reconcile/claim.ts",
    from: '(error.kind !== "tooLarge" && error.kind !== "refused")',
    to: '(error.kind !== "refused")',
    caughtBy: pass("too-large", "a claim that is too large for its status"),
  },
  {
    name: "a problem that is solved is not told",
    file: "controller/src/reconcile/told-source.ts",
    from: "const resolved = solved.length === 0 ? []",
    to: "const resolved = solved.length >= 0 ? []",
    caughtBy: pass("answers", "X8: what is refused stands in the claim's status"),
  },
  {
    name: "what has to leave Kong has no places of its own",
    file: "controller/src/reconcile/host.ts",
    from: "urgent: { is: hasSomethingLive,",
    to: "urgent: { is: () => false,",
    caughtBy: pass("fair", "X2: what has to leave Kong waits for nobody's routes"),
  },
  {
    name: "it is told how a host is served before its Secrets are known",
    file: "controller/src/reconcile/host.ts",
    from: "if (tlsKnown) state.setProgrammed",
    to: "state.setProgrammed",
    caughtBy: histories,
  },
  {
    name: "a free host is the work of whoever has claimed it for longest",
    file: "controller/src/reconcile/host.ts",
    from: "(holder ?? redemption ?? claims.find(hopeful) ?? claims[0])?.namespace",
    to: "(holder ?? redemption ?? claims[0] ?? claims.find(hopeful))?.namespace",
    caughtBy: pass("fair", "X2: a free host is its taker's work"),
  },
  {
    name: "what has to leave waits since something else could not be written",
    file: "controller/src/reconcile/host-aim.ts",
    from: 'return `${removes ? "remove, " : ""}serve ${decision.serving ?? "nobody"}`;',
    to: 'return removes ? "serve" : "serve";',
    caughtBy: pass("kong-failures", "a path is taken away"),
  },
  {
    name: "problems of a source pile up while it is not known what is live",
    file: "controller/src/reconcile/told-source.ts",
    from: "...before.slice(-mostWaiting), ...current",
    to: "...before, ...current",
    caughtBy: {
      file: "controller/test/reconcile/told-source.test.ts",
      test: "X1: while it is not known what is live, of problems that come and go so many are remembered",
    },
  },
];
