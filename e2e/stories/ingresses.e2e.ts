import { afterAll, beforeAll, expect, test } from "vitest";
import type { BackendAnswer } from "../support/world/backend.ts";
import { certificateAuthority } from "../support/pki.ts";
import { eventually } from "./support/eventually.ts";
import { ingress, primary, service, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { applyTlsSecret } from "./support/tls-secret.ts";
import { documents } from "../support/documents.ts";

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  story = await startStory();
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), coyote.site()]);
});

afterAll(() => story.stop());

test("L3: only Ingresses of our class are served: by the class's name, by its controller, by the old annotation", async () => {
  const classes = ["edge platform.koli.io/kong", "other example.com/other"].map((text) => {
    const [name = "", controller = ""] = text.split(" ");
    return { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name }, spec: { controller } };
  });
  await story.kubectl(["apply", "-f", "-"], { input: documents(classes) });
  const old = (value: string): object => ({ className: null, annotations: { "kubernetes.io/ingress.class": value } });
  const rows: readonly (readonly [string, object, boolean])[] = [
    ["class-kong", {}, true],
    ["class-edge", { className: "edge" }, true],
    ["class-old", old("kong"), true],
    ["class-other", { className: "other" }, false],
    ["class-unknown", { className: "unknown" }, false],
    ["class-old-other", old("nginx"), false],
    ["class-none", { className: null }, false],
  ];
  await acme.apply(primary("l3.example"), ...rows.map(([name]) => shared(`${name}.l3.example`)));
  await acme.apply(...rows.map(([name, options]) => ingress(name, [`${name}.l3.example`], options)));
  for (const [name, , ours] of rows) {
    if (ours) await story.serves(`${name}.l3.example`, "acme-org/web");
    else await acme.decided(`${name}.l3.example`, { phase: "OK" });
  }
  for (const [name, , ours] of rows) {
    if (ours) continue;
    expect(await story.visit(`${name}.l3.example`)).toBe(nobody);
    expect(await acme.events("Ingress", name)).toEqual([]);
  }
});

test("L3: an Ingress that leaves our class loses its routes and its address", async () => {
  await acme.apply(primary("leaves.example"), ingress("leaves", ["leaves.example"]));
  await story.serves("leaves.example", "acme-org/web");
  await eventually(async () => expect(await acme.addresses("leaves")).toBeDefined());
  await acme.patch("ingress", "leaves", { spec: { ingressClassName: "someone-elses" } });
  await story.serves("leaves.example", nobody);
  await eventually(async () => expect(await acme.addresses("leaves")).toBeUndefined());
});

test("L3: a Service of type ExternalName is refused for its path, and the other paths are served", async () => {
  await acme.apply(
    service("outside", {
      type: "ExternalName",
      externalName: "web.coyote-org.svc.cluster.local",
      ports: [{ port: 80, name: "http" }],
    }),
  );
  await acme.apply(
    primary("external.example"),
    ingress("external", ["external.example"], { paths: [{ path: "/out", service: "outside" }, { path: "/in" }] }),
  );
  await story.serves("external.example/in", "acme-org/web");
  await acme.told("Ingress", "external", {
    reason: "ServiceRefused",
    message: expect.stringContaining("external.example/out") as string,
  });
  expect(await story.visit("external.example/out")).toBe(nobody);
  await acme.patch("service", "outside", { spec: { type: "ClusterIP", externalName: null } });
  await eventually(async () => expect(await story.visit("external.example/out")).not.toBe(nobody));
});

test("L3: a backend that does not exist is refused for its path, goes live when it comes, and goes when it goes", async () => {
  await acme.apply(
    primary("later.example"),
    ingress("later", ["later.example"], { paths: [{ path: "/later", service: "later" }, { path: "/" }] }),
  );
  await acme.told("Ingress", "later", {
    reason: "ServiceNotFound",
    message: expect.stringContaining("there is no Service later") as string,
  });
  await story.serves("later.example/later", "acme-org/web");
  await acme.site("later");
  await story.serves("later.example/later", "acme-org/later");
  await acme.remove("service", "later");
  await story.serves("later.example/later", "acme-org/web");
});

test("L3: a port is found by name or number; one that the Service lacks is refused until it has it", async () => {
  const { port } = await acme.site("ports");
  const paths = [
    { path: "/number", service: "ports", port },
    { path: "/name", service: "ports", port: "http" },
    { path: "/missing", service: "ports", port: "admin" },
  ];
  await acme.apply(primary("ports.example"), ingress("ports", ["ports.example"], { paths }));
  await story.serves("ports.example/number", "acme-org/ports");
  await story.serves("ports.example/name", "acme-org/ports");
  await acme.told("Ingress", "ports", {
    reason: "ServicePortNotFound",
    message: expect.stringContaining("Service ports has no port admin") as string,
  });
  expect(await story.visit("ports.example/missing")).toBe(nobody);
  await acme.patch("service", "ports", { spec: { ports: [{ name: "admin", port }] } });
  await story.serves("ports.example/missing", "acme-org/ports");
  await story.serves("ports.example/name", nobody);
});

