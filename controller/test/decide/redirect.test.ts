import type { Host } from "@domain-claims/crds/hostname";
import { describe, expect, test } from "vitest";
import { guardNeed } from "../../src/decide/guard.ts";
import { mostRedirects, redirectOf } from "../../src/decide/redirect.ts";
import { Facts } from "../../src/world/facts.ts";
import { factKeys } from "../../src/world/keys.ts";
import type { Claim, ClaimRedirect } from "../../src/world/types.ts";
import { claim, heldBy, settings, world } from "../support/builders.ts";

/** A redirect to the host, for good and with its path unless it says otherwise. */
function to(host: string, more: Partial<ClaimRedirect> = {}): ClaimRedirect {
  return { host, statusCode: 308, keepPath: true, ...more };
}

/** A primary of the namespace that redirects its host. */
function sends(namespace: string, from: string, redirect: ClaimRedirect, more: Partial<Claim> = {}): Claim {
  return claim(`${namespace}/${from}`, from, { redirect, ...more });
}

function factsOf(claims: readonly Claim[]): Facts {
  return new Facts(world({ claims, records: claims.map((one) => heldBy(one)) }));
}

/** Where requests for the host are sent: as `308 host`, or the reason why they are not. */
function answer(claims: readonly Claim[], host = claims[0]?.primary ?? ""): string | undefined {
  const found = redirectOf(factsOf(claims), host as Host);
  if (found?.ok !== true) return found?.reason;
  return `${String(found.statusCode)} ${found.host}${found.keepPath ? "/..." : "/"}`;
}

describe("N1: a host is redirected", () => {
  test("to the host that its claim names, held by nobody, by the own or by another namespace", () => {
    const old = sends("acme-org", "old.org", to("new.org", { statusCode: 302, keepPath: false }));
    expect(answer([old])).toBe("302 new.org/");
    expect(answer([old, claim("acme-org/new", "new.org")])).toBe("302 new.org/");
    expect(answer([old, claim("other/new", "new.org")])).toBe("302 new.org/");
  });

  test("nowhere, if its claim does not say so, does not hold it, or is being deleted", () => {
    const old = sends("acme-org", "old.org", to("new.org"));
    expect(answer([claim("acme-org/old", "old.org")])).toBeUndefined();
    const rival = sends("rival-org", "old.org", to("evil.org"));
    const held = new Facts(world({ claims: [old, rival], records: [heldBy(old)] }));
    expect(redirectOf(held, "old.org" as Host)).toMatchObject({ host: "new.org" });
    expect(redirectOf(new Facts(world({ claims: [old] })), "old.org" as Host)).toBeUndefined();
    expect(answer([{ ...old, deleting: true }])).toBeUndefined();
    const replaced = new Facts(world({ claims: [{ ...old, uid: "later" }], records: [heldBy(old)] }));
    expect(redirectOf(replaced, "old.org" as Host)).toBeUndefined();
  });

  test("straight to where the redirects of its namespace end", () => {
    const chain = ["a.org", "b.org", "c.org"].map((from, i) => sends("acme-org", from, to(["b.org", "c.org", "d.org"][i] ?? ""))); // prettier-ignore
    expect(answer(chain)).toBe("308 d.org/...");
    expect(answer(chain, "b.org")).toBe("308 d.org/...");
  });

  test("no further than to a host of another namespace, whose redirect is its holder's affair", () => {
    const mine = sends("acme-org", "a.org", to("b.org"));
    const more = [sends("other", "b.org", to("c.org")), sends("acme-org", "c.org", to("d.org"))];
    expect(answer([mine, ...more])).toBe("308 b.org/...");
  });

  test.each([
    [[308, 308], 308],
    [[301, 308], 301],
    [[308, 302], 307],
    [[301, 307], 302],
    [[302, 301], 302],
    [[307, 301], 307],
  ] as const)(
    "of %j one after the other in the first one's way, and for a while if one of them is",
    (codes, status) => {
      const [first, next] = codes;
      const hops = [
        sends("acme-org", "a.org", to("b.org", { statusCode: first })),
        sends("acme-org", "b.org", to("c.org", { statusCode: next })),
      ];
      expect(answer(hops)).toBe(`${String(status)} c.org/...`);
    },
  );

  test("with its path, if all on the way keep it", () => {
    const hops = [
      sends("acme-org", "a.org", to("b.org")),
      sends("acme-org", "b.org", to("c.org", { keepPath: false })),
    ];
    expect(answer(hops)).toBe("308 c.org/");
  });

  test("past one further on that names no host", () => {
    expect(answer([sends("acme-org", "a.org", to("b.org")), sends("other", "b.org", to("xn--a"))])).toBe("308 b.org/..."); // prettier-ignore
  });
});

