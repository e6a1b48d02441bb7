import { afterEach, beforeEach, expect, test } from "vitest";

import { openTerminal } from "./support/terminal.ts";
import { record } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

test("tree draws who holds what below a name", async () => {
  const put = (
    host: string,
    kind: "primary" | "shared",
    namespace: string,
    authority?: Record<string, unknown>,
  ): void =>
    void terminal.api.put(
      "hostrecords",
      record(host, { kind, namespace, name: "c", ...(authority === undefined ? {} : { authority }) }),
    );
  put("acme.org", "primary", "acme-org");
  put("*.acme.org", "shared", "acme-org");
  put("www.acme.org", "shared", "acme-org");
  put("coyote.acme.org", "primary", "coyote-org", { kind: "delegation", host: "acme.org", namespace: "acme-org" });
  put("a.b.coyote.acme.org", "shared", "coyote-org");
  put("other.org", "primary", "acme-org");
  put("notacme.org", "primary", "other-org");
  terminal.api.put("hostrecords", record("free.acme.org", undefined));
  expect((await terminal.type(["tree", "acme.org"])).stdout).toBe(
    "acme.org                   acme-org/c    primary\n" +
      "├─ *.acme.org              acme-org/c    shared\n" +
      "├─ coyote.acme.org         coyote-org/c  primary  by delegation of acme-org\n" +
      "│  └─ a.b.coyote.acme.org  coyote-org/c  shared\n" +
      "└─ www.acme.org            acme-org/c    shared\n",
  );
  expect((await terminal.type(["tree", "example.com"])).stdout).toBe("example.com  (nobody)\n");
  expect((await terminal.type(["tree", "-n", "coyote-org", "-o", "name"])).stdout).toBe(
    "hostrecord.platform.koli.io/coyote.acme.org\nhostrecord.platform.koli.io/a.b.coyote.acme.org\n",
  );
  expect((await terminal.type(["tree"])).stderr).toBe("No hosts held in marvin-org namespace.\n");
});

test("whois tells holder, authority, shares and history", async () => {
  const past = {
    kind: "shared",
    namespace: "old-org",
    name: "o",
    uid: "u",
    from: "2025-01-01T00:00:00Z",
    to: "2025-12-01T00:00:00Z",
    reason: "Deleted",
  };
  const authority = { kind: "delegation", host: "acme.org", namespace: "acme-org", name: "acme" };
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" }));
  terminal.api.put(
    "hostrecords",
    record(
      "b.acme.org",
      { kind: "primary", namespace: "b-org", name: "b", authority },
      { grants: [{ namespace: "c-org", uid: "u" }], history: [past] },
    ),
  );
  expect((await terminal.type(["whois", "B.Acme.org."])).stdout).toBe(
    "host         b.acme.org\n" +
      "holder       b-org/b (primary)\n" +
      "since        2026-01-01T00:00:00Z (3d)\n" +
      "authority    shared by acme.org, held by acme-org/acme\n" +
      "below        acme.org, which acme-org/acme holds\n" +
      "shared with  c-org\n" +
      "history\n" +
      "  HOLDER     KIND    FROM                  TO                    REASON\n" +
      "  old-org/o  shared  2025-01-01T00:00:00Z  2025-12-01T00:00:00Z  Deleted\n",
  );
});

test("whois of a host that the register does not know answers, and ends with 1 in every format", async () => {
  expect(await terminal.type(["whois", "free.org"])).toEqual({
    code: 1,
    stdout: "host    free.org\nholder  nobody, and nobody did before\n",
    stderr: "",
  });
  expect(await terminal.type(["whois", "free.org", "-o", "json"])).toEqual({
    code: 1,
    stdout: "",
    stderr: 'error: hostrecords.platform.koli.io "free.org" not found\n',
  });
  terminal.api.put("hostrecords", record("free.org", undefined));
  expect((await terminal.type(["whois", "free.org"])).code).toBe(0);
  expect((await terminal.type(["whois", "free.org", "-o", "json"])).code).toBe(0);
});

test("whois of several hosts", async () => {
  for (const host of ["a.org", "*.a.org"])
    terminal.api.put("hostrecords", record(host, { kind: "shared", namespace: "a-org", name: "a" }));
  const { code, stdout } = await terminal.type(["whois", "a.org", "free.org", "*.a.org"]);
  expect(code).toBe(1);
  expect(stdout.match(/(?<=^host +)\S+$/gm)).toEqual(["a.org", "free.org", "*.a.org"]);
  expect(await terminal.type(["whois", "a.org", "*.a.org", "-o", "name"])).toMatchObject({
    code: 0,
    stdout: "hostrecord.platform.koli.io/a.org\nhostrecord.platform.koli.io/wc--any.a.org\n",
  });
  expect(JSON.parse((await terminal.type(["whois", "a.org", "*.a.org", "-o", "json"])).stdout)).toMatchObject({
    kind: "List",
    items: [{ spec: { host: "a.org" } }, { spec: { host: "*.a.org" } }],
  });
});

test("tree shows numbered names in the order of their numbers, and of many the first", async () => {
  const put = (host: string): void =>
    void terminal.api.put("hostrecords", record(host, { kind: "shared", namespace: "a-org", name: "c" }));
  put("acme.org");
  for (let at = 1; at <= 120; at += 1) put(`host-${String(at)}.acme.org`);
  const { stdout } = await terminal.type(["tree", "acme.org", "--limit=3"]);
  expect(stdout).toBe(
    "acme.org            a-org/c  shared\n" +
      "├─ host-1.acme.org  a-org/c  shared\n" +
      "├─ host-2.acme.org  a-org/c  shared\n" +
      "├─ host-3.acme.org  a-org/c  shared\n" +
      "└─ ... and 117 more\n",
  );
  expect((await terminal.type(["tree", "acme.org"])).stdout).toContain("└─ ... and 70 more\n");
  const all = (await terminal.type(["tree", "acme.org", "--limit=0"])).stdout.trim().split("\n");
  expect(all).toHaveLength(121);
  expect(all[10]).toContain("host-10.acme.org");
});
