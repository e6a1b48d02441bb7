import { expect, test } from "vitest";
import { ActualState } from "../../src/apply/kong/actual-state.ts";
import { comparedInPieces, stands } from "../../src/apply/kong/stands.ts";
import type { KongService } from "../../src/plan/kong/entities.ts";
import type { HostPlan } from "../../src/plan/kong/host.ts";
import { leadingNowhere } from "../../src/plan/kong/service.ts";

test("X2: what a host wants of a thousand services is compared with what Kong has in pieces, and not once more at once", () => {
  const actual = new ActualState();
  let compared = 0;
  const wanted = Array.from({ length: 1_000 }, (_, i): KongService => {
    const name = `s${String(i)}`;
    const service: KongService = { ...leadingNowhere, id: name, name, host: name, tags: [] };
    const counted = { ...service };
    Object.defineProperty(counted, "port", { enumerable: true, get: () => (compared++, service.port) });
    actual.set("services", counted);
    return service;
  });
  const atOnce: number[] = [];
  const plan: Pick<HostPlan, "services" | "plugins" | "routes"> = { services: wanted, plugins: [], routes: [] };
  const pieces = comparedInPieces({ actual }, plan);
  for (let over = false; !over; atOnce.push(compared)) {
    compared = 0;
    over = pieces.next().done === true;
  }
  expect(sum(atOnce)).toBe(1_000);
  expect(Math.max(...atOnce)).toBeLessThanOrEqual(50);
  compared = 0;
  expect(wanted.every((service) => stands({ actual }, "services", service))).toBe(true);
  expect(compared).toBe(0);
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
