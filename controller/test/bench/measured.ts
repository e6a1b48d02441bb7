import { run } from "../support/controller.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";

/** What something cost. */
export interface Cost {
  /** Calls to the Kubernetes API: reads and writes. */
  readonly kube: number;
  /** Calls to Kong's Admin API. */
  readonly kong: number;
  /** Runs of the queues' work. */
  readonly decisions: number;
  /** Microseconds until nothing was left to do. Cluster and Kong answer from memory: the time is the controller's own. */
  readonly us: number;
}

/** A controller whose work is measured. */
export interface Measured {
  /** What it took from its start until nothing was left to do. */
  readonly start: Cost;
  readonly kong: FakeKong;
  /** Lets something happen, and says what it took until nothing was left to do. */
  readonly cost: (happen: () => void) => Promise<Cost>;
  readonly stop: () => Promise<void>;
}

/** Caches are filled before the first piece of work, a thousand objects in a turn, and nothing is counted meanwhile. */
function quietWaitsOfStart(cluster: FakeCluster): number {
  return 20 + cluster.all("Domain").length / 100;
}

/** Starts a controller on what the cluster and Kong have, and waits until nothing is left to do. */
export async function measured(cluster: FakeCluster, kong = new FakeKong()): Promise<Measured> {
  let counted = { kube: 0, kong: 0, decisions: 0 };
  cluster.fault = () => {
    counted.kube += 1;
  };
  kong.fault = () => {
    counted.kong += 1;
  };
  const observeQueue = (): void => {
    counted.decisions += 1;
  };
  const cost = async (happen: () => void, quietWaits = 1): Promise<Cost> => {
    counted = { kube: 0, kong: 0, decisions: 0 };
    const begun = performance.now();
    happen();
    // Work makes room for others after a while, so that a lot of it takes more waits than one.
    for (let quiet = 0; quiet < quietWaits;) {
      const { kube, kong: calls, decisions } = counted;
      await settle();
      quiet = counted.kube + counted.kong + counted.decisions === kube + calls + decisions ? quiet + 1 : 0;
    }
    return { ...counted, us: (performance.now() - begun) * 1000 };
  };
  let stop = async (): Promise<void> => undefined;
  const start = await cost(() => {
    ({ stop } = run({ cluster, kong, clock: new FakeClock(), observeQueue, keepsEvents: false }));
  }, quietWaitsOfStart(cluster));
  return { start, kong, cost: (happen) => cost(happen), stop: () => stop() };
}
