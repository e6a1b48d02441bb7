import { expect, test } from "vitest";
import { publishService } from "../../src/operations/publish-service.ts";
import type { Service } from "../../src/world/core-v1.ts";
import { fakeLog } from "../kube/fake-log.ts";
import { service } from "../support/builders.ts";

const none = "there is no Service kong/proxy, so what is accepted gets no address";
const empty = "the Service kong/proxy has no address, so what is accepted gets none either";

test("what keeps Ingresses from an address is logged when it is new, and not again", () => {
  let known: Service | undefined;
  const log = fakeLog();
  const watched = publishService("kong/proxy", () => known, log);
  const lines = () => log.lines.map(({ level, message }) => `${level} ${message}`);
  watched.look();
  watched.look();
  expect([watched.problem(), lines()]).toEqual([none, [`warn ${none}`]]);
  known = service("kong/proxy");
  watched.look();
  expect([watched.problem(), lines()]).toEqual([empty, [`warn ${none}`, `warn ${empty}`]]);
  known = service("kong/proxy", { addresses: [{ ip: "192.0.2.1" }] });
  watched.look();
  expect([watched.problem(), lines()]).toEqual([undefined, [`warn ${none}`, `warn ${empty}`]]);
  known = undefined;
  watched.look();
  expect(lines()).toEqual([`warn ${none}`, `warn ${empty}`, `warn ${none}`]);
});
