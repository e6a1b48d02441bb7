import { describe, expect, test } from "vitest";
import { display, parseHost, parseHostname, parseLabel, requireCanonical, toUnicode } from "../src/hostname.ts";

const label63 = "a".repeat(63);
const of253 = [label63, label63, label63, "a".repeat(61)].join(".");
const of245 = [label63, label63, label63, "a".repeat(53)].join(".");

const outcome = (result: ReturnType<typeof parseHost>): string => (result.ok ? result.host : result.problem.kind);

describe("text that is a hostname, in any spelling", () => {
  test.each([
    ["acme.org", "acme.org", "canonical already"],
    ["ACME.Org", "acme.org", "upper case"],
    ["acme.org.", "acme.org", "a trailing dot"],
    ["a--b.org", "a--b.org", "two hyphens at the second and third place"],
    ["1-2.3com.org", "1-2.3com.org", "digits in front"],
    ["123.org", "123.org", "a label of digits that is not the last"],
    ["bücher.example", "xn--bcher-kva.example", "a U-label"],
    ["BÜCHER.example", "xn--bcher-kva.example", "a U-label in upper case"],
    ["bu\u0308cher.example", "xn--bcher-kva.example", "a U-label that is not composed (NFC)"],
    ["XN--BCHER-KVA.example", "xn--bcher-kva.example", "an A-label in upper case"],
    ["xn--bcher-kva.example.", "xn--bcher-kva.example", "an A-label and a trailing dot"],
    ["faß.de", "xn--fa-hia.de", "ß, a deviation character, is kept (non-transitional)"],
    ["βόλος.com", "xn--nxasmm1c.com", "final sigma, a deviation character, is kept"],
    ["FAẞ.de", "xn--fa-hia.de", "capital ß becomes ß"],
    ["\u0dc1\u0dca\u200d\u0dbb\u0dd3.com", "xn--10cl1a0b660p.com", "ZWJ after a virama"],
    ["نامه\u200cای.com", "xn--mgba3gch31f060k.com", "ZWNJ between joining letters"],
    ["acme\u3002org", "acme.org", "an ideographic full stop"],
    ["acme\uff0eorg\uff61", "acme.org", "fullwidth and halfwidth full stops"],
    ["ａｃｍｅ.org", "acme.org", "fullwidth letters"],
    ["ac\u00adme.org", "acme.org", "a soft hyphen is ignored"],
    ["☃.net", "xn--n3h.net", "a symbol that UTS 46 lets pass"],
    ["אב.example", "xn--4dbc.example", "a right-to-left label"],
    ["食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn", "labels without case"],
    [`${label63}.org`, `${label63}.org`, "a label of 63 bytes"],
    [of253, of253, "253 bytes"],
    [`${of253}.`, of253, "253 bytes and a trailing dot"],
  ])("%j becomes %s", (text, host) => {
    expect(parseHostname(text)).toEqual({ ok: true, hostname: host });
  });
});

describe("text that is no hostname", () => {
  test.each([
    ["", "Empty"],
    [".", "Empty"],
    ["\u3002", "Empty"],
    ["localhost", "SingleLabel"],
    ["localhost.", "SingleLabel"],
    ["a..b", "EmptyLabel"],
    [".acme.org", "EmptyLabel"],
    ["acme.org..", "EmptyLabel"],
    ["a.\u00ad.org", "EmptyLabel"],
    [`${of253}a`, "TooLong"],
    ["a".repeat(2000), "TooLong"],
    [`a${label63}.org`, "LabelTooLong"],
    [`${"ü".repeat(60)}.org`, "LabelTooLong"],
    ["192.168.1.1", "IpAddress"],
    ["0x7f.1", "IpAddress"],
    ["1.0x7f", "IpAddress"],
    ["1.0x", "IpAddress"],
    ["acme.1", "IpAddress"],
    ["acme.invalid", "NeverExists"],
    ["a.b.INVALID.", "NeverExists"],
    ["invalid", "SingleLabel"],
    ["\ufdfa".repeat(20), "TooLong"],
    ["2130706433", "IpAddress"],
    ["１２７.０.０.１", "IpAddress"],
    ["127\u30020\u30020\u30021", "IpAddress"],
    ["::1", "IpAddress"],
    ["[::1]", "IpAddress"],
    ["[2001:db8::1]:8443", "IpAddress"],
    ["fe80::1%eth0", "IpAddress"],
    ["acme.org:443", "Port"],
    ["acme.org:", "Port"],
    ["https://acme.org", "Url"],
    ["acme.org/shop", "Url"],
    ["\u2100.org", "InvalidCharacter"],
    ["user:word@acme.org", "InvalidCharacter"],
    ["me@acme.org", "InvalidCharacter"],
    ["acme.org?x=1", "InvalidCharacter"],
    [" acme.org", "InvalidCharacter"],
    ["acme.org\n", "InvalidCharacter"],
    ["acme\0.org", "InvalidCharacter"],
    ["a\tb.org", "InvalidCharacter"],
    ["_dmarc.acme.org", "Underscore"],
    ["bü_cher.org", "Underscore"],
    ["-acme.org", "HyphenPlacement"],
    ["acme-.org", "HyphenPlacement"],
    ["acme.-org", "HyphenPlacement"],
    ["ac--me.org", "HyphenPlacement"],
    ["wc--any.acme.org", "HyphenPlacement"],
    ["-ü.org", "HyphenPlacement"],
    ["ü-.org", "HyphenPlacement"],
    ["üü--ü.org", "HyphenPlacement"],
    ["xn----8ha.org", "HyphenPlacement"],
    ["*", "Wildcard"],
    ["www.*.org", "Wildcard"],
    ["w*.acme.org", "Wildcard"],
    ["**.acme.org", "Wildcard"],
    ["\uff0a.acme.org", "Wildcard"],
    ["xn--.org", "InvalidIdna"],
    ["xn--a.org", "InvalidIdna"],
    ["xn--acme-.org", "InvalidIdna"],
    ["xn--bücher.org", "InvalidIdna"],
    ["xn--BCHER-KVA\u0301.org", "InvalidIdna"],
    ["xn--xn--a-gua.org", "InvalidIdna"],
    ["xn--99999999.org", "InvalidIdna"], // overflows
    ["xn--bcher-2pa.org", "InvalidIdna"], // decodes to upper case: bÜcher
    ["xn--bucher-xyd.org", "InvalidIdna"], // decodes to a name that is not composed (NFC)
    ["xn--fas-h3a.org", "InvalidIdna"], // decodes to a character that is mapped: faſs
    ["xn--ab-5da.org", "InvalidIdna"], // decodes to a character that is ignored: U+00AD
    ["xn--ab-r13a.org", "InvalidIdna"], // decodes to a full stop: U+3002
    ["xn--ab-m1t.org", "InvalidIdna"], // decodes to ZWJ between Latin letters
    ["\u0301a.org", "InvalidIdna"],
    ["a\u200db.org", "InvalidIdna"],
    ["a\u200cb.org", "InvalidIdna"],
    ["א1a.org", "InvalidIdna"],
    ["1א.org", "InvalidIdna"],
    ["1a.אב.org", "InvalidIdna"],
    ["a\u202eb.org", "InvalidIdna"],
    ["a\ufffdb.org", "InvalidIdna"],
    ["a\ud800b.org", "InvalidIdna"],
    ["a\u{e0001}b.org", "InvalidIdna"],
  ])("%j is refused as %s", (text, kind) => {
    const parsed = parseHostname(text);
    expect(parsed.ok ? parsed.hostname : parsed.problem.kind).toBe(kind);
  });
});

