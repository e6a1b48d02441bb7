import { expect, test } from "vitest";
import { lookUpHost, resolveServiceHost } from "../src/proxy/resolve.ts";

test.each(["web.acme-org.svc", "web.acme-org.svc.cluster.local.", "localhost"])(
  "of itself %s is this machine",
  async (host) => expect(await resolveServiceHost(host)).toBe("127.0.0.1"),
);

test("with the cluster's DNS a Service is no longer this machine, whatever is found for it", async () => {
  expect(await lookUpHost("no-such-service.acme-org.svc")).not.toBe("127.0.0.1");
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["[2001:db8::7]", "2001:db8::7"],
])("the address %s stays, either way", async (host, address) => {
  expect(await lookUpHost(host)).toBe(address);
  expect(await resolveServiceHost(host)).toBe(address);
});
