import { agreed } from "./agreed.ts";
import { echoUpstream, type EchoUpstream } from "./echo-upstream.ts";
import type { KongUnderTest } from "./kong-under-test.ts";
import { mayOutrank } from "./outranking.ts";
import type { AdminCall } from "./proxy-recording.ts";
import { rawRequest } from "./raw-client.ts";

/**
 * A Kong with upstreams behind it, for scenarios one after the other: what one writes is taken away before the next,
 * and nothing else is touched.
 */
export class ProxyWorld {
  readonly kong: KongUnderTest;
  readonly #upstreams: ReadonlyMap<number, EchoUpstream>;
  #written: string[] = [];
  #changes = 0;
  #outranked = false;

  private constructor(kong: KongUnderTest, upstreams: ReadonlyMap<number, EchoUpstream>) {
    this.kong = kong;
    this.#upstreams = upstreams;
  }

  /** Starts upstreams, on the recorded ports where those are free. */
  static async start(kong: KongUnderTest): Promise<ProxyWorld> {
    const started = UPSTREAM_PORTS.map(async (port) => [port, await echoUpstream(port)] as const);
    return new ProxyWorld(kong, new Map(await Promise.all(started)));
  }

  /** The ports that stand for recorded ones: of the upstreams and of the proxy's listeners. */
  get ports(): ReadonlyMap<number, number> {
    const { proxyPort, tlsPort } = this.kong.proxy;
    const upstreams = [...this.#upstreams].map(([recorded, { port }]) => [recorded, port] as const);
    return new Map([...upstreams, [8000, proxyPort], [8443, tlsPort]]);
  }

  /** Makes an Admin call; its status. */
  async call({ method, path, body }: Omit<AdminCall, "status">): Promise<number> {
    if (method === "PUT") this.#written.push(path);
    this.#outranked ||= mayOutrank(body);
    return this.kong.adminCall(method, path, body);
  }

  /** Takes away what was written, the latest first. */
  async clear(): Promise<void> {
    for (const path of this.#written.reverse()) await this.kong.adminCall("DELETE", path);
    this.#written = [];
    this.#outranked = false;
  }

  /**
   * Waits until the proxy has seen every change so far: a route that is written after them answers everywhere. It has a
   * plain host and no service, so that it answers 503; only where a scenario's routes go before plain hosts it has the
   * place that nothing goes before (see `priorityOf`), which can freeze the router of a real Kong.
   */
  async settle(): Promise<void> {
    const name = `sentinel-${++this.#changes}`;
    const host = `${name}.invalid`;
    const above = this.#outranked ? { regex_priority: -1 } : {};
    const route = { name: "conformance-sentinel", hosts: [host], paths: [`~/${name}$`], ...above };
    await this.kong.adminCall("PUT", SENTINEL, route);
    const deadline = performance.now() + 60_000;
    const seen = async (): Promise<string | undefined> => {
      const { status } = await rawRequest(this.kong.proxy, { host, path: `/${name}` });
      return status === 503 ? undefined : `status ${status}`;
    };
    while ((await agreed(this.kong, seen)) !== undefined) {
      if (performance.now() > deadline) throw new Error("the proxy did not take over the changes within a minute");
    }
  }

  /** Leaves nothing behind. */
  async close(): Promise<void> {
    await this.clear();
    await this.kong.adminCall("DELETE", SENTINEL);
    await Promise.all([...this.#upstreams.values()].map((upstream) => upstream.close()));
    await this.kong.close();
  }
}

const UPSTREAM_PORTS = [9101, 9102, 9103, 9104];
const SENTINEL = "/routes/ffffffff-ffff-4fff-bfff-ffffffffffff";
