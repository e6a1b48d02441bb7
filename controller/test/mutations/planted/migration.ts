import type { PlantedBug } from "./bug.ts";

const report = (test: string): PlantedBug["caughtBy"] => ({ file: "controller/test/report/report.test.ts", test });
const fromIngresses = (test: string): PlantedBug["caughtBy"] => ({ file: "plugin/test/from-ingresses.test.ts", test });

/** Bugs in how a cluster that serves already is looked at and claimed. */
export const migrationBugs: readonly PlantedBug[] = [
  {
    name: "a report removes from Kong what it says would be removed",
    file: "controller/src/report/imagined-kong.ts",
    from: "remove: (collection, id) => write(collection, id, () => undefined),",
    to: "remove: real.remove,",
    caughtBy: report("what would leave Kong is reported, and stays there"),
  },
  {
    name: "a report takes hosts in the register",
    file: "controller/src/report/imagined-kube.ts",
    from: "createRecord: (spec) => {",
    to: "createRecord: async (spec) => { await real.createRecord(spec);",
    caughtBy: report("and writes nothing"),
  },
  {
    name: "a report tells claims in their status what would be",
    file: "controller/src/report/imagined-kube.ts",
    from: "applyClaimStatus: (claim, status) => changed(claim, { status }),",
    to: "applyClaimStatus: real.applyClaimStatus,",
    caughtBy: report("and writes nothing"),
  },
  {
    name: "a report hands on what tenants wrote to the terminal",
    file: "controller/src/report/text.ts",
    from: "lines.map(visible)",
    to: "lines",
    caughtBy: report("with odd characters made harmless"),
  },
  {
    name: "a report that watches looks again only when the time is over",
    file: "controller/src/report/again.ts",
    from: "const woken = AbortSignal.any([signal, changed]);",
    to: "const woken = AbortSignal.any([signal]);",
    caughtBy: { file: "controller/test/report/again.test.ts", test: "a second after the first change" },
  },
  {
    name: "of two namespaces that serve a host the first gets it",
    file: "plugin/src/claims/migration.ts",
    from: ": all.length > 1",
    to: ": all.length > 2",
    caughtBy: fromIngresses("two namespaces serve a host: a conflict"),
  },
  {
    name: "a host that somebody holds is claimed for whoever serves it",
    file: "plugin/src/claims/migration.ts",
    from: "namespaces.some((one) => one !== held.namespace)",
    to: "namespaces.length > 9",
    caughtBy: fromIngresses("somebody else holds it: a conflict"),
  },
  {
    name: "who serves a name of somebody else's domain gets no share of it",
    file: "plugin/src/claims/migration.ts",
    from: "if (above !== undefined) grant(above, namespace);",
    to: "",
    caughtBy: fromIngresses("each host is claimed by who serves it or is a conflict"),
  },
  {
    name: "a path with a line feed makes lines of its own in what the plugin says",
    file: "plugin/src/output/render.ts",
    from: "texts.map((row) => row.map(oneLine))",
    to: "texts",
    caughtBy: {
      file: "plugin/test/explain-around.test.ts",
      test: "what others wrote reaches a terminal without its control characters",
    },
  },
  {
    name: "a kubeconfig's value that Go takes for a number is taken for a text",
    file: "plugin/src/kube/kubeconfig-file.ts",
    from: 'typeof value !== "string" || !Number.isNaN(Number(value.replaceAll("_", "")))',
    to: 'typeof value !== "string"',
    caughtBy: { file: "plugin/test/kubeconfig-file.test.ts", test: "a number that Go alone takes for one" },
  },
  {
    name: "whoever adds an Ingress for a domain is given it, above the names that others have served for long",
    file: "plugin/src/claims/migration.ts",
    from: "if (since < (oldest.get(above)?.since ?? first.since)) oldest.set(above, one);",
    to: "",
    caughtBy: fromIngresses(
      "an attack: an Ingress for a domain, when another team has served a name below it for long",
    ),
  },
];
