import { anyHost } from "@domain-claims/crds/hostname";
import { describe, expect, test } from "vitest";
import { translator } from "../../src/translate/translate.ts";
import { defaultLimits } from "../../src/world/limits.ts";
import type { SourceLimits } from "../../src/world/limits.ts";
import type { Source } from "../../src/world/source.ts";

const metadata = {
  namespace: "a",
  name: "b",
  uid: "u",
  resourceVersion: "7",
  creationTimestamp: "2026-04-04T12:00:00Z",
};
const backend = { service: { name: "web", port: { number: 80 } } };

function ingress(spec: unknown, annotations: unknown = {}, limits: Partial<SourceLimits> = {}): Source {
  return translator({ ...defaultLimits, ...limits }).Ingress({ metadata: { ...metadata, annotations }, spec });
}

const rule = (paths: readonly unknown[], host = "a.acme.org"): unknown => ({ host, http: { paths } });
const prefix = (path: string): unknown => ({ path, pathType: "Prefix", backend });
const textsOf = ({ rules }: Source): readonly string[] => rules.flatMap(({ paths }) => paths.map(({ text }) => text));

describe("what an Ingress says", () => {
  test("are rules, paths and backends, and last what the default backend means", () => {
    const paths = [
      { path: "/a", pathType: "Exact", backend },
      { path: "/b", pathType: "Prefix", backend: { service: { name: "web", port: { name: "http" } } } },
      { path: "/~/c+", backend },
      { backend: { resource: { kind: "Bucket", name: "static", apiGroup: "x" } } },
    ];
    const made = ingress({
      ingressClassName: "kong",
      rules: [rule(paths, "A.acme.org."), {}],
      defaultBackend: backend,
    });
    const web = { kind: "service", service: "web", port: 80 };
    expect(made).toMatchObject({ kind: "Ingress", class: { by: "field", name: "kong" }, notes: [] });
    expect(made.rules).toEqual([
      {
        host: "a.acme.org",
        paths: [
          { text: "/a", match: { kind: "exact", path: "/a" }, backend: web },
          { text: "/b", match: { kind: "prefix", path: "/b" }, backend: { ...web, port: "http" } },
          { text: "/~/c+", match: { kind: "regex", path: "/c+" }, backend: web },
          { text: "/", match: { kind: "start", path: "/" }, backend: { kind: "resource", resource: "Bucket/static" } },
        ],
      },
      { host: anyHost, paths: [] },
      { host: anyHost, paths: [{ text: "/", match: { kind: "prefix", path: "/" }, backend: web }] },
    ]);
  });

  test("leaves out a path whose type is unknown, or which leads nowhere, and keeps its neighbours", () => {
    const paths = [{ path: "/new", pathType: "Regex", backend }, { path: "/void", pathType: "Prefix" }, prefix("/old")];
    expect(textsOf(ingress({ rules: [rule(paths)] }))).toEqual(["/old"]);
  });

  test.each([undefined, null, 5, "x", [], { rules: 7 }, { rules: [null, "x", { http: [] }] }, { tls: [null, 1] }])(
    "survives a spec of %j",
    (spec) => {
      expect(textsOf(ingress(spec))).toEqual([]);
    },
  );

  test("the class is that of the field, or of the annotation of older times", () => {
    const annotations = { "kubernetes.io/ingress.class": "old" };
    expect(ingress({ ingressClassName: "new" }, annotations).class).toEqual({ by: "field", name: "new" });
    expect(ingress({}, annotations).class).toEqual({ by: "annotation", name: "old" });
    expect(ingress({}).class).toBeUndefined();
  });

  test("a path that stands there twice for a host is said, and the first one counts", () => {
    const made = ingress({
      rules: [rule([prefix("/a"), prefix("/b")]), rule([prefix("/a/")]), rule([prefix("/a")], "b.acme.org")],
    });
    expect(textsOf(made)).toEqual(["/a", "/b", "/a"]);
    expect(made.notes).toEqual([
      {
        reason: "PathConflict",
        message: expect.stringContaining("a.acme.org/a/ stands in this Ingress twice"),
        host: "a.acme.org",
        path: "/a/",
      },
    ]);
  });

  test("certificates are kept with their hosts; without hosts they are for all", () => {
    const tls = [
      { secretName: "s", hosts: ["A.acme.org", "no_host"] },
      { secretName: "all", hosts: [] },
    ];
    expect(ingress({ tls }).tls).toEqual([
      { secret: "s", hosts: ["a.acme.org"] },
      { secret: "all", hosts: undefined },
    ]);
    expect(ingress({ tls: [{ secretName: "none", hosts: ["no_host"] }] }).tls).toEqual([{ secret: "none", hosts: [] }]);
  });

  test.each([undefined, "", "..", "../x", "a/b", "A", "x".repeat(300)])(
    "%j is no Secret's name, and told",
    (secretName) => {
      const made = ingress({ tls: [{ secretName, hosts: ["a.acme.org"] }] });
      expect(made.tls).toEqual([]);
      expect(made.notes).toMatchObject([{ reason: "CertificateNotUsed" }]);
    },
  );
});

