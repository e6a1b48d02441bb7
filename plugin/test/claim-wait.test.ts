import { afterEach, beforeEach, expect, test } from "vitest";

import { answerClaims, claim, openTerminal } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

const held = (host: string): void => answerClaims(terminal.api, "OK", "Held", `${host} is held by marvin-org`);

test("after a break of any kind, a claim that is waited for is read again", async () => {
  let breaks = 0;
  terminal.api.intercept = (request, response) => {
    if (request.url?.includes("watch=true") !== true || breaks === 4) return false;
    breaks += 1;
    if (breaks === 1)
      response.end(`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } })}\n`);
    else if (breaks === 2) response.socket?.destroy();
    else if (breaks === 3) response.writeHead(500).end();
    else {
      response.end();
      terminal.api.put("domains", {
        ...claim("marvin-org", "acme.org", { primary: "acme.org" }, { phase: "OK", reason: "Held" }),
      });
    }
    return true;
  };
  expect((await terminal.type(["claim", "acme.org"])).code).toBe(0);
  expect(breaks).toBe(4);
});

test("a controller that is away is named when the decision does not come", async () => {
  terminal.api.put("leases", {
    metadata: { name: "domain-claims", namespace: "kong-system" },
    spec: { holderIdentity: "pod-1", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:00:00.000000Z" },
  });
  const { stderr } = await terminal.type(["claim", "acme.org", "--timeout", "150ms"]);
  expect(stderr).toContain(
    "acme.org: the controller has not renewed its Lease kong-system/domain-claims for 60m: nothing is decided until it is back, and what claims say may be old\n",
  );
});

test("a decision that does not come is an error after --timeout", async () => {
  const { code, stderr } = await terminal.type(["claim", "acme.org", "--timeout", "150ms"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: timed out after 0.15s waiting for the decision on domain.platform.koli.io/acme.org: is the controller of Domain Claims running?\n",
  );
});

test("a decision for an older generation is not taken for the answer", async () => {
  terminal.api.controller = (object) => {
    if (object.kind !== "Domain" || object.status?.["phase"] === "OK") return;
    const stale = object.status === undefined;
    terminal.api.put("domains", {
      ...object,
      status: { phase: stale ? "Failed" : "OK", reason: "x", message: "m", observedGeneration: stale ? 0 : 1 },
    });
  };
  expect((await terminal.type(["claim", "acme.org"])).code).toBe(0);
});

test("where watching is denied, the claim is read until it is decided", async () => {
  terminal.api.deny = (verb) => verb === "watch";
  held("acme.org");
  expect((await terminal.type(["claim", "acme.org"])).code).toBe(0);
});
