import { afterEach, beforeEach, expect, test } from "vitest";

import { claim, openTerminal, record } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

/** Plays the controller: every new claim gets this answer. */
function decide(phase: string, reason: string, message: string): void {
  terminal.api.controller = (object, type) => {
    if (type === "DELETED" || object.kind !== "Domain" || object.status !== undefined) return;
    terminal.api.put("domains", { ...object, status: { phase, reason, message, observedGeneration: 1 } });
  };
}

test("a host with nothing above it is claimed as a primary, and the decision is waited for", async () => {
  decide("OK", "Held", "acme.org is held by marvin-org");
  expect(await terminal.type(["claim", "acme.org"])).toEqual({
    code: 0,
    stdout:
      "domain.platform.koli.io/acme.org created\nacme.org is a primary claim: nobody holds a primary above it\nacme.org is held by marvin-org\n",
    stderr: "",
  });
  expect(terminal.api.get("domains", "marvin-org", "acme.org")?.spec).toEqual({ primary: "acme.org" });
});
