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

function specOf(name: string): unknown {
  return terminal.api.get("domains", "marvin-org", name)?.spec;
}

const acme = record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" });

test("an equal claim is unchanged, whatever its name, and its standing decision is the answer", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put("domains", claim("marvin-org", "mine", { primary: "acme.org", sub: "marvin", parent: "acme-org" }));
  const { code, stdout } = await terminal.type(["claim", "marvin.acme.org"]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/mine unchanged\nmarvin.acme.org: Held\n",
  });
  expect(terminal.api.received.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("--parent on a claim that is there changes its parent only", async () => {
  terminal.api.put("domains", claim("marvin-org", "mine", { primary: "acme.org", sub: "marvin" }));
  const { stdout } = await terminal.type(["claim", "marvin.acme.org", "--parent", "acme-org", "--wait=false"]);
  expect(stdout).toBe("domain.platform.koli.io/mine configured\n");
  expect(specOf("mine")).toEqual({ primary: "acme.org", sub: "marvin", parent: "acme-org" });
});

test("the kind of a claim that is there can't be changed", async () => {
  terminal.api.put("domains", claim("marvin-org", "mine", { primary: "acme.org", sub: "marvin" }));
  const { code, stderr } = await terminal.type(["claim", "marvin.acme.org", "--primary"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: domain.platform.koli.io/mine is a shared claim for this host already, which can't change: release it first\n",
  );
});

test("a claim that is being released is not taken for one that stays", async () => {
  const leaving = claim("marvin-org", "acme.org", { primary: "acme.org" });
  const metadata = { ...leaving.metadata, deletionTimestamp: "2026-01-03T00:00:00Z" };
  terminal.api.put("domains", { ...leaving, metadata });
  const { code, stderr } = await terminal.type(["claim", "acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toContain("acme.org is for this host and is being released: claim it again when that claim is gone\n");
});

test("--share-with on a primary that is there adds to its delegates", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put("domains", claim("marvin-org", "own", { primary: "own.acme.org", delegates: ["a-org"] }));
  await terminal.type(["claim", "own.acme.org", "--share-with", "b-org,a-org", "--wait=false"]);
  expect(specOf("own")).toEqual({ primary: "own.acme.org", delegates: ["a-org", "b-org"] });
});

test("labels and annotations of a claim that is there are set, another name is refused", async () => {
  const mine = claim("marvin-org", "mine", { primary: "acme.org" });
  terminal.api.put("domains", { ...mine, metadata: { ...mine.metadata, labels: { team: "x", keep: "1" } } });
  const argv = ["claim", "acme.org", "-l", "team=y", "--annotations", "why=z", "--wait=false"];
  expect((await terminal.type(argv)).stdout).toBe("domain.platform.koli.io/mine configured\n");
  expect(terminal.api.get("domains", "marvin-org", "mine")?.metadata).toMatchObject({
    labels: { team: "y", keep: "1" },
    annotations: { why: "z" },
  });
  expect((await terminal.type(argv)).stdout).toBe("domain.platform.koli.io/mine unchanged\n");
  expect(await terminal.type(["claim", "acme.org", "--name", "other"])).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "error: domain.platform.koli.io/mine claims this host already, and the name of an object can't change: leave --name out, or release it first\n",
  });
});

test("a name that another host's claim has is an error that says what to do", async () => {
  terminal.api.put("domains", claim("marvin-org", "acme.org", { primary: "other.org" }));
  const { code, stderr } = await terminal.type(["claim", "acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: domain.platform.koli.io/acme.org is there already and claims other.org: give this claim another name with --name\n",
  );
});
