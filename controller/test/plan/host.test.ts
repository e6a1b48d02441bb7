import { describe, expect, test } from "vitest";
import { anyHost } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { Settings } from "../../src/decide/settings.ts";
import type { HostPlan } from "../../src/plan/kong/host.ts";
import { kongPlan } from "../../src/plan/kong/host.ts";
import type { HostRoutes } from "../../src/plan/host-routes.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Cluster } from "../support/builders.ts";
import { backend, claim, heldBy, ingress, path, service, servicePort, settings, world } from "../support/builders.ts";
import { plannedFor } from "../support/planned.ts";

const acme = claim("acme-org/acme", "acme.org");
const any = claim("acme-org/any", "acme.org", { sub: "*" });
const web = service("acme-org/web", {
  ports: [servicePort("http", 80), servicePort("admin", 8080)],
});
const held: Cluster = { claims: [acme, any], records: [heldBy(acme), heldBy(any)], services: [web] };

function plan(cluster: Cluster, host: string, more: Partial<Settings> = {}): HostPlan & HostRoutes {
  const all = { ...settings, ...more };
  const facts = new Facts(world({ ...held, ...cluster }));
  const planned = plannedFor(facts, all, host as Host);
  return { ...planned, ...kongPlan(all, planned, facts.kong.preFunction) } as HostPlan & HostRoutes;
}

const lines = ({ routes, services }: HostPlan): readonly string[] =>
  routes.map(
    (r) =>
      `${r.hosts?.join() ?? "any"} ${r.paths.join()} ${services.find(({ id }) => id === r.service.id)?.name ?? "?"}`,
  );

