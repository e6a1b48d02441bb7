import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { claim, openTerminal, record, shortSleep } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

type Spec = Parameters<typeof claim>[2] & { transferTo?: string; acceptFrom?: string };

/** Has marvin-org hold acme.org by the claim `acme`. */
function holdAcme(more: Partial<Spec> = {}, status?: Parameters<typeof claim>[3]): void {
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org", ...more }, status));
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }));
}

/** Has acme-org hold a host, and hand it over to marvin-org. */
function offer(host: string, more: Record<string, unknown> = {}, kind: "primary" | "shared" = "primary"): void {
  const transfer = { namespace: "marvin-org", uid: "uid-marvin-org", ...more };
  terminal.api.put("hostrecords", record(host, { kind, namespace: "acme-org", name: "acme" }, { transfer }));
}

/** Has a namespace hold a name below acme.org, under the authority of acme-org's primary. */
function below(host: string, namespace: string, kind: "primary" | "shared" = "shared"): void {
  const authority = { kind: "delegation", host: "acme.org", namespace: "acme-org", name: "acme", uid: "x" };
  terminal.api.put(
    "hostrecords",
    record(host, { kind, namespace, name: "n", ...(kind === "primary" ? { authority } : {}) }),
  );
}

/** Plays the controller: each new generation is told this of its transfer, or gets this status. */
function answers(condition: Record<string, unknown> | undefined, status: Record<string, unknown> = {}): void {
  terminal.api.controller = (object, type) => {
    const { generation } = object.metadata;
    if (type === "DELETED" || object.kind !== "Domain" || object.status?.["observedGeneration"] === generation) return;
    const told = { type: "TransferPending", observedGeneration: generation, ...condition };
    const conditions = condition === undefined || object.spec?.["transferTo"] === undefined ? [] : [told];
    terminal.api.put("domains", {
      ...object,
      status: { phase: "OK", reason: "Held", ...object.status, observedGeneration: generation, conditions, ...status },
    });
  };
}

function spec(name = "acme"): Record<string, unknown> | undefined {
  return terminal.api.get("domains", "marvin-org", name)?.spec;
}

