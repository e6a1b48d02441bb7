import type { Host } from "@domain-claims/crds/hostname";
import { describe, expect, test } from "vitest";
import type { Settings } from "../../src/decide/settings.ts";
import { kongPlan } from "../../src/plan/kong/host.ts";
import type { HostPlan } from "../../src/plan/kong/host.ts";
import type { HostRoutes } from "../../src/plan/host-routes.ts";
import { sourceVerdict } from "../../src/reconcile/source.ts";
import { Facts } from "../../src/world/facts.ts";
import type { KongState } from "../../src/world/kong-state.ts";
import type { Source } from "../../src/world/source.ts";
import type { Service, ServicePort } from "../../src/world/core-v1.ts";
import { backend, claim, heldBy, ingress, path, plainOptions, service, servicePort, settings, world } from "../support/builders.ts"; // prettier-ignore
import { plannedFor } from "../support/planned.ts";

const acme = claim("acme-org/acme", "acme.org");
const web = ingress("acme-org/web", ["acme.org"]);

function facts(sources: readonly Source[], more: Partial<Service> = {}, kong: Partial<KongState> = {}): Facts {
  const known = {
    claims: [acme],
    records: [heldBy(acme)],
    ingresses: sources,
    services: [service("acme-org/web", more)],
  };
  return new Facts(world({ ...known, kong: { synced: true, preFunction: true, ...kong } }));
}

function planned(known: Facts, more: Partial<Settings> = {}): HostRoutes & { readonly kong: HostPlan } {
  const all = { ...settings, ...more };
  const neutral = plannedFor(known, all, "acme.org" as Host);
  return { ...neutral, kong: kongPlan(all, neutral, true) };
}

describe("X6: what restricts access and can't be honoured keeps routes out", () => {
  test.each(["konghq.com/plugins", "konghq.com/methods", "konghq.com/snis", "konghq.com/headers.x-user"])(
    "%s on an Ingress, and its neighbours go on",
    (annotation) => {
      const restricted = ingress("acme-org/restricted", [], {
        annotations: { [annotation]: "x" },
        rules: [{ host: "acme.org", paths: [path("/admin")] }],
      });
      const known = facts([restricted, web]);
      expect(planned(known).routes.map(({ source }) => source.name)).toEqual(["web"]);
      expect(sourceVerdict(known, settings, restricted)).toMatchObject({
        live: false,
        notices: [{ reason: "UnsupportedAnnotation", message: expect.stringContaining(annotation) }],
      });
    },
  );

  test("unless the administrator has it ignored, by its name or by how it begins", () => {
    const annotations = { "konghq.com/plugins": "key-auth", "konghq.com/headers.x-user": "a" };
    const restricted = ingress("acme-org/restricted", ["acme.org"], { annotations });
    const known = facts([restricted]);
    const routes = (...ignoredAnnotations: string[]): number => planned(known, { ignoredAnnotations }).routes.length;
    expect(routes("konghq.com/plugins")).toBe(0);
    expect(routes("konghq.com/plugins", "konghq.com/headers.*")).toBe(1);
    const told = sourceVerdict(known, { ...settings, ignoredAnnotations: ["konghq.com/*"] }, restricted);
    expect(told?.notices.map(({ message }) => message)).toEqual([
      expect.stringContaining("konghq.com/headers.x-user has no effect"),
      expect.stringContaining("konghq.com/plugins has no effect"),
    ]);
  });

  test("konghq.com/plugins on a Service, for every path that leads there", () => {
    const known = facts([web], { restrictions: ["konghq.com/plugins"] });
    expect(planned(known)).toMatchObject({ routes: [], refusals: [{ reason: "UnsupportedAnnotation" }] });
    expect(planned(known, { ignoredAnnotations: ["konghq.com/plugins"] }).routes).toHaveLength(1);
  });
});

