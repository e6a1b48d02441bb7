import fc from "fast-check";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";
import { Chronicle } from "./chronicle.ts";
import { chance } from "./draw.ts";
import type { Draw } from "./draw.ts";
import { foreignEntities } from "./foreign.ts";
import type { Foreign } from "./foreign.ts";
import { Gateway } from "./gateway.ts";

/** What a history plays on: users, mishaps and controllers all act on the same one. */
export interface Stage {
  /** Every choice is drawn from here, so the order of the draws is the history. */
  readonly draw: Draw;
  readonly clock: FakeClock;
  readonly cluster: FakeCluster;
  readonly kong: FakeKong;
  /** What is in Kong beside ours; in a quarter of the histories with a name that ours need. */
  readonly foreign: Foreign;
  /** The hosts that an administrator has handed over, though the foreign route names them (X5). */
  readonly handedOver: readonly string[];
  /** Milliseconds that the gateway may be behind Kong; 0: it obeys at once. */
  readonly lagMs: number;
  readonly gateway: Gateway;
  readonly chronicle: Chronicle;
  /** True in half of the histories: a site is there from the beginning, and its names change more often than others. */
  readonly ofNames: boolean;
  /** For how long what was not released is kept for its namespace (N5); 0 in half of the histories. */
  readonly redemptionMs: number;
}

/** The name that ours need for the Service `web` of the namespace `b`. */
const takenName = "b.web.80";

/** What the foreign route names, and what of it has been handed over: in half of the histories nothing is kept from ours. */
const someForeignHost = () =>
  fc.constantFrom<(readonly [named: string, handedOver: readonly string[]])[]>(
    ["acme.org", ["acme.org"]],
    ["acme.org", ["acme.org"]],
    ["elsewhere.example", []],
    ["acme.org", []],
    ["b.acme.org", []],
    ["*.b.acme.org", []],
  );

/** None; one that is over before everything has come to rest; and one that lasts longer. */
const someRedemption = () => fc.constantFrom(0, 0, 60_000, 600_000);
/** How far the gateway is behind. */
const someLag = () => fc.constantFrom(0, 0, 700, 3000);

/** The stage of a history: an empty cluster, and a Kong that has only what is somebody else's. */
export function stageOf(draw: Draw): Stage {
  const kong = new FakeKong();
  const serviceName = draw(chance, 25) ? takenName : "somebody-elses";
  const [named, handedOver] = draw(someForeignHost);
  const foreign = foreignEntities(serviceName, named);
  kong.put("services", foreign.service);
  kong.put("routes", foreign.route);
  kong.put("plugins", foreign.plugin);
  const clock = new FakeClock();
  const lagMs = draw(someLag);
  const ofNames = draw(chance, 50);
  return {
    draw,
    clock,
    lagMs,
    ofNames,
    gateway: new Gateway(kong, clock, lagMs),
    cluster: new FakeCluster(),
    kong,
    foreign,
    handedOver,
    chronicle: new Chronicle(),
    redemptionMs: draw(someRedemption),
  };
}
