import type { Host } from "@domain-claims/crds/hostname";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guardNeed } from "../../src/decide/guard.ts";
import { mostRedirects, redirectOf } from "../../src/decide/redirect.ts";
import { Facts } from "../../src/world/facts.ts";
import { factKeys } from "../../src/world/keys.ts";
import type { Claim, ClaimRedirect } from "../../src/world/claim.ts";
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

  test("in a circle of one namespace, or into one", () => {
    expect(reason(sends("acme-org", "a.org", to("a.org")))).toBe("RedirectCircle");
    const circle = [sends("acme-org", "a.org", to("b.org")), sends("acme-org", "b.org", to("a.org"))];
    const all = [...circle, sends("acme-org", "c.org", to("a.org"))];
    for (const { primary } of all) expect(answer(all, primary)).toBe("RedirectCircle");
  });

  test("of a wildcard to a name below it, unless somebody holds that name", () => {
    const any = sends("acme-org", "acme.org", to("www.acme.org"), { name: "any", uid: "any", sub: "*" });
    expect(answer([any], "*.acme.org")).toBe("RedirectCircle");
    expect(answer([any, claim("other/www", "www.acme.org")], "*.acme.org")).toBe("308 www.acme.org/...");
    const back = [any, sends("other", "www.acme.org", to("x.acme.org"))];
    expect(["*.acme.org", "www.acme.org"].map((host) => answer(back, host))).toEqual(["308 www.acme.org/...", "RedirectCircle"]); // prettier-ignore
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
    expect(read.reads.texts().length).toBeLessThan(3 * mostRedirects + 3);
  });

  test("and it is said over which hosts it goes in a circle, a long one in short", () => {
    const hosts = Array.from({ length: 50 }, (_, i) => `h${String(i)}.org`);
    const circle = hosts.map((from, i) => sends("acme-org", from, to(hosts[(i + 1) % 50] ?? "")));
    const found = redirectOf(factsOf(circle), "h0.org" as Host);
    expect(found).toMatchObject({ message: expect.stringMatching(/: h0\.org -> h1\.org -> .* -> \.\.\. -> h0\.org;/) });
  });
});

describe("N1: of a circle that namespaces make together", { tags: "long" }, () => {
  interface Held {
    readonly by: string;
    readonly to: string;
    readonly since: number;
  }

  /** Where requests for each host go, which has been held since then, in years of our era. */
  function answers(hosts: Readonly<Record<string, Held>>): Readonly<Record<string, string | undefined>> {
    const entries = Object.entries(hosts).map(([host, { by, to: target, since }]) => {
      const claimed = sends(by, host, to(target));
      return { claimed, record: heldBy(claimed, { since: `${String(since)}-01-01T00:00:00Z` }) };
    });
    const claims = entries.map(({ claimed }) => claimed);
    const facts = new Facts(world({ claims, records: entries.map(({ record }) => record) }));
    return Object.fromEntries(
      Object.keys(hosts).map((host) => {
        const found = redirectOf(facts, host as Host);
        return [host, found?.ok === true ? found.host : found?.reason];
      }),
    );
  }

  test("those are refused that lead to a host which has been held for longer, and the others stay", () => {
    const two = { "a.org": { by: "a", to: "b.org", since: 2001 }, "b.org": { by: "b", to: "a.org", since: 2002 } };
    expect(answers(two)).toEqual({ "a.org": "b.org", "b.org": "RedirectCircle" });
    const three = {
      "a.org": { by: "a", to: "b.org", since: 2003 },
      "b.org": { by: "b", to: "c.org", since: 2002 },
      "c.org": { by: "c", to: "a.org", since: 2001 },
      "d.org": { by: "d", to: "a.org", since: 2004 },
    };
    expect(answers(three)).toEqual({
      ...{ "a.org": "RedirectCircle", "b.org": "RedirectCircle", "c.org": "a.org", "d.org": "a.org" },
    });
  });

  test("those that were held at once differ by name", () => {
    const two = { "a.org": { by: "a", to: "b.org", since: 2001 }, "b.org": { by: "b", to: "a.org", since: 2001 } };
    expect(answers(two)).toEqual({ "a.org": "b.org", "b.org": "RedirectCircle" });
  });

  test("O2: whoever claims the host that others lead to, and leads back, takes nothing from them", () => {
    const acme = {
      "acme.org": { by: "acme-org", to: "www.partner.com", since: 2002 },
      "old.acme.org": { by: "acme-org", to: "acme.org", since: 2003 },
    };
    const attack = {
      "very-old.org": { by: "mallory", to: "old.acme.org", since: 2001 },
      "www.partner.com": { by: "mallory", to: "very-old.org", since: 2004 },
    };
    expect(answers({ ...acme, ...attack })).toEqual({
      "acme.org": "www.partner.com",
      "old.acme.org": "www.partner.com",
      "very-old.org": "old.acme.org",
      "www.partner.com": "RedirectCircle",
    });
  });

  test("O2: nor does a long way of others take it, behind the host that a redirect leads to", () => {
    const way = Array.from({ length: 150 }, (_, i) => [`m${String(i)}.org`, { by: i % 2 === 0 ? "m" : "n", to: `m${String(i + 1)}.org`, since: 2004 }] as const); // prettier-ignore
    const hosts = { "a.org": { by: "a", to: "m0.org", since: 2002 }, ...Object.fromEntries(way) };
    expect(answers(hosts)["a.org"]).toBe("m0.org");
  });

  test("no circle is left, whoever holds what since when and leads where", () => {
    const host = fc.integer({ min: 0, max: 7 });
    const held = fc.record({
      by: fc.constantFrom("a", "b", "c"),
      to: host,
      since: fc.integer({ min: 2001, max: 2004 }),
    });
    fc.assert(
      fc.property(fc.array(held, { minLength: 8, maxLength: 8 }), (all) => {
        const name = (i: number): string => `h${String(i)}.org`;
        const found = answers(Object.fromEntries(all.map((one, i) => [name(i), { ...one, to: name(one.to) }])));
        for (const start of Object.keys(found)) {
          const passed = new Set<string>();
          for (let at: string | undefined = start; at?.endsWith(".org") === true; at = found[at]) {
            expect(passed).not.toContain(at);
            passed.add(at);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("N1: what a redirect was decided from is read as facts: every host on the way, and the wildcard above the end", () => {
  const facts = factsOf([sends("acme-org", "a.org", to("b.org")), sends("acme-org", "b.org", to("www.c.org"))]);
  redirectOf(facts, "a.org" as Host);
  const keys = ["a.org", "b.org", "www.c.org", "*.c.org"].map((host) => factKeys.record(host as Host));
  expect([...keys, factKeys.claim("acme-org", "b.org")].filter((key) => !facts.reads.has(key))).toEqual([]);
});

test("L2b: a wildcard that is only redirected still has others' names below it guarded before it goes live", () => {
  const any = sends("acme-org", "acme.org", to("new.org"), { name: "any", uid: "any", sub: "*" });
  const primary = claim("acme-org/acme", "acme.org");
  const facts = factsOf([primary, any]);
  const guarded = { kind: "namespace", namespace: "other" } as const;
  expect(guardNeed(facts, settings, "shop.acme.org" as Host, guarded)).toBe("needed");
});
