import fc from "fast-check";
import { hostOf } from "@domain-claims/crds/domain";
import { ancestors } from "@domain-claims/crds/host";
import type { Host, Hostname } from "@domain-claims/crds/host";
import { registrableDomain } from "@domain-claims/crds/suffix";
import { afterEach, beforeEach, expect, test } from "vitest";

import { planMigration } from "../src/claims/migration.ts";
import type { Holding, Migration } from "../src/claims/migration.ts";
import { answerClaims, claim, openTerminal, record } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

/** Plans for `host namespace since`, the last of which may be missing; `held` is `host namespace kind` of the register. */
function plan(served: readonly string[], held: readonly string[] = [], holders: readonly string[] = []): Migration {
  const register = new Map<string, Holding>(
    held.map((text) => {
      const [host = "", namespace = "", kind = "primary"] = text.split(" ");
      return [host, { namespace, kind: kind as Holding["kind"] }];
    }),
  );
  return planMigration({
    served: served.map((text) => {
      const [host = "", namespace = "", since] = text.split(" ");
      return { host: host as Host, namespace, ingresses: ["web"], since };
    }),
    claims: [],
    holder: (host) => register.get(host),
    registrable: registrableDomain,
    holders: new Map(holders.map((text) => text.split("=") as [Hostname, string])),
  });
}

/** Claims in a line each: host, namespace, and what is special. */
function lines({ claims }: Migration): readonly string[] {
  return claims.map(({ metadata, spec: { primary, sub, parent, delegates } }) =>
    [
      sub === undefined ? primary : `${sub} below ${primary}`,
      metadata.namespace,
      ...(parent === undefined ? [] : [`parent ${parent}`]),
      ...(delegates === undefined ? [] : [`shared with ${delegates.join(",")}`]),
    ].join(" "),
  );
}

type Texts = readonly string[];
type PlanRow = readonly [what: string, served: Texts, expected: Texts, held?: Texts, holders?: Texts];

const rows: readonly PlanRow[] = [
    ["a domain and its names are claimed by the namespace that serves it", ["acme.org a", "www.acme.org a"], ["acme.org a", "www below acme.org a"]],
    ["names of others below it are shared claims, and the primary names them", ["acme.org a", "shop.acme.org b", "blog.acme.org c"], ["acme.org a shared with b,c", "blog below acme.org c parent a", "shop below acme.org b parent a"]],
    ["a name two labels below is a primary of its own, and is shared", ["acme.org a", "x.y.acme.org b"], ["acme.org a shared with b", "x.y.acme.org b"]],
    ["who serves the wildcard holds the domain", ["*.acme.org a", "shop.acme.org b"], ["acme.org a shared with b", "* below acme.org a", "shop below acme.org b parent a"]],
    ["a deeper wildcard makes its base a primary", ["acme.org a", "*.dev.acme.org b"], ["acme.org a shared with b", "dev.acme.org b", "* below dev.acme.org b"]],
    ["where nobody serves the domain, its names are primaries", ["www.acme.org a", "shop.acme.org b"], ["shop.acme.org b", "www.acme.org a"]],
    ["a primary that lies above another's name is shared with it", ["shop.acme.org a", "x.shop.acme.org b"], ["shop.acme.org a shared with b", "x below shop.acme.org b parent a"]],
    ["--holder gives a domain that nobody serves", ["www.acme.org a", "shop.acme.org b"], ["acme.org a shared with b", "shop below acme.org b parent a", "www below acme.org a"], [], ["acme.org=a"]],
    ["a private suffix is nobody's, and what is below it is a domain", ["me.github.io a", "you.github.io b"], ["me.github.io a", "you.github.io b"]],
    ["what is held already is not claimed again", ["acme.org a", "www.acme.org a"], ["www below acme.org a"], ["acme.org a"]],
    ["below a domain that somebody holds a shared claim is made", ["shop.acme.org b"], ["shop below acme.org b parent a"], ["acme.org a"]],
    ["a domain that has been served for as long as the names of others below it is claimed", ["acme.org a 1", "shop.acme.org b 1", "x.y.acme.org c 2"], ["acme.org a shared with b,c", "shop below acme.org b parent a", "x.y.acme.org c"]],
    ["--holder gives a domain below which others have served names for longer", ["acme.org b 2", "www.acme.org a 1"], ["acme.org b shared with a", "www below acme.org a parent b"], [], ["acme.org=b"]],
    ["who serves a name that decides about nothing may be younger than what lies below", ["acme.org a 1", "shop.acme.org b 3", "x.shop.acme.org c 2"], ["acme.org a shared with b,c", "shop below acme.org b parent a", "x.shop.acme.org c"]],
    ["domains have nothing to do with each other", ["acme.org a", "acme.com b"], ["acme.com b", "acme.org a"]],
  ]; // prettier-ignore

