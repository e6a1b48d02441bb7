import { expect, test } from "vitest";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";

test("L8: hosts take turns by whose they are: a tenant with five hundred delays nobody else's one", async () => {
  const { cluster, kong, settled, stop } = run();
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  for (const name of ["mallory-org", "acme-org"]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
  }
  const hosts = Array.from({ length: 500 }, (_, i) => `host-${String(i)}.mallory.example`);
  for (const [i, host] of hosts.entries()) {
    cluster.put("Domain", claim(`mallory-org/${String(i)}`, "mallory.example", { ...fresh, sub: host.split(".")[0] }));
    cluster.put("Ingress", ingress(`mallory-org/${String(i)}`, [host]));
  }
  await settled();
  cluster.put("Domain", claim("mallory-org/mallory", "mallory.example", fresh));
  await kongHas(10);
  cluster.put("Domain", claim("acme-org/acme", "acme.example", fresh));
  cluster.put("Ingress", ingress("acme-org/acme", ["acme.example"]));
  await settled();
  const routes = kong.writes.filter((write) => write.startsWith("create routes"));
  expect(routes).toHaveLength(501);
  expect(routes.indexOf("create routes acme.example /")).toBeLessThan(350);
  await stop();

  /** Waits for so many routes, and not a moment longer. */
  async function kongHas(count: number): Promise<void> {
    while (kong.stored.routes.size < count) await Promise.resolve();
  }
});
