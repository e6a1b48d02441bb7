import { afterEach, beforeEach, expect, test } from "vitest";

import { leaseAnnotations } from "@domain-claims/crds/domain";
import { claim, openTerminal, record } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
  terminal.api.put("ingressclasses", { metadata: { name: "kong" }, spec: { controller: "platform.koli.io/kong" } });
  terminal.api.put("ingressclasses", { metadata: { name: "nginx" }, spec: { controller: "k8s.io/ingress-nginx" } });
  terminal.api.put("services", at("web", { ports: [{ port: 80, name: "http" }] }));
  terminal.api.put("services", at("dns", { ports: [{ port: 53, protocol: "UDP" }] }));
  const named = { port: 80, name: "http", targetPort: "web" };
  terminal.api.put("services", at("pods", { clusterIP: "None", ports: [named, { port: 81, targetPort: 8081 }] }));
  terminal.api.put("services", at("out", { type: "ExternalName", externalName: "example.com" }));
});

afterEach(async () => {
  await terminal.close();
});

const at = (name: string, spec: object): { metadata: { name: string; namespace: string }; spec: object } => ({
  metadata: { name, namespace: "marvin-org" },
  spec,
});

interface Path {
  readonly path: string;
  readonly pathType: string;
  readonly backend: object;
}

const to = (path: string, name: string, port: number | string): Path => ({
  path,
  pathType: "Prefix",
  backend: { service: { name, port: typeof port === "number" ? { number: port } : { name: port } } },
});

function ingress(paths: readonly Path[], spec: object = {}, host = "acme.org"): void {
  const rules = [paths.length === 0 ? { host } : { host, http: { paths } }];
  terminal.api.put("ingresses", at("web", { ingressClassName: "kong", rules, ...spec }));
}

test("explain ingress NAME is understood as kubectl's own, and other kinds are said not to be explained", async () => {
  held({ live: 1 });
  ingress([to("/", "web", 80)]);
  expect(await explained("ingress", "web")).toBe(await explained("ingress/web"));
  expect(await explained("domain", "acme")).toContain("Host:       acme.org\n");
  expect(await terminal.type(["explain", "service/web"])).toMatchObject({
    code: 1,
    stderr: 'error: of the kind "service" nothing is explained: say HOST, domain/NAME or ingress/NAME\n',
  });
});

test("an Ingress of the class that the leader is set to is served, whatever the usual one is", async () => {
  terminal.api.put("leases", {
    metadata: {
      ...{ name: "domain-claims", namespace: "kong-system" },
      annotations: {
        [leaseAnnotations.ingressController]: "k8s.io/ingress-nginx",
        [leaseAnnotations.ingressClass]: "web",
      },
    },
  });
  held({ live: 1 });
  ingress([to("/", "web", 80)], { ingressClassName: "nginx" });
  expect(await explained()).toContain("  acme.org/  live\n");
  ingress([to("/", "web", 80)], { ingressClassName: "web" });
  expect(await explained()).toContain("  acme.org/  live\n");
  ingress([to("/", "web", 80)], { ingressClassName: "kong" });
  expect(await explained()).toContain("set spec.ingressClassName to nginx to have it served here");
});

test("explain HOST reads the controller's Lease and the classes once, whatever rests on them", async () => {
  terminal.api.put("leases", { metadata: { name: "domain-claims", namespace: "kong-system" } });
  held({ refused: 1 }, "NoRoutes");
  ingress([to("/", "web", 80)], { ingressClassName: "nginx" });
  await explained("acme.org");
  const read = (what: string) => terminal.api.received.filter(({ url }) => url.includes(what)).length;
  expect([read("/leases"), read("/ingressclasses")]).toEqual([1, 1]);
});

test("explain HOST does not send to itself for what its claim lacks", async () => {
  const status = { phase: "Pending", reason: "Releasing", message: "routes are leaving Kong" };
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }, status));
  ingress([to("/", "web", 80)]);
  expect(await explained("acme.org")).not.toContain("To fix it");
  expect(await explained()).toContain("  kubectl domain explain acme.org -n marvin-org\n");
});

interface Source {
  readonly live?: number;
  readonly refused?: number;
  readonly refusals?: readonly object[];
}

/** The claim holds acme.org, and says this of the Ingress. */
function held(source: Source | undefined, programmed = "Programmed"): void {
  const sources =
    source === undefined ? {} : { sources: [{ kind: "Ingress", name: "web", refused: 0, refusals: [], ...source }] };
  const status = programmed === "Programmed" ? "True" : "False";
  const conditions = [{ type: "Programmed", status, reason: programmed, message: "as Kong says" }];
  terminal.api.put(
    "domains",
    claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "OK", reason: "Held", conditions, ...sources }),
  );
}

