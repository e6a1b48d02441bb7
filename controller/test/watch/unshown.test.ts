import { expect, test } from "vitest";
import { systemClock } from "../../src/time/clock.ts";
import { EventLoop } from "../../src/time/event-loop.ts";
import { translate } from "../../src/translate/translate.ts";
import { differences } from "../../src/watch/differences.ts";
import { World } from "../../src/world/world.ts";
import { claim, heldBy } from "../support/builders.ts";
import { fakeLog } from "../kube/fake-log.ts";

const record = heldBy(claim("acme-org/acme", "acme.org"));

/** The register as a process knows it that writes records itself. */
function register() {
  const world = new World();
  const [log, eventLoop] = [fakeLog(), new EventLoop(systemClock)];
  const onEvent = (event: Parameters<World["apply"]>[0]): void => world.apply(event);
  const known = differences("HostRecord", log, translate, onEvent, eventLoop, () => world.unshown("HostRecord"));
  const learn = (): void => world.learn({ type: "set", kind: "HostRecord", object: record });
  return { known, learn, found: () => world.record(record.host) };
}

test("a record that this process has written, and of which a list that was asked for later knows nothing, is gone", async () => {
  const { found, known, learn } = register();
  learn();
  known.beginList();
  expect(found()).toBeDefined();
  await known.endList("9");
  expect(found()).toBeUndefined();
});

test("one that is written while the list is on its way is not", async () => {
  const { found, known, learn } = register();
  known.beginList();
  learn();
  await known.endList("9");
  expect(found()).toBeDefined();
});
