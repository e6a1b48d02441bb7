import { expect, test } from "vitest";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";

test("X6: an annotation that restricts takes live routes away, and the address; when it goes they come back", async () => {
  const { cluster, kong, events, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  await settled();
  const live = kong.routes();
  expect(live).toHaveLength(1);
  expect(cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([{ ip: "192.0.2.1" }]);

  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], { annotations: { "konghq.com/plugins": "key-auth" } }));
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([]);
  expect(events.at(-1)).toMatchObject({
    regarding: { kind: "Ingress", name: "web" },
    type: "Warning",
    reason: "UnsupportedAnnotation",
  });

  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  await settled();
  expect(kong.routes()).toEqual(live);
  await stop();
});

test("X1: who comes too late for the routes of its namespace is told, and comes in as soon as there is room", async () => {
  const { cluster, kong, events, settled, stop } = run();
  cluster.put("Namespace", namespace("mallory-org"));
  cluster.put("Service", service("mallory-org/web"));
  cluster.put("Domain", claim("mallory-org/mallory", "mallory.example", fresh));
  const paths = Array.from({ length: 100 }, (_, i) => path(`/${String(i)}`));
  const aliases = Array.from({ length: 99 }, (_, i) => `x${String(i)}.mallory.example`).join();
  const crowd = {
    created: "2026-01-01T00:00:00Z",
    rules: [{ host: "mallory.example", paths }],
    annotations: { "konghq.com/host-aliases": aliases },
  };
  cluster.put("Ingress", ingress("mallory-org/crowd", [], crowd));
  cluster.put(
    "Ingress",
    ingress("mallory-org/late", [], { rules: [{ host: "mallory.example", paths: [path("/late")] }] }),
  );
  await settled();
  expect(kong.stored.routes.size).toBe(100);
  const late = events.filter(({ regarding }) => regarding.name === "late");
  expect(late.map(({ reason }) => reason)).toEqual(["TooManyPaths"]);

  cluster.put(
    "Ingress",
    ingress("mallory-org/crowd", [], { ...crowd, rules: [{ host: "mallory.example", paths: paths.slice(1) }] }),
  );
  await settled();
  expect(kong.stored.routes.size).toBe(100);
  expect(kong.routes().some((route) => route.startsWith("mallory.example /late/"))).toBe(true);
  await stop();
});