describe("transfer", () => {
  test("writes to whom, waits until the register says so, and says how it is accepted and taken back", async () => {
    holdAcme();
    answers({ status: "True", reason: "AwaitingAcceptance", message: "acme.org goes to coyote-org as soon as ..." });
    expect(await terminal.type(["transfer", "acme.org", "--to", "coyote-org"])).toEqual({
      code: 0,
      stdout: "domain.platform.koli.io/acme configured\nacme.org goes to coyote-org as soon as ...\n",
      stderr: "",
    });
    expect(spec()?.["transferTo"]).toBe("coyote-org");
    expect((await terminal.type(["transfer", "acme.org", "--to", "coyote-org"])).stdout).toContain("acme unchanged\n");
  });

  test("one that is accepted meanwhile says where the host is", async () => {
    holdAcme();
    answers(undefined, { phase: "Failed", reason: "Transferred", message: "acme.org was handed over" });
    const { code, stdout } = await terminal.type(["transfer", "acme.org", "--to", "coyote-org"]);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/acme\.org was handed over\n$/) as string,
    });
  });

  test("--cancel takes it back, and says when it is too late", async () => {
    holdAcme({ transferTo: "coyote-org" });
    answers({});
    expect((await terminal.type(["transfer", "acme.org", "--cancel"])).stdout).toBe(
      "domain.platform.koli.io/acme configured\nacme.org is handed over to nobody\n",
    );
    expect(spec()?.["transferTo"]).toBeUndefined();
    holdAcme({ transferTo: "coyote-org" });
    answers(undefined, { phase: "Failed", reason: "Transferred", message: "coyote-org holds it" });
    const late = await terminal.type(["transfer", "acme.org", "--cancel"]);
    expect(late).toMatchObject({
      code: 1,
      stderr: "error: it is too late to take it back\nTransferred: coyote-org holds it\n",
    });
  });

  test("one to a namespace that is gone is taken back first, and then made anew", async () => {
    const conditions = [{ type: "TransferPending", status: "False", reason: "StaleTransfer", observedGeneration: 1 }];
    holdAcme({ transferTo: "coyote-org" }, { phase: "OK", reason: "Held", conditions });
    answers({ status: "True", reason: "AwaitingAcceptance", message: "goes to coyote-org" });
    const { stderr, code } = await terminal.type(["transfer", "acme.org", "--to", "coyote-org"]);
    expect({ stderr, code }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/an earlier namespace of the name coyote-org/) as string,
    });
    const written = terminal.api.received
      .filter(({ method }) => method === "PATCH")
      .map(({ body }) => JSON.parse(body) as unknown);
    expect(written).toMatchObject([{ spec: { transferTo: null } }, { spec: { transferTo: "coyote-org" } }]);
  });

  test("--dry-run says what will happen, step by step, and changes nothing", async () => {
    holdAcme();
    below("www.acme.org", "coyote-org");
    const { code, stdout } = await terminal.type(["transfer", "acme.org", "--to", "coyote-org", "--dry-run"]);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "domain.platform.koli.io/acme configured (dry run)
      1. marvin-org's claim, and the public register, say that acme.org goes to coyote-org; nothing changes for its visitors
      2. somebody who may claim in coyote-org accepts it: kubectl domain accept acme.org -n coyote-org. Until then marvin-org can take it back: --cancel
      3. by one update of the register coyote-org holds it; whoever waits for it does not come in between
      4. paths that coyote-org's Ingresses serve are led there in place, and no request is lost; what they don't serve goes
      5. the name below it stays with its holder, where coyote-org shares it on
      6. marvin-org's claim is Failed (Transferred), and can be released
      "
    `);
    expect(spec()?.["transferTo"]).toBeUndefined();
  });

  test.each<[string, readonly string[], RegExp]>([
    ["to nobody", [], /say to whom, with --to NAMESPACE, or --cancel/],
    ["to somebody and to nobody", ["--to", "coyote-org", "--cancel"], /say to whom/],
    ["to all", ["--to", "*"], /handed over to one namespace/],
    ["to two", ["--to", "a,b"], /handed over to one namespace/],
    ["to itself", ["--to", "marvin-org"], /is in marvin-org already/],
  ])("%s is refused", async (_, flags, sentence) => {
    holdAcme();
    const { code, stderr } = await terminal.type(["transfer", "acme.org", ...flags]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(sentence) as string });
  });

  test("a claim that does not hold its host has nothing to hand over", async () => {
    holdAcme({}, { phase: "Failed", reason: "AlreadyClaimed", message: "somebody else has it" });
    const { code, stderr } = await terminal.type(["transfer", "acme.org", "--to", "coyote-org"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/nothing to hand over[^]*AlreadyClaimed: somebody/) as string,
    });
  });

  test("a host that is only reserved for its namespace is claimed again before", async () => {
    const redemption = {
      kind: "primary",
      namespace: "marvin-org",
      name: "acme",
      uid: "u",
      until: "2026-01-04T00:10:00Z",
    };
    terminal.api.put("hostrecords", record("acme.org", undefined, { redemption }));
    const { code, stderr } = await terminal.type(["transfer", "acme.org", "--to", "coyote-org"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/reserved for marvin-org until 2026-01-04T00:10:00Z/) as string,
    });
  });
});

describe("accept", () => {
  test("makes the claim, shared with whom it was shared, and with the giver where that has names below it", async () => {
    offer("acme.org", { delegates: ["coyote-org", "marvin-org"] });
    below("www.acme.org", "acme-org");
    answers(undefined, { phase: "OK", reason: "Held", message: "acme.org is held by marvin-org" });
    expect(await terminal.type(["accept", "acme.org"])).toEqual({
      code: 0,
      stdout: "domain.platform.koli.io/acme.org created\nacme.org is held by marvin-org\n",
      stderr: "",
    });
    expect(spec("acme.org")).toEqual({
      primary: "acme.org",
      acceptFrom: "acme-org",
      delegates: ["acme-org", "coyote-org"],
    });
  });

  test("shares with nobody new where the giver has nothing below it, or it is shared with all, or it is said otherwise", async () => {
    answers(undefined);
    offer("acme.org", { delegates: ["coyote-org"] });
    below("own.www.acme.org", "acme-org");
    await terminal.type(["accept", "acme.org", "--name", "a"]);
    expect(spec("a")?.["delegates"]).toEqual(["coyote-org"]);
    offer("b.org", { delegates: ["*"] });
    await terminal.type(["accept", "b.org", "--name", "b"]);
    expect(spec("b")?.["delegates"]).toEqual(["*"]);
    offer("c.org", { delegates: ["coyote-org"] });
    await terminal.type(["accept", "c.org", "--name", "c", "--share-with", "x-org"]);
    expect(spec("c")?.["delegates"]).toEqual(["x-org"]);
    offer("d.org", { delegates: ["coyote-org"] });
    await terminal.type(["accept", "d.org", "--name", "d", "--share-with", ""]);
    expect(spec("d")?.["delegates"]).toBeUndefined();
  });

  test("a claim that waits for the host accepts it, and hands it over to nobody", async () => {
    offer("acme.org", { delegates: ["coyote-org"] });
    const waits = { phase: "Failed", reason: "AlreadyClaimed" };
    terminal.api.put("domains", claim("marvin-org", "mine", { primary: "acme.org", delegates: ["x-org"], transferTo: "acme-org" } as Spec, waits)); // prettier-ignore
    answers(undefined, { phase: "OK", reason: "Held", message: "held" });
    expect((await terminal.type(["accept", "acme.org"])).stdout).toBe(
      "domain.platform.koli.io/mine configured\nheld\n",
    );
    expect(spec("mine")).toEqual({ primary: "acme.org", acceptFrom: "acme-org", delegates: ["coyote-org", "x-org"] });
  });

  test("a shared claim names the holder of its primary as its parent", async () => {
    offer("www.acme.org", {}, "shared");
    terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "top-org", name: "acme" }));
    answers(undefined);
    await terminal.type(["accept", "www.acme.org"]);
    expect(spec("www.acme.org")).toEqual({
      primary: "acme.org",
      sub: "www",
      parent: "top-org",
      acceptFrom: "acme-org",
    });
  });

  test("one that is refused says why, and one that is held already is said to be", async () => {
    offer("acme.org");
    answers(undefined, { phase: "Failed", reason: "PrimaryNotAllowed", message: "ask the administrator" });
    const { code, stderr } = await terminal.type(["accept", "acme.org"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not handed over: PrimaryNotAllowed: ask the admin/) as string,
    });
    holdAcme();
    const again = await terminal.type(["accept", "acme.org"]);
    expect(again).toMatchObject({ code: 0, stdout: "acme.org is held by marvin-org already\n" });
  });

  test.each<[string, () => void, RegExp]>([
    ["that nobody holds", () => undefined, /can't be accepted: nobody holds it/],
    [
      "that goes to nobody",
      () => offer("acme.org", { namespace: "x-org" }),
      /acme-org holds it, and hands it over to x-org/,
    ],
    [
      "that is held",
      () =>
        void terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "acme-org", name: "a" })),
      /hands it over to nobody; its owner can: kubectl domain transfer acme\.org --to marvin-org -n acme-org/,
    ],
  ])("a host %s can't be accepted", async (_, prepare, sentence) => {
    prepare();
    const { code, stderr } = await terminal.type(["accept", "acme.org"]);
    expect({ code, stderr: stderr.replace(/\s+/g, " ") }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(sentence) as string,
    });
  });

  test("where the controller is away, a host that goes to nobody may only not be in the register yet", async () => {
    terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "acme-org", name: "a" }));
    terminal.api.put("leases", {
      metadata: { name: "domain-claims", namespace: "kong-system" },
      spec: { holderIdentity: "pod-1", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:00:00.000000Z" },
    });
    const { stderr } = await terminal.type(["accept", "acme.org"]);
    expect(stderr).toMatch(/^note: the controller has not renewed its Lease kong-system\/domain-claims for 60m/);
  });

  test("a claim of the other kind has to go first", async () => {
    offer("www.acme.org");
    terminal.api.put("domains", claim("marvin-org", "www", { primary: "acme.org", sub: "www" }, { phase: "Failed", reason: "AlreadyClaimed" })); // prettier-ignore
    const { code, stderr } = await terminal.type(["accept", "www.acme.org"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is a shared claim for this host, and what is handed over/) as string,
    });
  });

  test("--dry-run says what will happen, and which names go, and changes nothing", async () => {
    offer("acme.org", { delegates: ["coyote-org"] });
    below("www.acme.org", "coyote-org");
    below("m.acme.org", "x-org", "primary");
    const { code, stdout } = await terminal.type(["accept", "acme.org", "--dry-run"]);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "domain.platform.koli.io/acme.org created (dry run)
      1. marvin-org's claim accepts acme.org from acme-org, and shares it with coyote-org
      2. by one update of the register marvin-org holds it; whoever waits for it does not come in between
      3. nothing in marvin-org serves it, so the routes of acme-org leave Kong and no others come: make an Ingress for it before
      4. the name below it stays with its holder, where marvin-org shares it on
      5. acme-org's claim is Failed (Transferred)
      these names go, since acme.org is not shared with their holders any more:
        m.acme.org  x-org/n  primary
      "
    `);
    expect(spec("acme.org")).toBeUndefined();
  });
});