for (const [what, served, expected, held, holders] of rows)
  test(what, () => {
    const migration = plan(served, held, holders);
    expect(lines(migration)).toEqual(expected);
    expect(migration.conflicts).toEqual([]);
  });

test.each([
  ["two namespaces serve a host", ["acme.org a", "acme.org b"], "acme.org", "a (Ingress web) and b (Ingress web) serve it, and one namespace can hold it"],
  ["somebody else holds it", ["acme.org b"], "acme.org", "b (Ingress web) serves it, and a holds it", ["acme.org a"]],
  ["it is a public suffix", ["co.uk a"], "co.uk", "a (Ingress web) serves it, and it is a public suffix, which is nobody's"],
  ["it is the wildcard of a public suffix", ["*.co.uk a"], "*.co.uk", "a (Ingress web) serves it, and it is a public suffix, which is nobody's"],
  ["the wildcard's base is somebody else's", ["acme.org a", "*.acme.org b"], "*.acme.org", "b serves it, and a wildcard needs acme.org, which is a's"],
  ["the wildcard's base is held by somebody else", ["*.acme.org b"], "*.acme.org", "b serves it, and a wildcard needs acme.org, which is a's", ["acme.org a"]],
  ["two namespaces serve the wildcard's base", ["s.acme.org a", "s.acme.org b", "*.s.acme.org a"], "*.s.acme.org", "a serves it, and a wildcard needs a primary claim for s.acme.org, and there can be none"],
  ["another namespace has served a name below it for longer", ["acme.org b 2", "x.www.acme.org a 1"], "acme.org", "b (Ingress web) serves it, and a has served x.www.acme.org for longer: give it to whose it is with --holder acme.org=NAMESPACE"],
  ["the same of a wildcard", ["*.acme.org b 2", "www.acme.org a 1"], "*.acme.org", "b (Ingress web) serves it, and a has served www.acme.org for longer: give it to whose it is with --holder acme.org=NAMESPACE"],
  ["the holder that was named is not who serves it", ["acme.org a"], "acme.org", "a (Ingress web) serves it, and --holder gives it to b", [], ["acme.org=b"]],
] as const)("%s: a conflict, and no claim", (_what, served, host, why, held: readonly string[] = [], holders: readonly string[] = []) => {
  const { claims, conflicts } = plan(served, held, holders);
  expect(conflicts).toContainEqual({ host, why });
  expect(claims.map(({ spec }) => hostOf(spec))).not.toContain(host);
}); // prettier-ignore

test("what an existing claim has to share is said, and who nobody serves", () => {
  expect(plan(["shop.acme.org b", "blog.acme.org c"], ["acme.org a"]).shares).toEqual([
    { primary: "acme.org", holder: "a", namespaces: ["b", "c"] },
  ]);
  expect(plan(["www.acme.org a"]).unheld).toEqual(["acme.org"]);
  expect(plan(["acme.org a", "acme.org b", "www.acme.org a"]).unheld).toEqual([]);
});

const label = fc.constantFrom("x", "y", "*");
const pair = fc
  .tuple(fc.array(label, { maxLength: 3 }), fc.constantFrom("acme.org", "acme.co.uk", "co.uk"), fc.constantFrom("a", "b", "c"))
  .map(([labels, domain, namespace]) => {
    const names = labels.filter((one, at) => one !== "*" || at === 0);
    return `${[...names, domain].join(".")} ${namespace}`;
  }); // prettier-ignore