describe("what is too much is never kept (rule X1)", () => {
  test("certificates for very many hosts, and very many of them, are cut and told", () => {
    const hosts = Array.from({ length: 1_500 }, (_, i) => `x${String(i)}.acme.org`);
    const made = ingress({ tls: Array.from({ length: 200 }, () => ({ secretName: "s", hosts })) });
    expect(made.tls.flatMap((tls) => tls.hosts ?? [])).toHaveLength(2_000);
    expect(made.notes.map(({ message }) => message)).toEqual([
      expect.stringContaining("more than 100 entries in spec.tls"),
      expect.stringContaining("more than 2000 hosts in spec.tls, of which 148000"),
    ]);
  });

  test("a path that is too long: what is said of it has its beginning and its length", () => {
    const long = `/${"a".repeat(1_000_000)}`;
    const made = ingress({ rules: [rule([prefix(long), prefix("/b")])] });
    expect(textsOf(made)).toEqual(["/b"]);
    expect(made.notes).toEqual([
      {
        reason: "InvalidPath",
        message: expect.stringContaining("(1000001 bytes) is not served: a path has at most 2048"),
        host: "a.acme.org",
        path: expect.stringMatching(/^\/a{119}… \(1000001 bytes\)$/),
      },
    ]);
    expect(JSON.stringify(made).length).toBeLessThan(2_000);
    expect(ingress({ rules: [rule([prefix("/abc")])] }, {}, { pathBytes: 3 }).notes[0]?.reason).toBe("InvalidPath");
  });

  test("a path with what nobody sees: what is said of it is one line, and no longer for that", () => {
    const odd = "/a\u001b[31m\nTo fix it:\u202e";
    expect(textsOf(ingress({ rules: [rule([prefix(odd)])] }))).toEqual(["/a\\u{1b}[31m\\u{a}To fix it:\\u{202e}"]);
    const [long = ""] = textsOf(ingress({ rules: [rule([prefix(`/${"\u202e".repeat(119)}`)])] }));
    expect(long).toMatch(/^\/(\\u\{202e\})+.*… \(358 bytes\)$/);
    expect(long.length).toBeLessThan(256);
  });

  test("paths, rules and aliases beyond the routes of a namespace", () => {
    const paths = Array.from({ length: 30 }, (_, i) => prefix(`/${String(i)}`));
    const rules = Array.from({ length: 12 }, (_, i) => rule(paths, `${String(i)}.acme.org`));
    const aliases = Array.from({ length: 11 }, (_, i) => `x${String(i)}.acme.org`).join();
    const made = ingress({ rules }, { "konghq.com/host-aliases": aliases }, { routesPerNamespace: 10 });
    expect(textsOf(made)).toHaveLength(10);
    expect(made.rules).toHaveLength(10);
    expect(made.aliases).toHaveLength(10);
    expect(made.notes.filter(({ reason }) => reason === "TooManyPaths").map(({ message }) => message)).toEqual([
      expect.stringMatching(/more than 10 rules, of which 2/),
      expect.stringMatching(/more than 10 paths, of which 290/),
      expect.stringMatching(/more than 10 host aliases, of which 1/),
    ]);
  });

  test("hosts: an Ingress has a thousand in its rules, and as many aliases", () => {
    const names = (of: string): string[] => Array.from({ length: 1_200 }, (_, i) => `${of}${String(i)}.acme.org`);
    const rules = names("r").map((host) => rule([prefix("/")], host));
    const made = ingress({ rules: [...rules, ...rules] }, { "konghq.com/host-aliases": names("a").join() });
    expect(made.rules).toHaveLength(2_000);
    expect(new Set(made.rules.map(({ host }) => host)).size).toBe(1_000);
    expect(made.aliases).toHaveLength(1_000);
    expect(made.notes.filter(({ reason }) => reason === "TooManyPaths").map(({ message }) => message)).toEqual([
      expect.stringContaining("more than 1000 hosts, of which 200"),
      expect.stringContaining("more than 1000 host aliases, of which 200"),
    ]);
  });

  test("problems of one kind: twenty are told one by one", () => {
    const made = ingress({ rules: [rule(Array.from({ length: 5_000 }, () => prefix("no slash")))] });
    expect(made.notes).toHaveLength(21);
    expect(made.notes.at(-1)?.message).toContain("4980 more problems");
  });

  test("annotations: none is kept as it is", () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, n) => [`konghq.com/headers.x${String(n)}`, "y".repeat(100_000)]),
    );
    const made = ingress({}, { ...many, "konghq.com/host-aliases": "z".repeat(100_000), "kubernetes.io/ingress.class": "k".repeat(100_000) }); // prettier-ignore
    expect(JSON.stringify(made).length).toBeLessThan(20_000);
  });
});

