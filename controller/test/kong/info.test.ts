import { describe, expect, test } from "vitest";
import { kongClient, requireSupportedKong } from "../../src/kong/client.ts";
import type { KongInfo } from "../../src/plan/kong/entities.ts";
import { answered, fakeTransport } from "./fake-transport.ts";

const usable: KongInfo = {
  version: "3.9.1",
  database: "postgres",
  routerFlavor: "traditional_compatible",
  readsReplica: false,
  takeOverMs: 5000,
  otherNodesMs: 5000,
  srvFirst: false,
  dnsCacheMs: undefined,
  preFunction: true,
};
const root = {
  version: "3.9.1",
  configuration: { database: "postgres", router_flavor: "traditional_compatible", untrusted_lua: "sandbox" },
  plugins: { available_on_server: { "pre-function": { version: "3.9.1", priority: 1000000 } } },
};
const kongSaying = (body: unknown) =>
  kongClient(
    fakeTransport(() => answered(200, body)),
    { tag: "ours" },
  );

describe("the gateway", () => {
  test("is known by its root document", async () => {
    expect(await kongSaying(root).info()).toEqual(usable);
  });

  test.each([
    ["by Kong's default", { dns_order: ["LAST", "SRV", "A", "CNAME"], new_dns_client: false }, true],
    ["without a question for addresses", { dns_order: ["LAST", "SRV"] }, true],
    ["in small letters", { dns_order: ["last", "srv", "a"] }, true],
    ["as install.md has it", { dns_order: ["LAST", "A", "CNAME"] }, false],
    ["with addresses first", { dns_order: ["A", "SRV"] }, false],
    ["with the new client", { dns_order: ["LAST", "SRV", "A", "CNAME"], new_dns_client: true }, false],
    ["that does not say it", {}, false],
  ])("that resolves names %s asks for SRV records first, or not", async (_, dns, expected) => {
    const info = await kongSaying({ ...root, configuration: { ...root.configuration, ...dns } }).info();
    expect(info.srvFirst).toBe(expected);
  });

  test.each([
    ["by Kong's default", {}, [5_000, 5_000]],
    [
      "as it says",
      { worker_state_update_frequency: 1, db_update_frequency: 2, db_update_propagation: 3 },
      [1_000, 5_000],
    ],
    ["at once, but for other nodes", { worker_consistency: "strict", worker_state_update_frequency: 5 }, [0, 5_000]],
  ])("that takes changes over %s is known by it", async (_, timing, expected) => {
    const info = await kongSaying({ ...root, configuration: { ...root.configuration, ...timing } }).info();
    expect([info.takeOverMs, info.otherNodesMs]).toEqual(expected);
  });

  test.each([
    ["by Kong's default, in a cluster of kubeadm's", { dns_stale_ttl: 3600 }, 3_630_000],
    ["as install.md has it", { dns_valid_ttl: 1, dns_stale_ttl: 4, new_dns_client: false }, 5_000],
    ["as DNS says alone", { dns_stale_ttl: 0 }, 30_000],
    ["never", { dns_valid_ttl: 0, dns_stale_ttl: 0 }, 0],
    [
      "by the new client, whose settings these are not",
      { new_dns_client: true, dns_valid_ttl: 1, dns_stale_ttl: 4, resolver_stale_ttl: 3600 },
      3_630_000,
    ],
    [
      "by the new client, as install.md has it",
      { new_dns_client: true, dns_stale_ttl: 3600, resolver_valid_ttl: 1, resolver_stale_ttl: 4 },
      5_000,
    ],
    ["for a time that it does not say", { dns_valid_ttl: 1 }, undefined],
  ])("that keeps addresses %s says for how long", async (_, dns, expected) => {
    const info = await kongSaying({ ...root, configuration: { ...root.configuration, ...dns } }).info();
    expect(info.dnsCacheMs).toBe(expected);
  });

  test.each([
    ["another server", { pg_ro_host: "replica.example" }, true],
    ["the one that it writes to", { pg_ro_host: "" }, false],
    ["none that it names", {}, false],
  ])("that reads from %s is known by it", async (_, database, expected) => {
    const info = await kongSaying({ ...root, configuration: { ...root.configuration, ...database } }).info();
    expect(info.readsReplica).toBe(expected);
  });

  test.each([
    ["lacks the plugin", { ...root, plugins: { available_on_server: {} } }],
    ["forbids Lua", { ...root, configuration: { ...root.configuration, untrusted_lua: "off" } }],
  ])("that %s has no pre-function", async (_, body) => {
    expect((await kongSaying(body).info()).preFunction).toBe(false);
  });

  test.each([[{ hello: "world" }], [[]], [undefined], [{ version: 3, configuration: {} }]])(
    "is not what answers %j",
    async (body) => {
      await expect(kongSaying(body).info()).rejects.toMatchObject({ kind: "unavailable" });
    },
  );

  test("is ready while it reaches its database", async () => {
    expect(await kongSaying({ database: { reachable: true }, server: {} }).ready()).toBe(true);
    expect(await kongSaying({ database: { reachable: false } }).ready()).toBe(false);
    expect(await kongSaying({ server: {} }).ready()).toBe(false);
  });
});

describe("a gateway is used", () => {
  test.each(["3.9.0", "3.9.1", "3.9.1.2"])("with version %s", (version) => {
    expect(requireSupportedKong({ ...usable, version })).toEqual({});
  });

  test.each([
    ["3.4.0", "of 3.4 to 3.8 no whole Kong, only its Lua code and its router engine"],
    ["3.4.3.1", "of 3.4 to 3.8 no whole Kong, only its Lua code and its router engine"],
    ["3.10.0.2-enterprise-edition", "nothing is known of newer ones"],
    ["4.0.0", "nothing is known of newer ones"],
  ])("with version %s, of which is said what is not known", (version, doubt) => {
    const said = requireSupportedKong({ ...usable, version });
    expect(said).toEqual({ doubt: expect.stringContaining(doubt) as string });
    expect(said.doubt).toContain(`Kong is ${version}: wildcards, guards and redirects were tried with 3.9`);
  });

  test.each([
    [{ version: "2.8.5" }, /Kong is 2\.8\.5, but 3\.4 or newer is needed/],
    [{ version: "3.3.1" }, /3\.4 or newer/],
    [{ version: "nightly" }, /can't be read/],
    [{ database: "off" }, /runs without a database .* replace what others put there\. Run Kong with PostgreSQL/],
    [{ routerFlavor: "expressions" }, /router_flavor is expressions, but traditional_compatible is needed/],
    [{ routerFlavor: "traditional" }, /another team's requests/],
    [{ readsReplica: true }, /Unset pg_ro_host .* on the node whose Admin API/],
  ])("but not with %j", (change, sentence) => {
    expect(requireSupportedKong({ ...usable, ...change }).problem).toMatch(sentence);
  });
});