test("whatever is served: each host is claimed by who serves it or is a conflict, and every claim may hold its host", () => {
  fc.assert(
    fc.property(fc.uniqueArray(pair, { maxLength: 12 }), fc.boolean(), (served, given) => {
      const migration = plan(served, [], given ? ["acme.org=c"] : []);
      const { claims, conflicts } = migration;
      const hosts = claims.map(({ spec }) => hostOf(spec));
      expect(new Set(hosts).size).toBe(hosts.length);
      for (const text of served) {
        const [host = "", namespace] = text.split(" ");
        const own = claims.find(({ spec }) => hostOf(spec) === host);
        if (own !== undefined) expect(own.metadata.namespace, lines(migration).join("; ")).toBe(namespace);
        else expect(conflicts.map((one) => one.host)).toContain(host);
      }
      for (const one of claims) {
        const { spec, metadata } = one;
        const primaryOf = (name: string) =>
          claims.find((other) => other.spec.sub === undefined && other.spec.primary === name);
        const lets = (name: string): boolean => {
          const above = primaryOf(name);
          return above !== undefined && (above.metadata.namespace === metadata.namespace || above.spec.delegates?.includes(metadata.namespace ?? "") === true);
        }; // prettier-ignore
        const nearest = ancestors(hostOf(spec) as Host).find((name) => primaryOf(name) !== undefined);
        if (spec.sub !== undefined) expect(lets(spec.primary), lines(migration).join("; ")).toBe(true);
        else if (nearest !== undefined) expect(lets(nearest), lines(migration).join("; ")).toBe(true);
        if (spec.sub === "*") expect(primaryOf(spec.primary)?.metadata.namespace).toBe(metadata.namespace);
      }
    }),
    { seed: 11, numRuns: 2_000 },
  );
});

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

function serve(namespace: string, name: string, hosts: readonly (string | undefined)[], more: object = {}): void {
  const rules = hosts.map((host) => (host === undefined ? {} : { host }));
  terminal.api.put("ingresses", { metadata: { name, namespace, ...more }, spec: { ingressClassName: "nginx", rules } });
}

