import type { CaughtBy, PlantedBug } from "./bug.ts";
import { pass } from "./caught-by.ts";

const debug = (test: string): CaughtBy => ({ file: "controller/test/operations/debug.test.ts", test });

/** Bugs in what administrators see. */
export const operationsBugs: readonly PlantedBug[] = [
  {
    name: "a log that can't be written ends the process",
    file: "controller/src/operations/logging/output.ts",
    from: 'output.on("error", () => undefined);',
    to: "",
    caughtBy: {
      file: "controller/test/operations/log-output.mocking.test.ts",
      test: "a disk that is full takes lines, and not the process",
    },
  },
  {
    name: "the debug pages are read under any name that resolves to loopback",
    file: "controller/src/operations/debug.ts",
    from: "(:\\d+)?$/.test(",
    to: "(:\\d+)?/.test(",
    caughtBy: debug("nobody is answered under a name that only resolves to this machine"),
  },
  {
    name: "the debug pages are served on every address",
    file: "controller/src/settings/values.ts",
    from: 'return host === "localhost" || host === "::1" ||',
    to: 'return host !== "localhost" || host === "::1" ||',
    caughtBy: { file: "controller/test/settings/parse-config.test.ts", test: '["--debug-address=:8081"]' },
  },
  {
    name: "a debug page has as many claims as a tenant makes",
    file: "controller/src/reconcile/inspection.ts",
    from: "first: items.slice(0, mostShown).map(show)",
    to: "first: items.map(show)",
    caughtBy: pass("inspection", "an answer stays short"),
  },
  {
    name: "a claim whose condition Ready is True counts as not served",
    file: "controller/src/operations/census.ts",
    from: 'ready === undefined || ready.status === "True" ? undefined',
    to: "ready === undefined ? undefined",
    caughtBy: {
      file: "controller/test/operations/census.test.ts",
      test: "a held host counts as not served for the reason of its condition Ready",
    },
  },
  {
    name: "whoever makes claims again and again keeps the controller from being uninstalled",
    file: "controller/src/uninstall/finish-claims.ts",
    from: "if (newest !== undefined && object.created > newest) continue;",
    to: "",
    caughtBy: {
      file: "controller/test/uninstall/finish-claims.test.ts",
      test: "a tenant who makes and deletes claims all the time does not keep the controller",
    },
  },
  {
    name: "before an uninstallation another claim of the name that was seen is deleted",
    file: "controller/src/uninstall/finish-claims.ts",
    from: 'const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid: object.uid } };',
    to: 'const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: {} };',
    caughtBy: {
      file: "controller/test/uninstall/finish-claims.test.ts",
      test: "each in the incarnation that was seen",
    },
  },
  {
    name: "a claim goes on being counted under what its status said before",
    file: "controller/src/operations/census.ts",
    from: "if (before !== undefined) this.#add(before, -1);",
    to: "",
    caughtBy: {
      file: "controller/test/operations/census.test.ts",
      test: "a claim is counted under what its status says now, and not under what it said before",
    },
  },
  {
    name: "a Lease of the controller's name is believed wherever it is",
    file: "plugin/src/claims/controller-lease.ts",
    from: "return listed?.length === 1 ? listed[0] : undefined;",
    to: "return listed?.[0];",
    caughtBy: { file: "plugin/test/doctor.test.ts", test: "is not believed beside another" },
  },
  {
    name: "a terminal obeys what somebody else wrote",
    file: "plugin/src/output/harmless.ts",
    from: '.replaceAll("\\x1b", "^[")',
    to: "",
    caughtBy: {
      file: "plugin/test/explain-around.test.ts",
      test: "what others wrote reaches a terminal without its control characters",
    },
  },
  {
    name: "who has the Lease and can't begin to decide counts as a leader",
    file: "controller/src/leader/leadership.ts",
    from: "    waitsSince = clock.monotonic();\n",
    to: "    waitsSince = clock.monotonic();\n    onLeading(true);\n",
    caughtBy: {
      file: "controller/test/leader/leadership.test.ts",
      test: "a term waits until this process knows what the leader before it has written",
    },
  },
  {
    name: "it is not said for how long nobody has decided although the Lease is held",
    file: "controller/src/operations/readiness.ts",
    from: "ok: waitsMs <= longWaitMs",
    to: "ok: true",
    caughtBy: {
      file: "controller/test/operations/readiness.test.ts",
      test: "a process that has the Lease and can't begin to decide says so",
    },
  },
  {
    name: "a process that ends cuts a write to Kong, which takes effect under the next leader",
    file: "controller/src/leader/fence.ts",
    from: "signal: writes ? term : joined(",
    to: "signal: joined(",
    caughtBy: {
      file: "controller/test/leader/fence.test.ts",
      test: "a write that Kong has begun is waited for when the work ends",
    },
  },
  {
    name: "a process that ends goes on to write for as long as there is something to do",
    file: "controller/src/leader/leadership.ts",
    from: "!stopping && held()",
    to: "held()",
    caughtBy: {
      file: "controller/test/leader/leadership.test.ts",
      test: "a process that stops begins no more writes",
    },
  },
  {
    name: "a signal that comes before all has begun is not heard",
    file: "controller/src/main.ts",
    from: "await Promise.race([asked, startController(config, log)])",
    to: "await startController(config, log)",
    caughtBy: { file: "controller/test/main.test.ts", test: "a controller that is asked to end while it still waits" },
  },
  {
    name: "a record that another leader has deleted stays known to who wrote it",
    file: "controller/src/watch/differences.ts",
    from: "unshown: unshown() }",
    to: "unshown: new Map() }",
    caughtBy: {
      file: "controller/test/watch/unshown.test.ts",
      test: "a record that this process has written, and of which a list that was asked for later knows nothing, is gone",
    },
  },
  {
    name: "each change of what can't be understood is a line in the log",
    file: "controller/src/operations/logging/sparing.ts",
    from: "if (allows(key))",
    to: "if (allows(key) || left >= 0)",
    caughtBy: {
      file: "controller/test/operations/log.test.ts",
      test: "that warns of what a namespace has is left out when twenty alike have been written",
    },
  },
  {
    name: "a namespace that has too many events keeps everybody's waiting",
    file: "controller/src/kube/event-queue.ts",
    from: "error.status === 429 && !stopped",
    to: "error.status === 429 && stopped",
    caughtBy: {
      file: "controller/test/kube/events.test.ts",
      test: "of which the API server takes no more from one namespace keeps nobody else's waiting",
    },
  },
  {
    name: "events that wait for their namespace take everybody's room",
    file: "controller/src/kube/event-queue.ts",
    from: "for (const other of queued) if (isPaused(other)) return other;",
    to: "",
    caughtBy: {
      file: "controller/test/kube/events.test.ts",
      test: "of a namespace of which the API server takes no more leave room for everybody else's",
    },
  },
  {
    name: "an event that goes for want of room is not counted as dropped",
    file: "controller/src/kube/events.ts",
    from: "if (queue.has(oldest)) dropped += 1;",
    to: "if (queue.has(oldest)) dropped += 0;",
    caughtBy: {
      file: "controller/test/kube/events.test.ts",
      test: "that waits for its namespace while very many others come is counted as dropped",
    },
  },
  {
    name: "an event whose object has expired is told no more",
    file: "controller/src/kube/event-writer.ts",
    from: "if (answer.status === 404) delete written.name;",
    to: "",
    caughtBy: {
      file: "controller/test/kube/events.test.ts",
      test: "is a new one if the API server has forgotten the first",
    },
  },
  {
    name: "a kind whose lists never end counts as seen whole",
    file: "controller/src/operations/sample.ts",
    from: "lastCurrentMs }) => ({ kind, atMs: clock.now() - lastCurrentMs })",
    to: "lastActivityMs }) => ({ kind, atMs: clock.now() - lastActivityMs })",
    caughtBy: {
      file: "controller/test/operations/sample.test.ts",
      test: "a process that does not lead shows no queue",
    },
  },
];
