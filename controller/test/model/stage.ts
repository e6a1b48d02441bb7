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
  /** Milliseconds that the gateway may be behind Kong; 0: it obeys at once. */
  readonly lagMs: number;
  readonly gateway: Gateway;
  readonly chronicle: Chronicle;
}

/** The name that ours need for the Service `web` of the namespace `b`. */
const takenName = "b.web.80";

/** How far the gateway is behind. */
const someLag = () => fc.constantFrom(0, 0, 700, 3000);

/** The stage of a history: an empty cluster, and a Kong that has only what is somebody else's. */
export function stageOf(draw: Draw): Stage {
  const kong = new FakeKong();
  const foreign = foreignEntities(draw(chance, 25) ? takenName : "somebody-elses");
  kong.put("services", foreign.service);
  kong.put("routes", foreign.route);
  kong.put("plugins", foreign.plugin);
  const clock = new FakeClock();
  const lagMs = draw(someLag);
  return {
    draw,
    clock,
    lagMs,
    gateway: new Gateway(kong, clock, lagMs),
    cluster: new FakeCluster(),
    kong,
    foreign,
    chronicle: new Chronicle(),
  };
}
