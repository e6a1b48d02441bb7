import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { claim, openTerminal } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
  terminal.api.put("domains", claim("marvin-org", "shop", { primary: "old.org", delegates: ["coyote-org"] }));
});

afterEach(async () => {
  await terminal.close();
});

type Told = readonly [status: string, reason: string, message: string];

/** Plays the controller: the new claim is told these of its rename, one after the other. */
function answers(...told: readonly Told[]): void {
  let next = 0;
  terminal.api.controller = (object, type) => {
    const [status, reason, message] = told[next] ?? [];
    if (type === "DELETED" || object.spec?.["renames"] === undefined || status === undefined) return;
    next += 1;
    const conditions = [{ type: "Renamed", status, reason, message, observedGeneration: 1 }];
    terminal.api.put("domains", {
      ...object,
      status: { phase: "OK", reason: "Held", message: "held", observedGeneration: 1, conditions },
    });
  };
}

function made(name = "new.org"): unknown {
  return terminal.api.get("domains", "marvin-org", name)?.spec;
}

test("rename says the steps, makes the claim with the old one's delegates, tells each stage, and ends when the old name has given way", async () => {
  answers(
    ["Unknown", "RenameRouting", "new.org comes"],
    ["False", "RenameHTTPS", "it waits for its certificate"],
    ["True", "Renamed", "old.org redirects to new.org"],
  );
  const { code, stdout, stderr } = await terminal.type(["rename", "old.org", "new.org", "--redirect-for", "90d"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.split("\n")).toEqual([
    "domain.platform.koli.io/new.org created",
    expect.stringMatching(/^1\. RenameRouting: new\.org is held, and serves what Ingresses say for old\.org/),
    expect.stringMatching(/^2\. RenameHTTPS: /),
    "3. RenameCleanup: old.org redirects to new.org (308) for 90d, and then serves nothing",
    expect.stringContaining("its claim shop holds it after that; what is below it goes on"),
    expect.stringContaining("Deleting domain.platform.koli.io/new.org undoes it"),
    "0s RenameRouting: new.org comes",
    "0s RenameHTTPS: it waits for its certificate",
    "old.org redirects to new.org",
    "",
  ]);
  expect(made()).toEqual({ primary: "new.org", delegates: ["coyote-org"], renames: "shop", redirectFor: "90d" });
});

test("a dry run says what would happen, and makes nothing", async () => {
  const { code, stdout } = await terminal.type(["rename", "shop", "new.org", "--redirect-for=none", "--dry-run"]);
  expect(code).toBe(0);
  expect(stdout).toContain("new.org created (dry run)");
  expect(stdout).toContain("3. RenameCleanup: nothing is served under old.org any more");
  expect(made()).toBeUndefined();
});

test("done again it is as it was, and its time can be changed", async () => {
  const told: Told = ["True", "Renamed", "old.org redirects to new.org"];
  answers(told, told, told);
  await terminal.type(["rename", "old.org", "new.org"]);
  expect((await terminal.type(["rename", "old.org", "new.org"])).stdout).toMatch(/new\.org unchanged\n/);
  const again = ["rename", "old.org", "new.org", "--redirect-for", "12h", "--wait=false"];
  expect((await terminal.type(again)).stdout).toMatch(/new\.org configured\n/);
  expect(made()).toMatchObject({ redirectFor: "12h" });
});

test("of a time that was changed it is told what the controller says then, and not what it said before", async () => {
  terminal.api.controller = (object, type) => {
    const { generation = 1 } = object.metadata;
    const observed = object.status as { readonly observedGeneration?: number } | undefined;
    if (type === "DELETED" || object.spec?.["renames"] === undefined || observed?.observedGeneration === generation)
      return;
    const message = object.spec["redirectFor"] === "90d" ? "for 90d" : "for ever";
    const conditions = [{ type: "Renamed", status: "True", reason: "Renamed", message }];
    const status = { phase: "OK", reason: "Held", message: "held", observedGeneration: generation, conditions };
    setTimeout(() => terminal.api.put("domains", { ...object, status }), 50);
  };
  expect((await terminal.type(["rename", "old.org", "new.org"])).stdout).toMatch(/\nfor ever\n$/);
  const again = ["rename", "old.org", "new.org", "--redirect-for", "90d"];
  expect((await terminal.type(again)).stdout).toMatch(/\nfor 90d\n$/);
});

describe("rename ends with 1", () => {
  test.each([
    ["both names the same", ["shop", "old.org"], "both names are the same"],
    ["a wildcard", ["old.org", "*.new.org"], "stands for many hosts"],
    ["a claim of another namespace", ["other.org", "new.org"], "no claim in the namespace marvin-org is for other.org"],
    ["a time that is none", ["old.org", "new.org", "--redirect-for", "3 months"], 'invalid time "3 months"'],
  ])("for %s, and makes nothing", async (_what, argv, sentence) => {
    const { code, stderr } = await terminal.type(["rename", ...argv]);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
    expect(made()).toBeUndefined();
  });

  test("where the new name is claimed already, and says what can be done", async () => {
    terminal.api.put("domains", claim("marvin-org", "new", { primary: "new.org" }));
    const { code, stderr } = await terminal.type(["rename", "old.org", "new.org"]);
    expect(code).toBe(1);
    expect(stderr).toContain("claims new.org already, and what a claim renames never changes");
    expect(stderr).toContain("kubectl domain redirect old.org --to new.org");
  });

  test("on the way back, which is a redirect", async () => {
    const back = claim("marvin-org", "new", { primary: "new.org" });
    terminal.api.put("domains", { ...back, spec: { ...back.spec, renames: "shop" } });
    const { code, stderr } = await terminal.type(["rename", "new.org", "old.org"]);
    expect(code).toBe(1);
    expect(stderr).toContain("kubectl domain redirect new.org --to old.org");
  });

  test("with the controller's reason where it can't be", async () => {
    answers(["False", "OldNameRenamed", "old.org is renamed to x.org by the claim x, which came first"]);
    const { code, stderr } = await terminal.type(["rename", "old.org", "new.org"]);
    expect(code).toBe(1);
    expect(stderr).toContain("nothing was taken away\nOldNameRenamed: old.org is renamed to x.org");
  });

  test("after the time, and says how far it is and that it goes on", async () => {
    answers(["Unknown", "RenameRouting", "new.org comes"]);
    const { code, stderr } = await terminal.type(["rename", "old.org", "new.org", "--timeout", "300ms"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/timed out after 0\.3s waiting for the rename by .*: .*new\.org is written and goes on by itself[^]*RenameRouting: new\.org comes/); // prettier-ignore
  });
});

describe("N3: the record of names", () => {
  const past = { kind: "primary", namespace: "marvin-org", namespaceUID: "n", uid: "u", since: "2026-01-01T00:00:00Z" };
  const record = (host: string, holder: object, history: readonly object[] = []): void => {
    terminal.api.put("hostrecords", {
      metadata: { name: host },
      spec: { host, holder: { ...past, name: host, ...holder }, history },
    });
  };

  beforeEach(() => {
    const renamedTo = {
      host: "new.org",
      name: "new",
      uid: "v",
      since: "2026-01-02T00:00:00Z",
      done: "2026-01-02T00:00:10Z",
    };
    record("old.org", { renamedTo }, [
      {
        ...past,
        name: "o",
        from: "2025-01-01T00:00:00Z",
        to: "2025-12-01T00:00:00Z",
        reason: "Deleted",
        renamedFrom: "x.org",
      },
    ]);
    const renamedFrom = [
      { host: "old.org", since: "2026-01-02T00:00:00Z" },
      { host: "oldest.org", since: "2025-06-01T00:00:00Z" },
    ];
    record("new.org", { renamedFrom, since: "2026-01-02T00:00:00Z" });
  });

  test("whois leads from one to the next, and shows renames of the past", async () => {
    const old = (await terminal.type(["whois", "old.org"])).stdout;
    expect(old).toMatch(/renamed to +new\.org, since 2026-01-02T00:00:10Z \(kubectl domain whois new\.org\)/);
    expect(old).toMatch(/RENAMED\n.*Deleted +from x\.org\n/);
    expect((await terminal.type(["whois", "new.org"])).stdout).toMatch(
      /renamed from +old\.org and 1 before it \(--names\)/,
    );
  });

  test("whois --names lists them all, whichever is asked for", async () => {
    const list =
      "HOST        SINCE                 UNTIL\n" +
      "new.org     2026-01-02T00:00:00Z  now\n" +
      "old.org                           2026-01-02T00:00:00Z\n" +
      "oldest.org                        2025-06-01T00:00:00Z\n";
    for (const host of ["new.org", "old.org"]) {
      expect(await terminal.type(["whois", host, "--names"])).toEqual({ code: 0, stdout: list, stderr: "" });
    }
    const json = JSON.parse((await terminal.type(["whois", "old.org", "--names", "-o", "json"])).stdout) as unknown;
    expect(json).toEqual({
      names: [
        { host: "new.org", since: "2026-01-02T00:00:00Z" },
        { host: "old.org", until: "2026-01-02T00:00:00Z" },
        { host: "oldest.org", until: "2025-06-01T00:00:00Z" },
      ],
    });
    expect((await terminal.type(["whois", "oldest.org", "--names"])).code).toBe(1);
  });

  test("explain names the command that gives up a rename which can't be", async () => {
    const message = "these claims rename each other in a circle: new -> shop -> new; delete one of them";
    const conditions = [{ type: "Renamed", status: "False", reason: "RenameCircle", message }];
    const now = claim("marvin-org", "new", { primary: "new.org" }, { phase: "OK", reason: "Held", conditions });
    terminal.api.put("domains", { ...now, spec: { ...now.spec, renames: "shop" } });
    const { stdout } = await terminal.type(["explain", "new.org"]);
    expect(stdout).toMatch(/Renamed +False +RenameCircle/);
    expect(stdout).toContain("kubectl domain release domain/new -n marvin-org");
  });

  test("explain shows where a host stands in its rename", async () => {
    const status = { phase: "OK", reason: "Held", stage: "RenameHTTPS" };
    const now = claim("marvin-org", "new", { primary: "new.org" }, status);
    terminal.api.put("domains", { ...now, spec: { ...now.spec, renames: "shop" } });
    const { stdout } = await terminal.type(["explain", "new.org"]);
    expect(stdout).toMatch(/Stage: +RenameHTTPS, step 2 of 3\n/);
    expect(stdout).toMatch(/Renamed from: +old\.org, begun 2026-01-02T00:00:00Z\n/);
    expect((await terminal.type(["explain", "old.org"])).stdout).toMatch(
      /Renamed to: +new\.org since 2026-01-02T00:00:10Z\n/,
    );
  });
});