const explained = async (...what: readonly string[]): Promise<string> =>
  (await terminal.type(["explain", ...(what.length === 0 ? ["ingress/web"] : what)])).stdout;

test("explain ingress/NAME has one line for each host and path, and the commands that help", async () => {
  held({ live: 1, refused: 1, refusals: [{ path: "/shop", reason: "ServiceNotFound", message: "there is no Service shop" }] }); // prettier-ignore
  ingress([to("/", "web", 80), to("/shop", "shop", 8080)]);
  expect(await terminal.type(["explain", "ingress/web"])).toEqual({
    code: 0,
    stdout:
      "Ingress:  marvin-org/web\n" +
      "Class:    kong\n" +
      "Paths:\n" +
      "  acme.org/      live\n" +
      "  acme.org/shop  ServiceNotFound  there is no Service shop\n" +
      "To fix it, you: make the Service shop\n" +
      "  kubectl create service clusterip shop --tcp=8080 -n marvin-org\n",
    stderr: "",
  });
});

test("explain HOST has a line for each path, and no command for an Ingress where there is one", async () => {
  held({ live: 0, refused: 1, refusals: [] }, "NoRoutes");
  ingress([to("/", "wep", 80)]);
  const stdout = await explained("acme.org");
  expect(stdout).toContain("Paths:\n  acme.org/  ServiceNotFound  acme.org/ is not served: there is no Service wep");
  expect(stdout).toContain("To fix it, you: name the Service web, if that is meant\n  kubectl edit ingress web -n marvin-org\n"); // prettier-ignore
  expect(stdout).not.toContain("kubectl create ingress");
});

test.each([
  ["no class", { ingressClassName: undefined }, "it names no class", "kong"],
  [
    "somebody else's class",
    { ingressClassName: "nginx" },
    "its class nginx is for another controller (k8s.io/ingress-nginx)",
    "kong",
  ],
  [
    "a slip of the pen",
    { ingressClassName: "kogn" },
    "there is no IngressClass kogn, so it is nobody's to serve; did you mean kong?",
    "kong",
  ],
  ["a slip in another one's name", { ingressClassName: "ngnix" }, "did you mean nginx?", "nginx"],
  [
    "a class of its own making",
    { ingressClassName: "something" },
    "there is no IngressClass something, so it is nobody's",
    "kong",
  ],
])("an Ingress with %s is told whose it is", async (_, spec, sentence, better) => {
  held(undefined, "NoRoutes");
  ingress([to("/", "web", 80)], spec);
  for (const stdout of [await explained(), await explained("acme.org")]) {
    expect(stdout).toContain(sentence);
    expect(stdout).toContain(
      `  kubectl patch ingress web --type=merge -p '{"spec":{"ingressClassName":"${better}"}}' -n marvin-org\n`,
    );
    expect(stdout).toMatch(/^ {2}acme\.org\/ +ClassNotServed /m);
  }
});

test("where classes may not be read, nobody's class is doubted", async () => {
  held({ live: 1 });
  ingress([to("/", "web", 80)], { ingressClassName: "edge" });
  terminal.api.deny = (_verb, plural) => plural === "ingressclasses";
  expect(await explained()).toContain("  acme.org/  live\n");
});

test("where classes may not be read, what the controller does not count is not of its class", async () => {
  terminal.api.deny = (_verb, plural) => plural === "ingressclasses";
  const conditions = [{ type: "Programmed", status: "False", reason: "NoRoutes", message: "" }];
  const status = { phase: "OK", reason: "Held", stage: "Held", conditions };
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }, status));
  ingress([to("/", "web", 80)], { ingressClassName: "kogn" });
  expect(await explained()).toContain(
    "  acme.org/  ClassNotServed  its class kogn is not one that is served here; did you mean kong?\n",
  );
  ingress([to("/", "web", 80)], { ingressClassName: "internal" });
  expect(await explained("acme.org")).toContain(
    "its class internal is not one that is served here; set spec.ingressClassName to kong to have it served here",
  );
});