test("what holds an acceptance up is said, and after the time that it goes on by itself", async () => {
  await terminal.close();
  terminal = await openTerminal({ sleep: shortSleep });
  offer("acme.org");
  answers(undefined, { phase: "Pending", reason: "WaitingForGateway", message: "Kong must guard it first" });
  const { code, stderr } = await terminal.type(["accept", "acme.org", "--timeout", "200ms"]);
  expect(code).toBe(1);
  expect(stderr.replace(/\s+/g, " ")).toMatch(
    /^note: waiting for 0s: WaitingForGateway: Kong must guard it first error: timed out after 0\.2s waiting for domain\.platform\.koli\.io\/acme\.org to hold its host: .* goes on by itself/,
  );
});

test("whois and explain show to whom a host is handed over, who handed it on, and the command that accepts it", async () => {
  const transfer = { namespace: "marvin-org", uid: "u" };
  const holder = {
    kind: "primary" as const,
    namespace: "acme-org",
    name: "acme",
    givers: [{ namespace: "first-org", uid: "uid-first-org" }],
  };
  terminal.api.put("hostrecords", record("acme.org", holder, { transfer }));
  const { stdout } = await terminal.type(["whois", "acme.org"]);
  expect(stdout).toMatch(/handed on by +first-org/);
  const asked = (await terminal.type(["claim", "acme.org", "--dry-run"])).stdout;
  expect(asked).toContain("to take it over: kubectl domain accept acme.org -n marvin-org");
  expect(stdout).toMatch(/handed over +to marvin-org, .*kubectl domain accept acme\.org -n marvin-org/);
  const waiting = { phase: "Failed", reason: "AlreadyClaimed", holder: "acme-org/acme" };
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }, waiting));
  const why = (await terminal.type(["explain", "acme.org"])).stdout;
  expect(why).toMatch(/Handed over: +to marvin-org/);
  expect(why).toContain("kubectl domain accept acme.org -n marvin-org");
  expect(why).not.toContain("kubectl domain release acme.org -n acme-org");
});