describe("N1: there is no redirect", () => {
  const reason = (...claims: readonly Claim[]): string | undefined => answer(claims);

  test("in a circle, to itself, of one namespace, or of two", () => {
    expect(reason(sends("acme-org", "a.org", to("a.org")))).toBe("RedirectCircle");
    for (const other of ["acme-org", "other"]) {
      const both = [sends("acme-org", "a.org", to("b.org")), sends(other, "b.org", to("a.org"))];
      expect(both.map(({ primary }) => answer(both, primary))).toEqual(["RedirectCircle", "RedirectCircle"]);
    }
  });

  test("into a circle of others, which has no end", () => {
    const circle = [sends("other", "b.org", to("c.org")), sends("third", "c.org", to("b.org"))];
    expect(reason(sends("acme-org", "a.org", to("b.org")), ...circle)).toBe("RedirectCircle");
  });

  test("of a wildcard to a name below it, unless somebody holds that name", () => {
    const any = sends("acme-org", "acme.org", to("www.acme.org"), { name: "any", uid: "any", sub: "*" });
    expect(answer([any], "*.acme.org")).toBe("RedirectCircle");
    expect(answer([any, claim("other/www", "www.acme.org")], "*.acme.org")).toBe("308 www.acme.org/...");
    expect(answer([any, sends("other", "www.acme.org", to("x.acme.org"))], "*.acme.org")).toBe("RedirectCircle");
  });

  test("to what is no canonical host, whatever the CRD let through", () => {
    for (const host of [
      "xn--a.org",
      "A.org",
      "a.org.",
      "a.org/x",
      'a.org"..',
      "a.org\r\n",
      "",
      "*.a.org",
      "127.0.0.1",
    ]) {
      expect(reason(sends("acme-org", "old.org", to(host)))).toBe("RedirectInvalid");
    }
  });

  test("over more redirects than are followed, and as many as that are", () => {
    const hosts = Array.from({ length: 1001 }, (_, i) => `h${String(i)}.org`);
    const chain = hosts.slice(0, -1).map((from, i) => sends("acme-org", from, to(hosts[i + 1] ?? "")));
    const facts = factsOf(chain);
    const followed = redirectOf(facts, hosts[1000 - mostRedirects] as Host);
    expect(followed).toMatchObject({ ok: true, host: "h1000.org" });
    const tooLong = redirectOf(facts, hosts[1000 - mostRedirects - 1] as Host);
    expect(tooLong).toMatchObject({ ok: false, reason: "RedirectTooLong" });
    const read = factsOf(chain);
    redirectOf(read, "h0.org" as Host);
    expect(read.reads.size).toBeLessThan(3 * mostRedirects + 3);
  });

  test("and it is said over which hosts it goes in a circle, a long one in short", () => {
    const hosts = Array.from({ length: 50 }, (_, i) => `h${String(i)}.org`);
    const circle = hosts.map((from, i) => sends("acme-org", from, to(hosts[(i + 1) % 50] ?? "")));
    const found = redirectOf(factsOf(circle), "h0.org" as Host);
    expect(found).toMatchObject({ message: expect.stringMatching(/: h0\.org -> h1\.org -> .* -> \.\.\. -> h0\.org;/) });
  });
});

test("N1: what a redirect was decided from is read as facts: every host on the way, and the wildcard above the end", () => {
  const facts = factsOf([sends("acme-org", "a.org", to("b.org")), sends("other", "b.org", to("www.c.org"))]);
  redirectOf(facts, "a.org" as Host);
  const keys = ["a.org", "b.org", "www.c.org", "*.c.org"].map((host) => factKeys.record(host as Host));
  expect([...facts.reads]).toEqual(expect.arrayContaining([...keys, factKeys.claim("other", "b.org")]));
});

test("L2b: a wildcard that is only redirected still has others' names below it guarded before it goes live", () => {
  const any = sends("acme-org", "acme.org", to("new.org"), { name: "any", uid: "any", sub: "*" });
  const primary = claim("acme-org/acme", "acme.org");
  const facts = factsOf([primary, any]);
  const guarded = { kind: "namespace", namespace: "other" } as const;
  expect(guardNeed(facts, settings, "shop.acme.org" as Host, guarded)).toBe("needed");
});
