import { afterEach, beforeEach, expect, test } from "vitest";

import { claim, record, holdAndOffer, openTerminal } from "./support/terminal.ts";
import type { Outcome, Terminal } from "./support/terminal.ts";

// Ctrl-C while a command waits: what was written stays and goes on, and the person is told where to look.

let terminal: Terminal;
let listeners: Set<() => void>;

beforeEach(async () => {
  listeners = new Set();
  terminal = await openTerminal({
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  holdAndOffer(terminal.api);
});

afterEach(async () => {
  await terminal.close();
});

/** Types the line, and Ctrl-C as soon as the command waits for the cluster: the controller says nothing. */
async function interrupt(argv: readonly string[]): Promise<Outcome> {
  terminal.api.intercept = (request) => {
    if (request.url?.includes("watch=true") === true) setImmediate(() => listeners.forEach((press) => press()));
    return false;
  };
  return await terminal.type(argv);
}

/** What a person is told of a host whose claim is written. */
const goesOn = (host: string): string =>
  `Interrupted; it goes on by itself. See: kubectl domain explain ${host} -n marvin-org\n`;

test.each<readonly [command: string, host: string]>([
  ["claim new.org", "new.org"],
  ["claim new.org --wait=live", "new.org"],
  ["redirect acme.org --to new.org", "acme.org"],
  ["transfer acme.org --to coyote-org", "acme.org"],
  ["transfer acme.org --to coyote-org -o json", "acme.org"],
  ["accept coyote.org", "coyote.org"],
  ["rename acme.org new.org", "new.org"],
  ["release acme.org --yes", "acme.org"],
])("kubectl domain %s ends with 130, and says that it goes on by itself, and what shows it", async (line, host) => {
  const finalizers = ["kolihub.io/kong"];
  const acme = terminal.api.get("domains", "marvin-org", "acme");
  if (acme !== undefined) terminal.api.put("domains", { ...acme, metadata: { ...acme.metadata, finalizers } });
  const { code, stderr } = await interrupt(line.split(" "));
  expect({ code, end: stderr.slice(-goesOn(host).length) }).toEqual({ code: 130, end: goesOn(host) });
  expect(listeners.size).toBe(0);
});

test("what was asked for is written, and the claims of further hosts are not begun", async () => {
  const { code, stdout, stderr } = await interrupt(["claim", "a.org", "b.org", "c.org"]);
  expect(code).toBe(130);
  expect(stdout).toMatch(/^domain\.platform\.koli\.io\/a\.org created\n/);
  expect(stderr).toBe(`${goesOn("a.org").trimEnd()}\nNot begun: b.org c.org\n`);
  expect(terminal.api.get("domains", "marvin-org", "a.org")).toBeDefined();
  expect(terminal.api.get("domains", "marvin-org", "b.org")).toBeUndefined();
});

test("a grant that was taken back to be given anew does not come by itself: the command is to be run again", async () => {
  terminal.api.put("namespaces", { metadata: { name: "old-org" } });
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org", delegates: ["old-org"] }));
  const grants = [{ namespace: "old-org", uid: "an earlier one" }];
  terminal.api.put(
    "hostrecords",
    record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }, { grants }),
  );
  const { code, stderr } = await interrupt(["share", "acme.org", "--with", "old-org"]);
  expect(code).toBe(130);
  expect(stderr).toContain(
    "Interrupted; the stale grant of old-org is removed from the delegates: run the same command again\n",
  );
});

test("nor does a transfer that was taken back to be made anew", async () => {
  const conditions = [{ type: "TransferPending", status: "False", reason: "StaleTransfer", observedGeneration: 1 }];
  const status = { phase: "OK", reason: "Held", conditions };
  const spec = { primary: "acme.org", transferTo: "coyote-org" };
  terminal.api.put("domains", claim("marvin-org", "acme", spec, status));
  const { code, stderr } = await interrupt(["transfer", "acme.org", "--to", "coyote-org"]);
  expect(code).toBe(130);
  expect(stderr).toContain("Interrupted; it is handed over to nobody now: run the same command again\n");
  expect(terminal.api.get("domains", "marvin-org", "acme")?.spec?.["transferTo"]).toBeUndefined();
});
