import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { describe, expect, test } from "vitest";
import { redirectName } from "../../src/decide/redirect-name.ts";
import { decideRename, renameStep } from "../../src/decide/rename.ts";
import { givenWay } from "../../src/decide/rename-under-way.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Programmed } from "../../src/world/kong-state.ts";
import type { TermState } from "../../src/world/term-state.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { Holder, HostRecord, Renaming } from "../../src/world/host-record.ts";
import { claim, heldBy, world } from "../support/builders.ts";

const old = claim("acme-org/old", "old.org");
const next = claim("acme-org/new", "new.org", { renames: "old" });
const since = "2026-05-01T00:00:00Z";
const begun: Renaming = { host: "new.org" as Hostname, name: "new", uid: next.uid, since };
const done: Renaming = { ...begun, done: "2026-05-01T00:00:10Z" };
const from = [{ host: "old.org" as Host, since }];

/** What is known of old.org and new.org, which the claims hold, with what their records say of the rename. */
function known(
  more: { readonly claims?: readonly Claim[]; readonly to?: Renaming; readonly names?: Holder["renamedFrom"] } = {},
): { readonly state: TermState; readonly facts: Facts; readonly records: Readonly<Record<string, HostRecord>> } {
  const { claims = [old, next], to, names } = more;
  const records = claims.map((one) =>
    heldBy(one, one.name === "old" ? { renamedTo: to } : one.name === "new" ? { renamedFrom: names } : {}),
  );
  const state = world({ claims, records });
  return { state, facts: new Facts(state), records: Object.fromEntries(records.map((one) => [one.host, one])) };
}

function step({ facts, records }: ReturnType<typeof known>, of: Claim): unknown {
  const record = records[of.primary];
  if (record?.holder === undefined) throw new Error(`nobody holds ${of.primary}`);
  return renameStep(facts, record, record.holder, of);
}

/** Says that Kong has both hosts and the redirect of the old one, which leads to `location`, and the gateway shows it. */
function inKong(
  { state }: ReturnType<typeof known>,
  host: Partial<Programmed> = {},
  location = "http://new.org",
): void {
  const both = [
    ["new.org", { reason: "Programmed", message: "", rename: { from: "old.org" as Host }, ...host }],
    ["old.org", { reason: "Programmed", message: "" }],
  ] as const;
  for (const [name, programmed] of both) {
    state.setProgrammed(name as Host, programmed);
    state.setInEffect(name as Host, state.versionOf(name as Host));
  }
  state.setStandbyInEffect("old.org" as Host, redirectName(old, location));
}

const told = ({ facts }: ReturnType<typeof known>, of = next): unknown => decideRename(facts, of, of.primary as Host);

describe("N2: one step after the other is written down", () => {
  test("first which claim replaces the host, the oldest of those that may", () => {
    const later = claim("acme-org/later", "later.org", { renames: "old", created: "2026-06-01T00:00:00Z" });
    expect(step(known({ claims: [later, old, next] }), old)).toEqual({
      kind: "begin",
      to: { host: "new.org", name: "new", uid: next.uid },
    });
    const leaving = { ...next, deleting: true };
    expect(step(known({ claims: [later, old, leaving] }), old)).toMatchObject({ to: { name: "later" } });
    expect(step(known({ claims: [old] }), old)).toBeUndefined();
  });

  test("then the names of before, each once, the newest first", () => {
    expect(step(known({ to: begun }), next)).toEqual({ kind: "follow", names: [{ host: "old.org" }] });
    const before = [
      { host: "new.org" as Host, since },
      { host: "a.org" as Host, since },
    ];
    const facts = known({ to: begun, names: before });
    expect(step(facts, next)).toEqual({ kind: "follow", names: [{ host: "old.org" }, before[1]] });
    expect(step(known({ to: begun, names: from }), next)).toBeUndefined();
  });

  test("then that the old name gives way, when the new one and the redirect to it are in effect", () => {
    const both = known({ to: begun, names: from });
    expect(step(both, old)).toBeUndefined();
    inKong(both, {}, "https://new.org");
    expect(step(both, old)).toBeUndefined();
    inKong(both);
    expect(step(both, old)).toEqual({ kind: "done" });
    expect(step(known({ to: done, names: from }), old)).toBeUndefined();
  });

  test("and that it does not, once the new name is another's, or redirects, unless Kong still leads there", () => {
    for (const lost of [
      known({ claims: [old], to: done }),
      known({ claims: [old, { ...next, uid: "again" }], to: done }),
      known({ claims: [old, { ...next, deleting: true }], to: done }),
      known({ claims: [old, { ...next, redirect: { host: "x.org", statusCode: 308, keepPath: true } }], to: done }),
    ]) {
      expect(step(lost, old)).toEqual({ kind: "undo" });
      lost.state.setLive("old.org" as Host, { namespaces: ["acme-org"], guard: false, redirects: true });
      expect(step(lost, old)).toBeUndefined();
    }
  });
});