test.each([
  ["a UDP port", to("/", "dns", 53), "ServiceRefused", "port 53 of Service dns is a UDP port", "name a TCP port"],
  ["a headless name", to("/", "pods", 80), "ServiceRefused", "Service pods is headless", "kubectl edit service pods"],
  ["ExternalName", to("/", "out", 80), "ServiceRefused", "Service out is of type ExternalName", "its own endpoints"],
  [
    "no such port",
    to("/", "web", "htpp"),
    "ServicePortNotFound",
    "Service web has no port htpp",
    "name a port that it has: 80 (http)",
  ],
  [
    "no Service",
    { path: "/", pathType: "Prefix", backend: { resource: { kind: "Bucket", name: "b" } } },
    "ServiceRefused",
    "its backend is Bucket/b",
    "name a Service",
  ],
])(
  "a backend with %s has a sentence of its own, before the controller has said anything",
  async (_, path, reason, sentence, what) => {
    // prettier-ignore
    held(undefined, "NoRoutes");
    ingress([path]);
    const stdout = await explained();
    expect(stdout).toContain(`  acme.org/  ${reason}  `);
    expect(stdout).toContain(sentence);
    expect(stdout).toContain(what);
  },
);

test("where Services may not be read, the controller's word stands", async () => {
  held({ live: 1, refused: 1, refusals: [{ path: "/dns", reason: "ServiceRefused", message: "a UDP port" }] });
  ingress([to("/", "web", 80), to("/dns", "dns", 53)]);
  terminal.api.deny = (_verb, plural) => plural === "services";
  const stdout = await explained();
  expect(stdout).toContain("  acme.org/     live\n  acme.org/dns  ServiceRefused  a UDP port\n");
  expect(stdout).toContain('Not shown, because it may not be read:\n  services. is forbidden: User "marvin" cannot list resource "services"'); // prettier-ignore
});

test("the same path twice: the first one counts", async () => {
  held({ live: 1, refused: 1, refusals: [{ path: "/", reason: "PathConflict", message: "twice" }] });
  ingress([to("/", "web", 80), to("/", "web", "http")]);
  expect(await explained()).toContain("  acme.org/  live\n  acme.org/  PathConflict  acme.org/ stands in this Ingress twice"); // prettier-ignore
});

test("a rule without paths, and a default backend, which serves nobody's host", async () => {
  held(undefined, "NoRoutes");
  ingress([], { defaultBackend: to("/", "web", 80).backend });
  const stdout = await explained();
  expect(stdout).toContain("acme.org has a rule without paths, and no default backend stands in for them");
  expect(stdout).toMatch(/^ {2}\* +HostRequired +a rule without host and a default backend/m);
  ingress([]);
  expect(await explained()).toContain("acme.org has a rule without paths, so nothing serves it");
});

test("what is wrong with a certificate is a note, and does not make of a path what it is not", async () => {
  const message = "https://acme.org is not served: there is no Secret web-tls of the type kubernetes.io/tls";
  held({ live: 1, refusals: [{ reason: "CertificateNotFound", message }] });
  ingress([to("/", "web", 80)], { tls: [{ secretName: "web-tls", hosts: ["acme.org"] }] });
  const stdout = await explained();
  expect(stdout).toContain(`Note:     ${message}`);
  expect(stdout).toContain("  acme.org/  live");
});

test("hosts that nobody here claims, that others hold, whose claim is refused or undecided, and that are none", async () => {
  terminal.api.put("hostrecords", record("theirs.org", { kind: "primary", namespace: "acme-org", name: "t" }));
  terminal.api.put("domains", claim("marvin-org", "lost", { primary: "lost.org" }, { phase: "Failed", reason: "AlreadyClaimed" })); // prettier-ignore
  terminal.api.put("domains", claim("marvin-org", "new", { primary: "new.org" }, { phase: "", reason: "" }));
  const hosts = ["free.org", "theirs.org", "lost.org", "new.org", "no_host.org"];
  const rules = hosts.map((host) => ({ host, http: { paths: [to("/", "web", 80)] } }));
  terminal.api.put("ingresses", at("web", { ingressClassName: "kong", rules }));
  const stdout = await explained();
  expect(stdout).toContain("  kubectl domain claim free.org -n marvin-org\n");
  expect(stdout).toMatch(
    /theirs\.org\/ +HostNotClaimed +theirs\.org is held by the primary claim t in namespace acme-org/,
  );
  expect(stdout).toContain("  kubectl domain whois theirs.org\n");
  expect(stdout).toMatch(
    /lost\.org\/ +HostNotClaimed +lost\.org is not served: its claim lost is not OK \(AlreadyClaimed\)/,
  );
  expect(stdout).toContain("  kubectl domain explain lost.org -n marvin-org\n");
  expect(stdout).toMatch(/new\.org\/ +Deciding/);
  expect(stdout).toMatch(/no_host\.org +InvalidHost +the host is not served: /);
});

