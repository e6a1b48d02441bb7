import type { Prover } from "../../src/apply/kong/proof.ts";
import type { FakeClock } from "./fake-clock.ts";
import type { FakeCluster } from "./fake-cluster.ts";

/** A gateway that is asked what it has in effect, and shows it after a time. */
export interface AskedGateway {
  readonly proverFor: () => Prover;
  /** How often it was asked. */
  readonly asked: () => number;
  /** Whether it shows what it is asked for from now on, or says after the same time that it does not. */
  readonly setShows: (shows: boolean) => void;
}

/** A gateway that takes so many milliseconds to show what it has. */
export function askedGateway(clock: FakeClock, takesMs: number): AskedGateway {
  let [asked, shows] = [0, true];
  const prove = async (): Promise<void> => {
    asked += 1;
    await new Promise<void>((done) => clock.after(takesMs, done));
    if (!shows) throw new Error("the gateway does not show it");
  };
  return {
    proverFor: () => ({ how: "by asking", asks: true, prove }),
    asked: () => asked,
    setShows: (now) => void (shows = now),
  };
}

/** How far the claim is told that it is, as `Live: True Live`. */
export function stageOf(cluster: FakeCluster, key: string): string {
  const { conditions = [], stage = "none" } = cluster.get("Domain", key)?.status ?? {};
  const ready = conditions.find(({ type }) => type === "Ready");
  return `${stage}: ${ready?.status ?? ""} ${ready?.reason ?? ""}`;
}
