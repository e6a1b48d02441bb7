import { afterEach, beforeEach, expect, test } from "vitest";

import { holdAndOffer, openTerminal, shortSleep } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal({ sleep: shortSleep });
  holdAndOffer(terminal.api);
});

afterEach(async () => {
  await terminal.close();
});

const commands = [
  [["redirect", "acme.org", "--to", "www.acme.org"]],
  [["rename", "acme.org", "roadrunner.org", "-o", "name"]],
  [["accept", "coyote.org"]],
  [["transfer", "acme.org", "--to", "coyote-org"]],
];

test.each(commands)("%j says once on stderr that the controller says nothing, and where to look", async (argv) => {
  const { stderr } = await terminal.type([...argv, "--timeout=300ms"]);
  expect(stderr.match(/^note: waiting .*/gm)).toEqual([
    "note: waiting for 0s: is the controller of Domain Claims running? kubectl domain doctor looks",
  ]);
});

test.each(commands)("%j says on stderr how long the controller has been away", { tags: "long" }, async (argv) => {
  terminal.api.put("leases", {
    metadata: { name: "domain-claims", namespace: "kong-system" },
    spec: { leaseDurationSeconds: 15, renewTime: "2026-01-03T23:00:00.000000Z" },
  });
  const { stderr } = await terminal.type([...argv, "--timeout=300ms"]);
  expect(stderr).toMatch(/^note: waiting for 0s: nobody has held the controller's Lease .* for 60m/m);
});

test("a rename tells people, too, that the controller says nothing", async () => {
  const { stdout } = await terminal.type(["rename", "acme.org", "roadrunner.org", "--timeout=300ms"]);
  expect(stdout).toMatch(/^0s is the controller of Domain Claims running\? kubectl domain doctor looks$/m);
});