test("explain says of a claim that handed its host over that it may go, and of a stale transfer how it is made anew", async () => {
  holdAcme({ transferTo: "coyote-org" }, { phase: "Failed", reason: "Transferred" });
  expect((await terminal.type(["explain", "acme.org"])).stdout).toContain("kubectl domain release domain/acme");
  const conditions = [{ type: "TransferPending", status: "False", reason: "StaleTransfer", message: "gone" }];
  holdAcme({ transferTo: "coyote-org" }, { phase: "OK", reason: "Held", conditions });
  expect((await terminal.type(["explain", "acme.org"])).stdout).toContain(
    "kubectl domain transfer acme.org --to coyote-org -n marvin-org",
  );
});

test("a shared claim whose parent handed the primary on is explained by way of that", async () => {
  const holder = {
    kind: "primary" as const,
    namespace: "coyote-org",
    name: "acme",
    givers: [{ namespace: "acme-org", uid: "uid-acme-org" }],
  };
  const grants = [{ namespace: "marvin-org", uid: "uid-marvin-org" }];
  terminal.api.put("hostrecords", record("acme.org", holder, { grants }));
  terminal.api.put("domains", claim("marvin-org", "m", { primary: "acme.org", sub: "m", parent: "acme-org" }));
  const { stdout } = await terminal.type(["explain", "m.acme.org"]);
  expect(stdout).toContain("handed acme.org on to coyote-org, which shares it with marvin-org");
  expect(stdout).not.toContain("system namespace");
});