describe("annotations", () => {
  test("that are known make the options, and a value that can't be used is said", () => {
    const annotations = { "konghq.com/strip-path": "true", "konghq.com/preserve-host": "perhaps", "konghq.com/protocols": " https " }; // prettier-ignore
    const { options, notes } = ingress({}, annotations);
    expect(options).toEqual({
      stripPath: true,
      preserveHost: true,
      protocols: ["https"],
      httpsRedirectStatusCode: 426,
    });
    expect(notes.map(({ reason }) => reason)).toEqual(["InvalidAnnotation"]);
  });

  test("T9: those by which cert-manager orders certificates are known", () => {
    expect(ingress({}, {}).issuing).toBeUndefined();
    expect(ingress({}, { "kubernetes.io/tls-acme": "false", "cert-manager.io/issuer": "" }).issuing).toBeUndefined();
    for (const [name, value] of [
      ["cert-manager.io/cluster-issuer", "le"],
      ["cert-manager.io/issuer", "le"],
      ["kubernetes.io/tls-acme", "true"],
    ])
      // prettier-ignore
      expect(ingress({}, { [name ?? ""]: value }).issuing).toBe(name);
  });

  test.each(["konghq.com/plugins", "konghq.com/methods", "konghq.com/headers.x-user", "konghq.com/snis"])(
    "X6: %s restricts who may reach the routes",
    (annotation) => {
      const { restrictions } = ingress({}, { [annotation]: "x" });
      expect(restrictions).toMatchObject([{ annotation, reason: "UnsupportedAnnotation" }]);
      expect(ingress({}, { [annotation]: " " }).restrictions).toEqual([]);
    },
  );

  test("X6: protocols that can't be read restrict, since the default would open both", () => {
    expect(ingress({}, { "konghq.com/protocols": "htps" }).restrictions).toMatchObject([
      { annotation: "konghq.com/protocols", reason: "InvalidAnnotation" },
    ]);
  });

  test.each([
    "konghq.com/regex-priority",
    "konghq.com/override",
    "configuration.konghq.com",
    "plugins.konghq.com",
    "kolihub.io/x",
  ])("%s is told and harmless", (annotation) => {
    const { notes, restrictions } = ingress({}, { [annotation]: "x", "nginx.ingress.kubernetes.io/x": "y" });
    expect(restrictions).toEqual([]);
    expect(notes).toEqual([{ reason: "UnsupportedAnnotation", message: expect.stringContaining(annotation) }]);
  });
});