test("--dry-run -o yaml writes the claims of all namespaces, conflicts go to stderr, and the exit code tells", async () => {
  serve("acme-org", "web", ["acme.org", "Shop.acme.org."], {
    annotations: { "konghq.com/host-aliases": "www.acme.org" },
  });
  serve("coyote-org", "blog", ["blog.acme.org", "shop.acme.org", undefined, "not a host"]);
  const { code, stdout, stderr } = await terminal.type(["claim", "--from-ingresses", "-A", "--dry-run", "-o", "yaml"]);
  expect(code).toBe(1);
  await expect(stdout).toMatchFileSnapshot("from-ingresses.golden.txt");
  expect(stderr.split("\n")).toEqual([
    "note: acme.org of acme-org is shared with coyote-org, which serve names below it",
    "conflict: shop.acme.org: acme-org (Ingress web) and coyote-org (Ingress blog) serve it, and one namespace can hold it",
    "conflict: Ingress coyote-org/blog: a rule without a host, or a default backend, is for every host: no claim is",
    expect.stringMatching(/^conflict: Ingress coyote-org\/blog: "not a host" /),
    "",
  ]);
  expect(terminal.api.received.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("an attack: an Ingress for a domain, when another team has served a name below it for long, gets nothing", async () => {
  serve("acme-org", "web", ["www.acme.org"], { creationTimestamp: "2024-01-01T00:00:00Z" });
  serve("mallory-org", "late", ["acme.org", "*.acme.org"], { creationTimestamp: "2026-01-01T00:00:00Z" });
  const { code, stdout, stderr } = await terminal.type(["claim", "--from-ingresses", "-A", "--dry-run"]);
  expect(code).toBe(1);
  expect(stdout).toBe("domain.platform.koli.io/www.acme.org created (dry run)\n");
  expect(stderr).toContain(
    "conflict: acme.org: mallory-org (Ingress late) serves it, and acme-org has served www.acme.org for longer",
  );
});

test("an attack: very many hosts that are none are counted, and none of them reaches the terminal as it is", async () => {
  const bad = Array.from({ length: 20_000 }, (_, at) => `\u001b[2J${String(at)} b`).join(",");
  serve("marvin-org", "flood", ["marvin.example"], { annotations: { "konghq.com/host-aliases": bad } });
  const { code, stdout, stderr } = await terminal.type(["claim", "--from-ingresses", "--dry-run"]);
  expect(code).toBe(1);
  expect(stdout).toBe("domain.platform.koli.io/marvin.example created (dry run)\n");
  expect(stderr.trim().split("\n")).toHaveLength(6);
  expect(stderr).toContain("conflict: Ingress marvin-org/flood: ... and 19,995 more\n");
  expect(stderr).not.toContain("\u001b");
});

test("without --dry-run the claims are made and waited for; what is refused is said", async () => {
  serve("marvin-org", "web", ["marvin.example", "www.marvin.example"]);
  serve("acme-org", "web", ["acme.org"]);
  answerClaims(terminal.api, "OK", "Held", "fine");
  expect(await terminal.type(["claim", "--from-ingresses", "-l", "team=m"])).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/marvin.example created\ndomain.platform.koli.io/www.marvin.example created\n",
    stderr: "",
  });
  serve("marvin-org", "more", ["more.example"]);
  answerClaims(terminal.api, "Failed", "ReservedName", "no");
  expect(await terminal.type(["claim", "--from-ingresses"])).toMatchObject({
    code: 1,
    stdout: "domain.platform.koli.io/more.example created\n",
    stderr: "error: marvin-org/more.example: ReservedName: no\n",
  });
});

test("a claim that can't be made, as by a quota of its namespace, keeps none of the others from being made", async () => {
  serve("acme-org", "web", ["acme.org"]);
  serve("marvin-org", "web", ["b.example", "c.example"]);
  terminal.api.put("domains", claim("marvin-org", "b.example", { primary: "other.org" }));
  terminal.api.deny = (verb, plural, namespace) =>
    verb === "create" && plural === "domains" && namespace === "acme-org";
  answerClaims(terminal.api, "OK", "Held", "fine");
  const { code, stdout, stderr } = await terminal.type(["claim", "--from-ingresses", "-A"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "domain.platform.koli.io/c.example created\n" });
  expect(stderr).toMatch(/^error: acme-org\/acme\.org: .*forbidden/m);
  expect(stderr).toMatch(/^error: marvin-org\/b\.example: .*is there already and claims other\.org/m);
});

test("--wait=live says which claims are held but not live when the time is over, and ends with 1", async () => {
  serve("marvin-org", "web", ["marvin.example", "www.marvin.example"]);
  const ready = { type: "Ready", status: "False", reason: "NoService", message: "no such Service" };
  answerClaims(terminal.api, "OK", "Held", "fine", { conditions: [ready], stage: "Held" });
  expect(await terminal.type(["claim", "--from-ingresses", "--wait=live", "--timeout=150ms"])).toMatchObject({
    code: 1,
    stderr: ["marvin.example", "www.marvin.example"]
      .map((name) => `error: marvin-org/${name}: NoService: no such Service\n`)
      .join(""),
  });
});

test("claims that are there, held hosts, and Ingresses of another class are left alone", async () => {
  terminal.api.put("domains", claim("marvin-org", "mine", { primary: "marvin.example" }));
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" }));
  serve("marvin-org", "web", ["marvin.example", "m.acme.org"]);
  const { stdout, stderr } = await terminal.type(["claim", "--from-ingresses", "--dry-run"]);
  expect(stdout).toBe("domain.platform.koli.io/m.acme.org created (dry run)\n");
  expect(stderr).toBe(
    "note: acme.org has to be shared, unless it is: kubectl domain share acme.org --with marvin-org -n acme-org\n",
  );
  expect((await terminal.type(["claim", "--from-ingresses", "--dry-run", "--class=kong"])).stdout).toBe(
    "nothing is to be claimed\n",
  );
});

test.each([
  [["claim", "--from-ingresses", "acme.org"], "leave HOST out"],
  [["claim", "--from-ingresses", "--name", "x"], "leave --name out"],
  [["claim", "--from-ingresses", "--holder", "acme.org"], "write DOMAIN=NAMESPACE"],
  [["claim", "--from-ingresses", "--holder", "a.org=x", "--holder", "a.org=y"], "names two namespaces for a.org"],
  [["claim"], "HOST is required"],
])("%j is refused", async (argv, why) => {
  expect(await terminal.type(argv)).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(why) });
});
