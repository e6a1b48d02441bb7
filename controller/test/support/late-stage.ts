import { expect } from "vitest";
import { settleTime } from "../../src/apply/kong/settle-time.ts";
import type { Prover } from "../../src/apply/kong/proof.ts";
import { run } from "./controller.ts";
import type { Running } from "./controller.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeKong } from "./fake-kong.ts";
import { LateWorkers } from "./late-workers.ts";
import { pairFor } from "./pki.ts";
import { rename, renamed, serves } from "./renames.ts";

/**
 * A controller and a Kong whose workers take over routes and functions at any time within five seconds of each other; the
 * controller waits for ten.
 */
export interface LateStage extends Running {
  readonly workers: LateWorkers;
  /** From now on nothing is shown to be in effect. */
  readonly neverShows: () => void;
}

/** Starts both; or the next controller, on what was there `before`. */
export function start(
  before: Partial<Pick<Running, "cluster" | "kong" | "clock">> & { workers?: LateWorkers } = {},
): LateStage {
  const [clock, kong] = [before.clock ?? new FakeClock(), before.kong ?? new FakeKong()];
  let shows = true;
  const { prove, ...how } = settleTime(clock, 10_000);
  const prover: Prover = {
    ...how,
    prove: async (signal) => {
      await prove(signal);
      if (!shows) throw new Error("the gateway does not show it");
    },
  };
  const running = run({ ...before, clock, kong, proverFor: () => prover });
  const workers = before.workers ?? new LateWorkers(kong, clock, 5_000);
  return { ...running, workers, neverShows: () => void (shows = false) };
}

/** Every answer that some worker may give for the host and path in that time. */
export async function answersFor(
  { clock, workers }: LateStage,
  host: string,
  forMs: number,
  at = "/",
): Promise<readonly string[]> {
  const seen = new Set<string>();
  for (let passed = 0; passed < forMs; passed += 250) {
    for (const answer of workers.answers(host, at)) seen.add(answer);
    await clock.pass(250);
  }
  return [...seen].sort();
}

/** acme-org renames old.org to new.org, which waits for a certificate; what is to answer with the redirect has been shown. */
export async function renameWaits(): Promise<LateStage> {
  const stage = start();
  stage.cluster.putSecret("acme-org/old-tls", await pairFor(["old.org"]));
  serves(stage, "old.org", ["/"], [{ secretName: "old-tls", hosts: ["old.org"] }]);
  await stage.clock.pass(20_000);
  stage.cluster.put("Domain", rename("new", "new.org", "old"));
  await stage.clock.pass(60_000);
  expect(renamed(stage, "new")).toBe("False RenameHTTPS");
  return stage;
}