test("an alias has the paths of every rule with a host", async () => {
  held({ live: 1 });
  const rules = [{ host: "www.acme.org", http: { paths: [to("/a", "web", 80)] } }];
  const metadata = { name: "web", namespace: "marvin-org", annotations: { "konghq.com/host-aliases": "acme.org" } };
  terminal.api.put("ingresses", { metadata, spec: { ingressClassName: "kong", rules } });
  expect(await explained()).toContain("  acme.org/a      live\n");
});

test("a refused path is found in the status as it is kept there: shortened, and with escapes", async () => {
  const long = `/${"a".repeat(130)}`;
  const message = "it is not served";
  const refusals = [
    { path: `/${"a".repeat(119)}… (131 bytes)`, reason: "InvalidPath", message },
    { path: "/b\\u{1b}[31m", reason: "InvalidPath", message },
  ];
  held({ live: 1, refused: 2, refusals });
  ingress([to("/", "web", 80), to(long, "web", 80), to("/b\u001b[31m", "web", 80)]);
  const stdout = await explained();
  expect(stdout).toMatch(/acme\.org\/a{130} +InvalidPath/);
  expect(stdout).toMatch(/acme\.org\/b\^\[\[31m +InvalidPath/);
  expect(stdout).toMatch(/acme\.org\/ +live/);
});

test.each([
  ["Kong is away", { refused: 0 }, "KongUnreachable", "not known, KongUnreachable  as Kong says"],
  ["Kong refuses it", { refused: 0 }, "KongRefused", "KongRefused  as Kong says"],
  ["an older controller says nothing of sources", undefined, "Programmed", "live"],
  [
    "not all refusals had room",
    { live: 1, refused: 9 },
    "Programmed",
    "not known  9 paths of the Ingress are not served, and the claim has room for 0",
  ],
  [
    "the whole Ingress is kept out",
    { live: 0, refused: 1, refusals: [{ reason: "UnsupportedAnnotation", message: "key-auth" }] },
    "NoRoutes",
    "UnsupportedAnnotation  key-auth",
  ],
])("where %s, that is said of the path", async (_, source, programmed, line) => {
  held(source, programmed);
  ingress([to("/", "web", 80)]);
  expect(await explained()).toContain(`  acme.org/  ${line}\n`);
});

test("behind ten sources with the last in order, one that is not shown is live", async () => {
  const sources = Array.from({ length: 10 }, (_, i) => ({
    ...{ kind: "Ingress", name: `other-${String(i)}`, live: 1, refused: 0, refusals: [] },
  }));
  const conditions = [{ type: "Programmed", status: "True", reason: "Programmed", message: "" }];
  const status = { phase: "OK", reason: "Held", conditions, sources, moreSources: 3 };
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }, status));
  ingress([to("/", "web", 80)]);
  expect(await explained()).toContain("  acme.org/  live\n");
});

test("a long list is cut, what is not live first, with a count; machines get all of it", async () => {
  held({ live: 98, refused: 2, refusals: [] });
  ingress([...Array.from({ length: 98 }, (_, i) => to(`/${String(i)}`, "web", 80)), to("/x", "none", 80), to("/y", "none", 80)]); // prettier-ignore
  const stdout = await explained();
  expect(stdout).toMatch(/Paths:\n {2}acme\.org\/0 +not known/);
  expect(stdout).toContain("  ... and 70 more\n");
  const json = JSON.parse((await terminal.type(["explain", "ing/web", "-o", "json"])).stdout) as { paths: unknown[] };
  expect(json.paths).toHaveLength(100);
  expect(json).toMatchObject({ ingress: "web", namespace: "marvin-org", class: "kong" });
  expect((await terminal.type(["explain", "ingress/web", "-o", "name"])).stdout).toBe(
    "ingress.networking.k8s.io/web\n",
  );
});

test("several Ingresses for a host are told apart; one that is not there is an error", async () => {
  held({ live: 1 });
  ingress([to("/", "web", 80)]);
  terminal.api.put("ingresses", { ...at("two", { ingressClassName: "kong", rules: [{ host: "acme.org", http: { paths: [to("/", "web", 80)] } }] }) }); // prettier-ignore
  expect(await explained("acme.org")).toMatch(
    /Paths:\n {2}Ingress web +acme\.org\/ +live\n {2}Ingress two +acme\.org\/ +not known\n/,
  );
  expect(await terminal.type(["explain", "ingress/none"])).toMatchObject({ code: 1, stdout: "" });
});
