import type { PlantedBug } from "./bug.ts";
import { pass } from "./caught-by.ts";

/** Bugs in what is said of HTTPS, and in how the gateway is asked for it. */
export const httpsBugs: readonly PlantedBug[] = [
  {
    name: "a host is Live before the gateway has shown its certificate",
    file: "controller/src/decide/https.ts",
    from: 'return waits("CertificateNotShown", readyMessages.certificateNotShown(host, handshake.problem));',
    to: 'return { kind: "inKong" };',
    caughtBy: pass("https", "HTTPS: while the gateway shows its own certificate"),
  },
  {
    name: "any certificate for the host is taken for the one that Kong has",
    file: "controller/src/reconcile/handshake.ts",
    from: "wanted.leaf !== undefined && leaf !== wanted.leaf",
    to: "wanted.leaf === leaf && !coversName",
    caughtBy: pass("https", "HTTPS: while the gateway shows an older one"),
  },
  {
    name: "a new leader takes for shown what the last one had only written",
    file: "controller/src/apply/kong/handshakes.ts",
    from: "this.#shown.get(host) === content) return { kind",
    to: "before === undefined || this.#shown.get(host) === content) return { kind",
    caughtBy: pass("https", "a new leader does not take for shown"),
  },
  {
    name: "a restart is told to every claim",
    file: "controller/src/apply/kong/handshakes.ts",
    from: "before === undefined || isOfSame(before, tls)",
    to: "before !== undefined && isOfSame(before, tls)",
    caughtBy: pass("https", "a new leader asks once for each host, and writes nothing"),
  },
  {
    name: "one team's hosts take every place for handshakes",
    file: "controller/src/reconcile/handshake.ts",
    from: "places: 8, placesPerTenant: 2",
    to: "places: 8, placesPerTenant: 8",
    caughtBy: pass("https", "attack: a gateway that hangs in the handshakes for one team's hosts"),
  },
  {
    name: "whoever changes an Ingress has handshakes made that have just failed",
    file: "controller/src/reconcile/handshake.ts",
    from: "if (pause > 0) return { requeueAfterMs: pause };",
    to: "if (pause < 0) return { requeueAfterMs: pause };",
    caughtBy: pass("https", "attack: a host whose handshakes never succeed"),
  },
  {
    name: "a gateway that hangs in a handshake is waited for without end",
    file: "controller/src/kong/handshake.ts",
    from: "signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])",
    to: "signal",
    caughtBy: {
      file: "controller/test/kong/handshake.test.ts",
      test: "a gateway that accepts and says nothing is given up in time",
    },
  },
];
