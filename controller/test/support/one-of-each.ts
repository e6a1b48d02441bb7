import { expect } from "vitest";
import { taggedNamespace } from "../../src/plan/kong/tags.ts";
import { backend, claim, fresh, ingress, namespace, path, service } from "./builders.ts";
import { run } from "./controller.ts";
import type { FakeCluster } from "./fake-cluster.ts";
import type { FakeKong } from "./fake-kong.ts";
import { pairFor } from "./pki.ts";

const names = ["acme.org", "www.acme.org"];
const [pair, renewed] = [await pairFor(names), await pairFor(names)];

/** Milliseconds that go by after each thing that happens; a look for drift is due every minute. */
const betweenMs = 25_000;

const acme = claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["shop-org"] });
const secured = (secretName: string): { tls: unknown } => ({ tls: [{ secretName, hosts: names }] });

/** What it comes to when everything has happened. */
interface Outcome {
  readonly routes: readonly string[];
  readonly snis: readonly string[];
  readonly holders: Readonly<Record<string, string | undefined>>;
  /** How many entities Kong has. */
  readonly entities: number;
  /** How many claims are left. */
  readonly claims: number;
}

/** The {@link Outcome} where nothing goes wrong. */
const expected: Outcome = {
  routes: ["acme.org / -> late-org.web.80"],
  snis: [],
  holders: { "acme.org": "late-org", "*.acme.org": undefined, "shop.acme.org": undefined, "www.acme.org": undefined },
  entities: 2,
  claims: 4,
};

/** How something is made to go wrong while it happens. */
interface Trouble extends Omit<NonNullable<Parameters<typeof run>[0]>, "cluster" | "kong"> {
  readonly cluster: FakeCluster;
  readonly kong: FakeKong;
  /** Called before anything happens, when all is served, and when all has happened. */
  readonly onStage: (stage: "begins" | "is served" | "is over") => void;
  /** How much time there is after that, in milliseconds. */
  readonly restMs: number;
}

/** As often may one call be made while it fails, in less than two minutes: Kong is asked once a second whether it is back. */
const mostCalls = 150;

/** A call that fails from some moment until all has happened. */
export interface Failing {
  /** True while it does. */
  readonly lasts: () => boolean;
  /** Says that it was made, and failed. */
  readonly met: () => void;
}

/**
 * Has everything happen while a call fails from that moment on: in the end all is as if nothing had gone wrong, nobody was served
 * a host of somebody else, and the call was made, and not at full speed.
 */
export async function expectOrder(
  from: "begins" | "is served",
  trouble: (failing: Failing) => Omit<Trouble, "onStage">,
): Promise<void> {
  let [lasts, calls] = [false, 0];
  const { stolen, ...outcome } = await oneOfEach({
    ...trouble({ lasts: () => lasts, met: () => void (calls += 1) }),
    onStage: (stage) => {
      lasts = stage === "is over" ? false : lasts || stage === from;
    },
  });
  expect(stolen).toEqual([]);
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThan(mostCalls);
  expect(outcome).toEqual(expected);
}

/**
 * Has everything happen for which the controller writes something: a host over TLS, a wildcard, a name that is shared; then
 * a certificate that is renewed, drift, a new host, other backends and another certificate, a share that is taken back, a host
 * that goes to who waits for it. Beside the outcome, the hosts that were served for a namespace which did not hold them, at whatever moment.
 */
async function oneOfEach(trouble: Trouble): Promise<Outcome & { readonly stolen: readonly string[] }> {
  const { cluster, kong, onStage, restMs } = trouble;
  const stolen: string[] = [];
  const look = (): void => void stolen.push(...unheld(kong, cluster));
  kong.onWrite = look;
  cluster.onChange = look;
  onStage("begins");
  const { clock, stop } = run(trouble);
  everybody(cluster);
  await clock.pass(betweenMs);
  onStage("is served");
  for (const happen of happenings) {
    happen(cluster, kong);
    await clock.pass(betweenMs);
  }
  onStage("is over");
  await clock.pass(restMs);
  await stop();
  const records = cluster.all("HostRecord").map(({ host, holder }) => [host, holder?.namespace]);
  return {
    routes: kong.routes(),
    snis: kong.snis(),
    holders: Object.fromEntries(records) as Outcome["holders"],
    entities: Object.values(kong.stored).reduce((sum, { size }) => sum + size, 0),
    claims: cluster.all("Domain").length,
    stolen,
  };
}

function everybody(cluster: FakeCluster): void {
  for (const name of ["acme-org", "shop-org", "late-org"]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
  }
  cluster.put("Service", service("acme-org/other"));
  cluster.putSecret("acme-org/web-tls", pair);
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], secured("web-tls")));
  cluster.put("Ingress", ingress("acme-org/any", ["*.acme.org"]));
  cluster.put("Ingress", ingress("shop-org/web", ["shop.acme.org"]));
  cluster.put("Ingress", ingress("late-org/web", ["acme.org"]));
  cluster.put("Domain", acme);
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  cluster.put("Domain", claim("shop-org/shop", "acme.org", { ...fresh, sub: "shop", parent: "acme-org" }));
  cluster.put("Domain", claim("late-org/late", "acme.org", { ...fresh, created: "2026-04-05T12:00:00Z" }));
}

const happenings: readonly ((cluster: FakeCluster, kong: FakeKong) => void)[] = [
  (cluster) => cluster.putSecret("acme-org/web-tls", renewed),
  (cluster, kong) => {
    for (const one of kong.stored.services.values()) kong.put("services", { ...one, retries: one.retries + 1 });
    for (const one of kong.stored.plugins.values()) kong.put("plugins", { ...one, enabled: false });
    cluster.put("Domain", claim("acme-org/www", "acme.org", { ...fresh, sub: "www" }));
    cluster.putSecret("acme-org/both-tls", pair);
    const paths = [path("/", { backend: backend("other", 80) })];
    const rules = names.map((host) => ({ host, paths }));
    cluster.put("Ingress", ingress("acme-org/web", [], { ...secured("both-tls"), rules }));
    cluster.put("Ingress", ingress("acme-org/any", [], { rules: [{ host: "*.acme.org", paths }] }));
  },
  (cluster) => {
    const made = cluster.get("Domain", "acme-org/acme") ?? acme;
    cluster.put("Domain", { ...made, generation: made.generation + 1, delegates: [] });
  },
  (cluster) => cluster.remove("Domain", "acme-org", "acme"),
];

function unheld(kong: FakeKong, cluster: FakeCluster): readonly string[] {
  const holders = new Map(cluster.all("HostRecord").map(({ host, holder }) => [host as string, holder?.namespace]));
  const named = [...kong.stored.routes.values()].filter(({ name }) => !name.startsWith("guard~"));
  const routes = named.flatMap(({ hosts, tags }) => (hosts ?? []).map((host) => ({ host, tags })));
  const snis = [...kong.stored.snis.values()].map(({ name, tags }) => ({ host: name, tags }));
  return [...routes, ...snis]
    .filter(({ host, tags }) => holders.get(host) !== taggedNamespace(tags))
    .map(({ host, tags }) => `${host} for ${taggedNamespace(tags) ?? "nobody"}`);
}