describe("wildcards", () => {
  test.each([
    ["*.acme.org", "*.acme.org"],
    ["*.BÜCHER.example.", "*.xn--bcher-kva.example"],
    ["*\u3002acme.org", "*.acme.org"],
    [`*.${of245}`, `*.${of245}`],
    [`*.${of245}a`, "TooLong"],
    ["*.org", "SingleLabel"],
    ["*.*.acme.org", "Wildcard"],
    ["*.", "Empty"],
    ["*.1.2.3.4", "IpAddress"],
  ])("%s becomes %s", (text, expected) => {
    expect(outcome(parseHost(text))).toBe(expected);
  });

  test("a hostname alone is expected where a wildcard is not allowed", () => {
    expect(parseHostname("*.acme.org")).toMatchObject({ ok: false, problem: { kind: "Wildcard" } });
  });

  test("the answer says whether it is one", () => {
    expect(parseHost("*.acme.org")).toMatchObject({ wildcard: true });
    expect(parseHost("acme.org")).toMatchObject({ wildcard: false });
  });
});

describe("fields that have to be canonical already", () => {
  test.each([
    ["acme.org", undefined],
    ["ACME.org.", '"ACME.org." is not in canonical form: write acme.org'],
    ["Bücher.example", '"Bücher.example" is not in canonical form: write xn--bcher-kva.example'],
    ["a_b.org", '"a_b.org" has an underscore in "a_b": hostnames have letters, digits and hyphens only'],
  ])("primary %j: %s", (text, message) => {
    const parsed = requireCanonical(text);
    expect(parsed.ok ? undefined : parsed.problem.message).toBe(message);
  });

  test.each([
    ["www", undefined],
    ["*", undefined],
    ["8", undefined],
    ["xn--bcher-kva", undefined],
    [label63, undefined],
    ["", "Empty"],
    ["WWW", "NotCanonical"],
    ["bücher", "NotCanonical"],
    ["www.", "SeveralLabels"],
    ["a.b", "SeveralLabels"],
    ["a\u3002ü", "SeveralLabels"],
    ["w*", "Wildcard"],
    ["-a", "HyphenPlacement"],
    ["wc--any", "HyphenPlacement"],
    ["a_b", "Underscore"],
    ["a b", "InvalidCharacter"],
    ["xn--a", "InvalidIdna"],
    [`a${label63}`, "LabelTooLong"],
  ])("sub %j: %s", (text, kind) => {
    const parsed = parseLabel(text);
    expect(parsed.ok ? undefined : parsed.problem.kind).toBe(kind);
    if (parsed.ok) expect(parsed.label).toBe(text);
  });
});

describe("what people see", () => {
  test.each([
    ["acme.org", "acme.org"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example (bücher.example)"],
    ["*.xn--bcher-kva.example", "*.xn--bcher-kva.example (*.bücher.example)"],
    ["xn--a.xn--bcher-kva.example", "xn--a.xn--bcher-kva.example (xn--a.bücher.example)"],
  ])("%s is shown as %s", (host, shown) => {
    expect(display(host)).toBe(shown);
  });

  test("U-labels parse to the A-labels that they came from", () => {
    expect(parseHostname(toUnicode("xn--85x722f.xn--55qx5d.cn"))).toMatchObject({
      hostname: "xn--85x722f.xn--55qx5d.cn",
    });
  });

  test("a message shortens what somebody wrote, and lets nothing invisible through", () => {
    const parsed = parseHostname(`\u202e\u0007"\\${"x".repeat(500)}.org`);
    expect(parsed.ok ? "" : parsed.problem.message).toMatch(/^"\\u\{202e\}\\u\{7\}\\"\\\\x{60}\.\.\." /);
  });
});
