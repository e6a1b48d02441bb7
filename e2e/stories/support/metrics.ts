import { expect } from "vitest";
import type { Controller } from "../../support/world/controller-process.ts";
import { eventually } from "./eventually.ts";

/** One number of a controller's metrics; 0 where it has none yet. */
export async function metric(controller: Controller | undefined, name: string): Promise<number> {
  const metrics = await (await fetch(`${controller?.healthUrl ?? ""}/metrics`)).text();
  const line = metrics.split("\n").find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

/** Whether the controller leads. */
export async function leads(controller: Controller | undefined): Promise<boolean> {
  return (await metric(controller, "domain_claims_leader")) === 1;
}

/** Returns when the controller has ended so many more looks through all of Kong, the first of which may have begun before. */
export async function moreLooks(controller: Controller | undefined, wanted: number): Promise<void> {
  const looks = 'domain_claims_queue_work_duration_seconds_count{queue="resync",outcome="done"}';
  const ended = await metric(controller, looks);
  await eventually(async () => expect(await metric(controller, looks)).toBeGreaterThanOrEqual(ended + wanted));
}
