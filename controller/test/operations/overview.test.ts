import { expect, test } from "vitest";
import { overviewOf } from "../../src/operations/overview.ts";
import { World } from "../../src/world/world.ts";
import { fakeLog } from "../kube/fake-log.ts";
import { service } from "../support/builders.ts";
import { FakeClock } from "../support/fake-clock.ts";

test("of a Service or an issuer that is not there nothing is said before everything has been listed once", () => {
  const { world, log, overview } = overseen();
  const told = () => overview.checks().map(({ name, detail }) => `${name}: ${detail}`);
  world.apply({ type: "set", kind: "Service", object: service("shop/web") });
  expect([told().join(), log.lines]).toEqual(["kong: answers,leader: does not lead", []]);
  overview.synced();
  const missing = "there is no Service kong/proxy, so what is accepted gets no address";
  expect(told().slice(2)).toEqual([`publish-service: ${missing}`, "issuer: there is no ClusterIssuer letsencrypt"]);
  expect(log.lines.map(({ message }) => message)).toEqual([missing]);
  world.apply({ type: "set", kind: "Service", object: service("kong/proxy") });
  expect(log.lines.at(-1)?.message).toBe("the Service kong/proxy has no address, so what is accepted gets none either");
  overview.stop();
});

function overseen() {
  const [world, log] = [new World(), fakeLog()];
  const overview = overviewOf({
    ...{ world, log, clock: new FakeClock(), availability: { problem: undefined }, dns: { state: () => undefined } },
    watches: { health: () => [] },
    leader: { term: () => undefined, waitsMs: () => undefined },
    published: { namespace: "kong", name: "proxy" },
    issuer: { kind: "ClusterIssuer", name: "letsencrypt" },
    approves: false,
    orderBudgetLeft: () => Infinity,
  });
  world.subscribe(overview.note);
  return { world, log, overview };
}