test("L3: of two Ingresses of one namespace with the same host and path the older one serves, and the other is told", async () => {
  await acme.site("second");
  await acme.apply(primary("twice.example"), ingress("older", ["twice.example"]));
  await story.serves("twice.example", "acme-org/web");
  const created = Date.now();
  await eventually(() => expect(Date.now()).toBeGreaterThan(created + 1000));
  await acme.apply(
    ingress("younger", ["twice.example"], { paths: [{ service: "second" }, { path: "/own", service: "second" }] }),
  );
  await acme.told("Ingress", "younger", {
    reason: "PathConflict",
    message: expect.stringContaining("the older Ingress acme-org/older") as string,
  });
  await story.serves("twice.example/own", "acme-org/second");
  expect(await story.visit("twice.example")).toBe("acme-org/web");
  await acme.remove("ingress", "older");
  await story.serves("twice.example", "acme-org/second");
});

test("L3: strip-path, preserve-host, protocols and https-redirect-status-code work as people know them", async () => {
  const kept = await acme.site("kept");
  const annotations = { "konghq.com/strip-path": "true", "konghq.com/preserve-host": "false" };
  const host = "tls.options.example";
  const authority = await certificateAuthority("stories");
  await applyTlsSecret(acme, "options-tls", await authority.issue({ commonName: host, hosts: [host], use: "server" }));
  await acme.apply(primary("options.example"), shared(host));
  await acme.apply(
    ingress("plain", ["options.example"], { paths: [{ path: "/kept", service: "kept" }] }),
    ingress("options", ["options.example"], { paths: [{ path: "/stripped" }], annotations }),
    ingress("tls", [host], {
      tls: [{ secretName: "options-tls" }],
      annotations: { "konghq.com/protocols": "https", "konghq.com/https-redirect-status-code": "308" },
    }),
  );
  const seen = async (path: string): Promise<BackendAnswer> => {
    const { body } = await story.request({ host: "options.example", path });
    return JSON.parse(body) as BackendAnswer;
  };
  await story.serves("options.example/kept/a", "acme-org/kept");
  await story.serves("options.example/stripped/a", "acme-org/web");
  expect(await seen("/kept/a?b=1")).toMatchObject({ path: "/kept/a?b=1", headers: { host: "options.example" } });
  expect(kept.requests).toContain("GET /kept/a?b=1");
  const stripped = await seen("/stripped/a");
  expect(stripped.path).toBe("/a");
  expect(stripped.headers.host).not.toContain("options.example");
  await eventually(async () => {
    const { status, headers } = await story.request({ host, path: "/x?y=1" });
    expect({ status, location: headers.location }).toEqual({
      status: 308,
      location: "https://tls.options.example/x?y=1",
    });
  });
  await eventually(async () => expect((await story.request({ host, tls: true })).status).toBe(200));
});

test("L3: any other konghq.com/ annotation gets an event that names it, and a value that can't be used, too", async () => {
  const annotations = { "konghq.com/rewrite": "/x", "konghq.com/strip-path": "perhaps" };
  await acme.apply(primary("annotated.example"), ingress("annotated", ["annotated.example"], { annotations }));
  await story.serves("annotated.example", "acme-org/web");
  await acme.told("Ingress", "annotated", {
    reason: "UnsupportedAnnotation",
    message: expect.stringContaining("konghq.com/rewrite") as string,
  });
  await acme.told("Ingress", "annotated", {
    reason: "InvalidAnnotation",
    message: expect.stringContaining("konghq.com/strip-path") as string,
  });
});

test("X6: an annotation that restricts access and can't be honoured keeps the routes out until it goes", async () => {
  await acme.apply(
    primary("restricted.example"),
    ingress("restricted", ["restricted.example"], { annotations: { "konghq.com/plugins": "key-auth" } }),
    ingress("beside", ["restricted.example"], { paths: [{ path: "/open" }] }),
  );
  await story.serves("restricted.example/open", "acme-org/web");
  await acme.told("Ingress", "restricted", {
    reason: "UnsupportedAnnotation",
    message: expect.stringContaining("konghq.com/plugins restricts") as string,
  });
  expect(await story.visit("restricted.example")).toBe(nobody);
  await acme.apply(ingress("restricted", ["restricted.example"]));
  await story.serves("restricted.example", "acme-org/web");
});

test("L3: what a tenant writes into names, paths and annotations changes nothing but its own routes", async () => {
  const paths = ["/~/.*", "/~/(?i)/account", "/a%2F..%2f..%2Faccount"].map(
    (path) => ({ path, type: "ImplementationSpecific" }) as const,
  );
  const annotations = {
    "konghq.com/regex-priority": "9999",
    "konghq.com/tags": "k8s-namespace:coyote-org",
    "konghq.com/override": "neighbour",
    "konghq.com/preserve-host": "false",
  };
  await coyote.apply(primary("neighbour.example"), ingress("neighbour", ["neighbour.example"]));
  await story.serves("neighbour.example/account", "coyote-org/web");
  await acme.apply(primary("odd.example"), ingress("odd", ["odd.example"], { paths, annotations }));
  await story.serves("odd.example/x", "acme-org/web");
  await acme.told("Ingress", "odd", {
    reason: "UnsupportedAnnotation",
    message: expect.stringContaining("konghq.com/regex-priority") as string,
  });
  expect(await story.visit("neighbour.example/account")).toBe("coyote-org/web");
});
