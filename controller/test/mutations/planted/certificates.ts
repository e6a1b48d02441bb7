import type { PlantedBug } from "./bug.ts";
import { pass } from "./caught-by.ts";

/** Bugs in which certificate serves a host. */
export const certificatesBugs: readonly PlantedBug[] = [
  {
    name: "an SNI stays when its host is lost",
    file: "controller/src/apply/kong/program.ts",
    from: 'stage("snis", "remove", unwantedSnis.filter(isOthers))',
    to: 'stage("snis", "remove", [])',
    caughtBy: pass("tls", "T7: when the host is lost, its SNI goes with its routes"),
  },
  {
    name: "a record is released while an SNI of its last holder is there",
    file: "controller/src/decide/host.ts",
    from: "&& live.tls === undefined;",
    to: ";",
    caughtBy: pass("tls", "O9: a host is released only when its SNI is gone"),
  },
  {
    name: "a certificate serves hosts that it is not for",
    file: "controller/src/world/tls.ts",
    from: "if (names.includes(host)) return true;",
    to: "if (names.length > 0) return true;",
    caughtBy: pass("tls", "T8: a certificate of another namespace can't be meant"),
  },
  {
    name: "what a Secret has by now is written, whatever was decided on",
    file: "controller/src/reconcile/secret.ts",
    from: "reading.pair.certHash === certHash && reading.pair.keyHash === keyHash",
    to: "certHash + keyHash !== undefined",
    caughtBy: pass("tls", "T6: a Secret that changes between the decision and the write"),
  },
  {
    name: "what can't be served takes away what is",
    file: "controller/src/plan/tls.ts",
    from: "unknown ? servedNow(facts, host, looked) : kept()",
    to: "unknown ? servedNow(facts, host, looked) : undefined",
    caughtBy: pass("tls", "T6: a Secret whose key no longer matches keeps the pair"),
  },
  {
    name: "whoever leads next serves nothing before it has read every Secret",
    file: "controller/src/plan/tls.ts",
    from: "unknown ? servedNow(facts, host, looked) : kept()",
    to: "unknown ? undefined : kept()",
    caughtBy: pass("tls", "T8: a Secret that an Ingress names serves the host"),
  },
  {
    name: "a Secret that is gone keeps its certificate in Kong",
    file: "controller/src/plan/tls.ts",
    from: "if (now === undefined || !facts.hasSecret(now.secret)) return undefined;",
    to: "if (now === undefined) return undefined;",
    caughtBy: pass("tls", "T8: a Secret that is deleted serves nobody any more"),
  },
  {
    name: "Secrets are watched with all that they keep",
    file: "controller/src/watch/kinds.ts",
    from: 'fieldSelector: "type=kubernetes.io/tls", metadataOnly: true }',
    to: 'fieldSelector: "type=kubernetes.io/tls" }',
    caughtBy: { file: "controller/test/watch/watches.test.ts", test: "of Secrets nothing but metadata is asked for" },
  },
  {
    name: "a Secret is read as often as it changes",
    file: "controller/src/reconcile/secret.ts",
    from: "if (!context.mayReadSecret(key))",
    to: "if (key === item)",
    caughtBy: pass("tls-attacks", "X1: a Secret that changes all the time is read and written at a bounded rate"),
  },
  {
    name: "an RSA key may be as short as somebody likes",
    file: "controller/src/x509/key-pair.ts",
    from: "if (bits < rsaBits.least)",
    to: "if (bits < 1)",
    caughtBy: { file: "controller/test/x509/key-pair.test.ts", test: "a short RSA key is a problem" },
  },
  {
    name: "what a Certificate was ready for before it changed counts",
    file: "controller/src/translate/certificate.ts",
    from: '.find((one) => one["type"] === type && one["observedGeneration"] === generation);',
    to: '.find((one) => one["type"] === type && generation !== undefined);',
    caughtBy: { file: "controller/test/translate/certificates.test.ts", test: "T6: that is Ready for the one before" },
  },
];