describe("how a Service is spoken to", () => {
  test("as its annotations say, where Kong's service has the field", () => {
    const options = { protocol: "https", path: "/v1", connectTimeout: 1, readTimeout: 2, writeTimeout: 3, retries: 0 };
    const { kong } = planned(facts([web], { options }));
    expect(kong.services).toMatchObject([
      { protocol: "https", path: "/v1", connect_timeout: 1, read_timeout: 2, write_timeout: 3, retries: 0 },
    ]);
  });

  test.each([
    [undefined, "http"],
    ["http", "http"],
    ["HTTPS", "https"],
    ["kubernetes.io/wss", "https"],
    ["kubernetes.io/ws", "http"],
    ["mongo", "http"],
  ])("appProtocol %s: %s", (appProtocol, protocol) => {
    const ports = [servicePort("http", 80, { appProtocol })];
    expect(planned(facts([web], { ports })).kong.services).toMatchObject([{ protocol }]);
    const options = { ...plainOptions, protocol: "http" };
    expect(planned(facts([web], { ports, options })).kong.services).toMatchObject([{ protocol: "http" }]);
  });

  test("a protocol that HTTP routes can't speak is refused", () => {
    const options = { ...plainOptions, protocol: "grpc" };
    expect(planned(facts([web], { options }))).toMatchObject({
      routes: [],
      refusals: [{ reason: "ServiceRefused", message: expect.stringContaining("grpc") }],
    });
  });

  test("a UDP port is refused, and of two ports with one number TCP is meant", () => {
    const udp = servicePort("dns", 80, { transport: "UDP" });
    expect(planned(facts([web], { ports: [udp] }))).toMatchObject({
      routes: [],
      refusals: [{ reason: "ServiceRefused", message: expect.stringContaining("a UDP port") }],
    });
    expect(planned(facts([web], { ports: [udp, servicePort("http", 80)] })).routes).toHaveLength(1);
    const named = ingress("acme-org/web", [], { rules: [{ host: "acme.org", paths: [path("/", { backend: backend("web", "dns") })] }] }); // prettier-ignore
    expect(planned(facts([named], { ports: [udp, servicePort("http", 80)] })).routes).toEqual([]);
  });

  test("L3: a headless Service is dialed at its target port, and refused where only its pods know the number", () => {
    const [route] = planned(facts([web], { ports: [servicePort("http", 80, { dialed: 8080 })] })).routes;
    expect(route).toMatchObject({ backend: { service: "web", port: 8080 } });
    expect(planned(facts([web], { ports: [servicePort("http", 80, { dialed: undefined })] }))).toMatchObject({
      routes: [],
      refusals: [{ reason: "ServiceRefused", message: expect.stringContaining("Service web is headless") }],
    });
  });

  describe("where Kong asks for SRV records first, whose port counts more than the one that is written", () => {
    const two = [servicePort("http", 80), servicePort("admin", 9090)];
    const srvFirst = { srvFirst: true };
    const hosts = (ports: readonly ServicePort[], kong: Partial<KongState> = srvFirst): readonly string[] =>
      planned(facts([web], { ports }, kong)).kong.services.map(({ host }) => host);

    test("L3: a port of several is asked for by its name, so that no other one is answered", () => {
      expect(hosts(two)).toEqual(["_http._tcp.web.acme-org.svc.cluster.local."]);
      expect(planned(facts([web], { ports: two }, srvFirst)).refusals).toEqual([]);
    });

    test.each([
      ["elsewhere", two, {}],
      ["for a Service with one port", [servicePort("http", 80)], srvFirst],
      ["for one number twice", [servicePort("http", 80), servicePort("udp", 80, { transport: "UDP" })], srvFirst],
    ])("%s its Service's name is enough", (_, ports, kong) => {
      expect(hosts(ports, kong)).toEqual(["web.acme-org.svc.cluster.local."]);
    });

    test("so is the port that a wildcard's function leads to", () => {
      const any = claim("acme-org/any", "acme.org", { sub: "*" });
      const known = new Facts(
        world({
          claims: [acme, any],
          records: [heldBy(acme), heldBy(any)],
          ingresses: [ingress("acme-org/web", ["*.acme.org"])],
          services: [service("acme-org/web", { ports: two })],
          kong: { synced: true, preFunction: true, srvFirst: true },
        }),
      );
      const host = "*.acme.org" as Host;
      const { plugins } = kongPlan(settings, plannedFor(known, settings, host), true);
      expect(plugins.map(({ config }) => config.access[0])).toEqual([
        expect.stringContaining('set_target("_http._tcp.web.acme-org.svc.cluster.local.", 80)'),
      ]);
    });

    test.each([
      ["whose name is no label in DNS with an underscore before it", [servicePort("h".repeat(63), 80), ...two.slice(1)], {}], // prettier-ignore
      ["whose backend is sent the name in its Host header", two, { "konghq.com/preserve-host": "false" }],
    ])("a port %s is served under the Service's name, and its source is told", (_, ports, annotations) => {
      const { kong, refusals } = planned(
        facts([ingress("acme-org/web", ["acme.org"], { annotations })], { ports }, srvFirst),
      );
      expect(kong.services.map(({ host }) => host)).toEqual(["web.acme-org.svc.cluster.local."]);
      expect(refusals).toMatchObject([
        { reason: "ServicePortUncertain", message: expect.stringContaining("instead of at 80"), refused: 0 },
      ]);
    });

    test("both forms of one port have a service each, with names of their own", () => {
      const options = { rules: [{ host: "acme.org", paths: [path("/own")] }], annotations: { "konghq.com/preserve-host": "false" } }; // prettier-ignore
      const { services } = planned(facts([web, ingress("acme-org/own", [], options)], { ports: two }, srvFirst)).kong;
      expect(services.map(({ name }) => name).sort()).toEqual(["acme-org.web.80", "acme-org.web.80-http"]);
      expect(new Set(services.map(({ id }) => id)).size).toBe(2);
    });
  });

  test("what is wrong with its annotations is told once to each source, and its path is served", () => {
    const both = ingress("acme-org/web", [], { rules: [{ host: "acme.org", paths: [path("/a"), path("/b")] }] });
    const { routes, refusals } = planned(facts([both], { problems: ["the annotation konghq.com/host-header ..."] }));
    expect(routes).toHaveLength(2);
    expect(refusals).toEqual([
      {
        source: { kind: "Ingress", namespace: "acme-org", name: "web" },
        reason: "UnsupportedAnnotation",
        message: expect.stringContaining("Service web: the annotation konghq.com/host-header"),
        path: "/a",
        refused: 0,
      },
    ]);
  });
});

test("L3: the class that the annotation of older times names is looked at as the field is: its controller decides", () => {
  const annotations = { "kubernetes.io/ingress.class": "kong" };
  const old = ingress("acme-org/web", ["acme.org"], { className: undefined, annotations });
  const known = world({
    claims: [acme],
    records: [heldBy(acme)],
    ingresses: [old],
    services: [service("acme-org/web")],
  });
  expect(planned(new Facts(known)).routes).toHaveLength(1);
  known.world.apply({ type: "set", kind: "IngressClass", object: { name: "kong", controller: "somebody.else/kong" } });
  expect(planned(new Facts(known)).routes).toHaveLength(0);
});