describe("N2: what holds a rename up", () => {
  test.each([
    ["routes that are not there", { reason: "NoRoutes", rename: {} }, "RenameRouting", "Unknown"],
    ["Kong away", { reason: "KongUnreachable", message: "no answer" }, "RenameRouting", "False"],
    ["paths that are left out", { rename: { from: "old.org" as Host, lacks: 2 } }, "RenameRouting", "False"],
  ] as const)("%s", (_what, programmed, stage, status) => {
    const both = known({ to: begun, names: from });
    inKong(both, programmed);
    expect(told(both)).toMatchObject({ reason: stage, stage, status });
    expect(step(both, old)).toBeUndefined();
  });

  test("a certificate that is not there, or that the gateway does not show", () => {
    const both = known({ to: begun, names: from });
    inKong(both);
    const secret = { namespace: "acme-org", name: "tls" };
    both.state.setLive("old.org" as Host, { namespaces: ["acme-org"], guard: false, tls: secret });
    inKong(both);
    expect(told(both)).toMatchObject({ stage: "RenameHTTPS", status: "False" });
    const handshake = { kind: "missing", problem: "answers with another" } as const;
    both.state.setLive("new.org" as Host, { namespaces: ["acme-org"], guard: false, tls: secret, handshake });
    inKong(both);
    expect(told(both)).toMatchObject({ stage: "RenameHTTPS", message: expect.stringContaining("answers with another") as string }); // prettier-ignore
    both.state.setLive("new.org" as Host, { namespaces: ["acme-org"], guard: false, tls: secret });
    inKong(both, {}, "https://new.org");
    expect(step(both, old)).toEqual({ kind: "done" });
  });

  test("nothing is said while the gateway has yet to show it, so that a restart changes no status", () => {
    const both = known({ to: begun, names: from });
    both.state.setProgrammed("new.org" as Host, { reason: "Programmed", message: "", rename: { from: "old.org" as Host } }); // prettier-ignore
    expect(told(both)).toBe("unproved");
    expect(told(known({ to: done, names: from }))).toBe("unproved");
  });
});

test("N2: an old name redirects until its time is over, which a clock has to say", () => {
  const forAWhile = known({ claims: [old, { ...next, redirectForMs: 60_000 }], to: done, names: from });
  const record = forAWhile.records["old.org"];
  if (record === undefined) throw new Error("there is no record");
  expect(givenWay(forAWhile.facts, record)).toMatchObject({ redirects: true });
  forAWhile.state.setOver("old.org" as Host, `${String(done.done)} and 60000 ms`);
  expect(givenWay(forAWhile.facts, record)).toMatchObject({ redirects: false });
});

test("N2: a claim that names itself replaces nothing, and is written about no more, whatever names its host had before", () => {
  const itself = claim("acme-org/new", "new.org", { renames: "new" });
  for (const names of [undefined, from]) expect(step(known({ claims: [itself], names }), itself)).toBeUndefined();
  const own = claim("acme-org/old", "old.org", { renames: "old" });
  const to: Renaming = { ...begun, host: "old.org" as Hostname, name: "old", uid: own.uid };
  expect(step(known({ claims: [own], to }), own)).not.toMatchObject({ kind: "follow" });
});
