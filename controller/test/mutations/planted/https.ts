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
    from: "const asked = this.#asked.get(host) ?? this.#ask(",
    to: "if (before === undefined) this.#shown.set(host, content); const asked = this.#asked.get(host) ?? this.#ask(",
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
    name: "visitors are redirected into a handshake that fails",
    file: "controller/src/plan/https.ts",
    from: "if (only.length === 0) return { routes, refusals: [] };",
    to: "if (only.length < routes.length + 1) return { routes, refusals: [] };",
    caughtBy: { file: "controller/test/plan/https.test.ts", test: "redirect nobody before there is a certificate" },
  },
  {
    name: "what is meant for HTTPS alone is served over HTTP before there is a certificate",
    file: "controller/src/plan/https.ts",
    from: "httpsRedirectStatusCode: upgradeRequired }",
    to: 'httpsRedirectStatusCode: upgradeRequired, protocols: ["http", "https"] }',
    caughtBy: { file: "controller/test/plan/https.test.ts", test: "are not opened to HTTP" },
  },
  {
    name: "a certificate goes before the routes that redirect to it",
    file: "controller/src/apply/kong/program.ts",
    from: 'step("snis", "remove", unwantedSnis.filter(isOthers))',
    to: 'step("snis", "remove", unwantedSnis)',
    caughtBy: pass("https", "T11: routes redirect to HTTPS from when the gateway has shown"),
  },
  {
    name: "a gateway that hangs in a handshake is waited for for long",
    file: "controller/src/kong/handshake.ts",
    from: "AbortSignal.timeout(timeoutMs)",
    to: "AbortSignal.timeout(timeoutMs * 100)",
    caughtBy: {
      file: "controller/test/kong/handshake.test.ts",
      test: "a gateway that accepts and says nothing is given up in time",
    },
  },
];
