import { expect, test } from "vitest";
import { sentinelProver } from "../../src/apply/kong/sentinel.ts";
import { KongError } from "../../src/kong/errors.ts";
import type { ProxyAnswer } from "../../src/kong/proxy.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";

/** A gateway whose addresses each have workers that take routes and plugins over when the test says so. */
class Gateway {
  readonly clock = new FakeClock();
  readonly written: string[] = [];
  readonly stored = new Map<string, Readonly<Record<string, unknown>>>();
  /** What each worker has in effect: the sentinel's path, and its plugin's answer. */
  readonly workers = new Map<string, { path: string; answer: string }[]>();
  #turn = 0;
  #drawn = 0;

  readonly kong = {
    get: async () => undefined,
    create: async (collection: string, entity: object) => {
      this.written.push(`create ${collection}`);
      this.stored.set(collection, { ...entity });
    },
    update: async (collection: string, _id: string, fields: object) => {
      if (!this.stored.has(collection)) throw new KongError("none", { kind: "notFound" });
      this.written.push(`update ${collection}`);
      this.stored.set(collection, { ...this.stored.get(collection), ...fields });
    },
  };

  readonly proxies = {
    ask: async (url: string, _host: string, path: string): Promise<ProxyAnswer> => {
      await Promise.resolve();
      const workers = this.workers.get(url) ?? [];
      const worker = workers[(this.#turn += 1) % workers.length];
      if (worker === undefined) throw new Error("nothing listens there");
      if (worker.path !== path) return { status: 404, body: "no Route matched with those values" };
      return { status: worker.answer === "" ? 503 : 200, body: worker.answer };
    },
  };

  readonly prover = sentinelProver({
    kong: this.kong,
    proxies: this.proxies,
    urls: ["http://one", "http://two"],
    kongTag: "ours",
    clock: this.clock,
    random: () => ((this.#drawn += 1) % 1_000) / 1_000,
  });

  get path(): string {
    return (this.stored.get("routes")?.["paths"] as readonly string[])[0] ?? "";
  }

  get answer(): string {
    return (this.stored.get("plugins")?.["config"] as { access: readonly string[] }).access[0] ?? "";
  }
}

/** A proof that is under way, and whether it has ended. */
function begun(gateway: Gateway): { readonly ended: () => boolean; readonly proof: Promise<void> } {
  let ended = false;
  const proof = gateway.prover.prove(new AbortController().signal).finally(() => (ended = true));
  proof.catch(() => undefined);
  return { ended: () => ended, proof };
}

test("everything is in effect when each worker of each address shows the new path and the new answer", async () => {
  const gateway = new Gateway();
  const worker = () => ({ path: "", answer: "" });
  const [first, second, other] = [worker(), worker(), worker()];
  gateway.workers.set("http://one", [first, second]).set("http://two", [other]);
  const { ended } = begun(gateway);
  await settle();
  for (const takesOver of [
    () => Object.assign(first, { path: gateway.path, answer: gateway.answer }),
    () => Object.assign(second, { path: gateway.path }),
    () => Object.assign(other, { path: gateway.path, answer: gateway.answer }),
    () => Object.assign(second, { answer: gateway.answer }),
  ]) {
    expect(ended()).toBe(false);
    takesOver();
    await gateway.clock.pass(1000);
  }
  expect(ended()).toBe(true);
  expect(gateway.written).toEqual(["create services", "create plugins", "create routes"]);
});

test("the sentinel of before is not taken for the new one", async () => {
  const gateway = new Gateway();
  const worker = { path: "", answer: "" };
  gateway.workers.set("http://one", [worker]).set("http://two", [worker]);
  const first = begun(gateway);
  await settle();
  Object.assign(worker, { path: gateway.path, answer: gateway.answer });
  await gateway.clock.pass(1000);
  expect(first.ended()).toBe(true);
  const before = gateway.path;
  const next = begun(gateway);
  await gateway.clock.pass(1000);
  expect([next.ended(), gateway.path === before]).toEqual([false, false]);
});

test("X3: whoever is asked in the sentinel's stead, and repeats all that he is asked, shows nothing", async () => {
  const gateway = new Gateway();
  const { proxies } = gateway;
  let asked = 0;
  proxies.ask = async (_url, host, path) => {
    asked += 1;
    const value = path.slice(1);
    return { status: 200, body: JSON.stringify({ host, path, value, sentinel: value }) };
  };
  const { ended } = begun(gateway);
  await gateway.clock.pass(1000);
  expect([ended(), asked > 0]).toEqual([false, true]);
});

test("a gateway that does not show it for a minute is said to be behind, by its address", async () => {
  const gateway = new Gateway();
  gateway.workers.set("http://one", [{ path: "", answer: "" }]);
  const { proof } = begun(gateway);
  await settle();
  await gateway.clock.pass(61_000);
  await expect(proof).rejects.toThrow("does not show what Kong has had for a minute");
});