describe("which routes a host gets", () => {
  test("thousands of paths are as many routes, none of which has another's name", () => {
    const primary = claim("mallory-org/mallory", "mallory.example");
    const paths = Array.from({ length: 2000 }, (_, i) => path(`/path-${String(i)}`));
    const many = ingress("mallory-org/web", [], { rules: [{ host: "mallory.example", paths }] });
    const cluster = { claims: [primary], records: [heldBy(primary)], services: [service("mallory-org/web")] };
    const { routes } = plan({ ...cluster, ingresses: [many] }, "mallory.example", { pathsPerHost: 2000 });
    expect(new Set(routes.map(({ name }) => name)).size).toBe(2000);
  });

  test("L1: those of the holder's namespace, and of no other", () => {
    const mine = ingress("acme-org/web", ["acme.org"]);
    const theirs = ingress("evil/web", ["acme.org"]);
    const planned = plan({ ingresses: [theirs, mine], services: [web, service("evil/web")] }, "acme.org");
    expect(lines(planned)).toEqual(["acme.org / acme-org.web.80"]);
  });

  test("a host in capitals or with a trailing dot is the same host", () => {
    const planned = plan({ ingresses: [ingress("acme-org/web", ["ACME.org."])] }, "acme.org");
    expect(lines(planned)).toEqual(["acme.org / acme-org.web.80"]);
  });

  test("L2: konghq.com/host-aliases are hosts", () => {
    const aliased = ingress("acme-org/web", ["acme.org"], {
      annotations: { "konghq.com/host-aliases": "*.acme.org, evil.example" },
    });
    expect(lines(plan({ ingresses: [aliased] }, "*.acme.org"))).toEqual([
      "*.acme.org ~/ acme-org.web.80.wc--any.acme.org",
    ]);
    expect(lines(plan({ ingresses: [aliased] }, "evil.example"))).toEqual([]);
  });

  test("L2: a rule without host is served only from the administrator's catch-all namespaces", () => {
    const open = ingress("acme-org/web", [undefined]);
    expect(lines(plan({ ingresses: [open] }, anyHost))).toEqual([]);
    expect(lines(plan({ ingresses: [open] }, anyHost, { catchAllNamespaces: ["acme-org"] }))).toEqual([
      "any / acme-org.web.80.any",
    ]);
  });

  test("L2b: a wildcard and a catch-all look at the Host header as it came: capitals pass by every other route", () => {
    const open = ingress("acme-org/web", [undefined, "*.acme.org"]);
    const lua = (host: string): string =>
      plan({ ingresses: [open] }, host, { catchAllNamespaces: ["acme-org"] }).plugins[0]?.config.access[0] ?? "";
    expect(lua("*.acme.org")).toContain('get_header("host") or "" if not host:match("^[%l%d_-]+%.acme%.org:?%d*$")');
    expect(lua(anyHost)).toContain(
      'local name = host:gsub(":%d+$", "") if name:match("%.$") or name:match("[^%l%d._-]")',
    );
  });

  test("L2a: a wildcard has regex paths, priorities by labels and path, and a service with the one-label function", () => {
    const wild = ingress("acme-org/web", [], { rules: [{ host: "*.acme.org", paths: [path("/"), path("/api")] }] });
    const { routes, services, plugins } = plan({ ingresses: [wild] }, "*.acme.org");
    expect(routes.map(({ paths, regex_priority }) => [paths, regex_priority])).toEqual([
      [["~/"], 2 * 256 + 1],
      [["~/api(?:/|$)"], 2 * 256 + 4],
    ]);
    expect(services).toHaveLength(1);
    expect(plugins[0]?.service.id).toBe(services[0]?.id);
    expect(plugins[0]?.config.access[0]).toContain('"^[%l%d_-]+%.acme%.org:?%d*$"');
  });

  test("L2a: without the plugin, the wildcard is refused with a reason", () => {
    const wild = ingress("acme-org/web", ["*.acme.org"]);
    const planned = plan({ ingresses: [wild], kong: { synced: true, preFunction: false } }, "*.acme.org");
    expect(planned.routes).toEqual([]);
    expect(planned.refusals).toMatchObject([{ reason: "WildcardUnsupported" }]);
  });

  test("L3: an Ingress of another class is not served; the class's controller decides, then its name, then the annotation", () => {
    const of = (more: object): readonly string[] =>
      lines(plan({ ingresses: [ingress("acme-org/web", ["acme.org"], more)] }, "acme.org"));
    expect(of({ className: "nginx" })).toEqual([]);
    expect(of({ className: "kong" })).toHaveLength(1);
    expect(of({ className: undefined })).toEqual([]);
    expect(of({ className: undefined, annotations: { "kubernetes.io/ingress.class": "kong" } })).toHaveLength(1);
    expect(of({ deleting: true })).toEqual([]);
  });

  test("L3: a Service of type ExternalName, a missing Service and a missing port are refused for their path alone", () => {
    const paths = [
      path("/"),
      path("/out", { backend: backend("out", 80) }),
      path("/none", { backend: backend("none", 80) }),
      path("/port", { backend: backend("web", "metrics") }),
      path("/bucket", { backend: { resource: { kind: "StorageBucket", name: "static" } } }),
      path("/named", { backend: backend("web", "admin") }),
    ];
    const mixed = ingress("acme-org/web", [], { rules: [{ host: "acme.org", paths }] });
    const planned = plan(
      { ingresses: [mixed], services: [web, service("acme-org/out", { type: "ExternalName" })] },
      "acme.org",
    );
    expect(lines(planned)).toEqual(["acme.org / acme-org.web.80", "acme.org /named/,~/named$ acme-org.web.8080"]);
    expect(planned.refusals.map(({ reason }) => reason)).toEqual([
      "ServiceRefused",
      "ServiceNotFound",
      "ServicePortNotFound",
      "ServiceRefused",
    ]);
  });

  test("of two Ingresses with one host and path the older serves, and the other is told", () => {
    const older = ingress("acme-org/old", ["acme.org"], { created: "2020-01-01T00:00:00Z" });
    const younger = ingress("acme-org/new", ["acme.org"]);
    const planned = plan({ ingresses: [younger, older] }, "acme.org");
    expect(planned.sources.map(({ name }) => name)).toEqual(["old"]);
    expect(planned.refusals).toMatchObject(
      [{ source: { name: "new" }, reason: "PathConflict", message: /acme-org\/old/ }].map((row) => ({
        ...row,
        message: expect.stringMatching(row.message) as string,
      })),
    );
  });

  test("the annotations reach the route; the redirect waits for a certificate", () => {
    const annotated = ingress("acme-org/web", ["acme.org"], {
      annotations: {
        "konghq.com/strip-path": "true",
        "konghq.com/preserve-host": "false",
        "konghq.com/protocols": "https",
        "konghq.com/https-redirect-status-code": "301",
      },
    });
    expect(plan({ ingresses: [annotated] }, "acme.org").routes).toMatchObject([
      { strip_path: true, preserve_host: false, protocols: ["https"], https_redirect_status_code: 426 },
    ]);
  });

  test("L6: the order in which things are known changes nothing", () => {
    const many = ["a", "b", "c"].map((name, i) =>
      ingress(`acme-org/${name}`, [], {
        created: `2026-01-0${String(i + 1)}T00:00:00Z`,
        rules: [{ host: "acme.org", paths: [path(`/${name}`)] }],
      }),
    );
    const forwards = plan({ ingresses: many }, "acme.org");
    const backwards = plan({ ingresses: [...many].reverse() }, "acme.org");
    expect(backwards).toEqual(forwards);
  });
});
