import { afterAll, beforeAll, expect, test } from "vitest";
import { domain, ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import { eventually } from "./support/eventually.ts";
import type { Team } from "./support/team.ts";

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  const lists = [
    "--allowed-suffixes=herokuapp.com",
    "--reserved-names=status.example,*.corp.example,secret.vault.example",
  ];
  story = await startStory({ controllerArgs: lists });
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
});

afterAll(() => story.stop());

test.each([
  ["UPPER.Example", "upper.example"],
  ["dot.example.", "dot.example"],
  ["https://URL.example/cart?x=1", "url.example"],
  ["Bücher.Example.", "xn--bcher-kva.example"],
])("H1: what people type, %s, is claimed in its canonical form %s", async (typed, host) => {
  const { code, stderr } = await acme.domain("claim", typed);
  expect(code, stderr).toBe(0);
  await acme.decided(host, { phase: "OK", host });
  await story.heldBy(host, `acme-org/${host}`);
});

test.each([
  ["192.0.2.7", /IP address/],
  ["acme.example:8443", /port|hostname alone/],
  ["my_shop.example", /underscore/],
  ["a..example", /empty label/],
  ["localhost", /single label/],
  ["ab--cd.example", /third and fourth place/],
  ["a-.example", /hyphen/],
  [`${"a".repeat(64)}.example`, /63 bytes/],
  [`${"a.".repeat(124)}example`, /253 bytes/],
])("H1: %s is no host, whichever way it comes", async (text, problem) => {
  expect(await acme.refused(domain("no-host", { primary: text }))).toMatch(problem);
  const typed = await acme.domain("claim", text, "--dry-run=server");
  // The plugin takes the host out of what looks like an address with a port.
  if (text.includes(":"))
    expect(typed).toMatchObject({ code: 0, stderr: expect.stringContaining("acme.example") as string });
  else expect(typed).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(problem) as string });
});

test("H1: what only the tables of UTS 46 tell is refused by the controller, as InvalidHost", async () => {
  await acme.apply(primary("xn--a.example"), primary("xn--bcher-kvb.example"));
  for (const host of ["xn--a.example", "xn--bcher-kvb.example"]) {
    const { message } = await acme.decided(host, { phase: "Failed", reason: "InvalidHost" });
    expect(message).toContain(host);
    expect(await story.record(host)).toBeUndefined();
  }
  expect(await acme.domain("claim", "xn--a.example")).toMatchObject({ code: 1 });
});

test.each([
  [domain("h2-upper", { primary: "Shop.Example" }), "primary must be in canonical form: write shop.example"],
  [domain("h2-dot", { primary: "shop.example." }), "primary must be in canonical form: write shop.example"],
  [domain("h2-sub", { primary: "shop.example", sub: "WWW" }), "sub must be in canonical form: write www"],
  [domain("h2-u-label", { primary: "bücher.example" }), "xn--bcher-kva.example for bücher.example"],
])(
  "H2: a spec which is not in canonical form is refused with the canonical form in the message",
  async (claim, sentence) => {
    expect(await acme.refused(claim)).toContain(sentence);
  },
);

test("H2: hosts read from an Ingress are canonicalised before they are compared and pushed", async () => {
  await acme.site();
  await acme.apply(primary("xn--kfer-loa.example"), primary("h2.example"));
  const annotations = { "konghq.com/host-aliases": " KÄFER.Example. " };
  await acme.apply(ingress("h2", ["h2.example"], { annotations }));
  await story.serves("xn--kfer-loa.example", "acme-org/web");
  await story.serves("h2.example", "acme-org/web");
});

test("H2: people see U-labels beside A-labels", async () => {
  await acme.apply(primary("xn--strae-oqa.example"));
  const status = await acme.decided("xn--strae-oqa.example", { phase: "OK", unicodeHost: "straße.example" });
  expect(status.message).toContain("xn--strae-oqa.example (straße.example)");
  expect((await acme.domain("list")).stdout).toContain("straße.example");
  expect((await coyote.domain("whois", "STRASSE.example")).stdout).not.toContain("acme-org");
  expect((await coyote.domain("whois", "straße.example")).stdout).toContain("acme-org");
});

test.each(["co.uk", "github.io", "kobe.jp"])("H3: %s is a public suffix, which nobody may claim", async (suffix) => {
  await acme.apply(primary(suffix));
  const { message } = await acme.decided(suffix, { phase: "Failed", reason: "PublicSuffix" });
  expect(message).toContain("publicsuffix.org");
  expect(await story.record(suffix)).toBeUndefined();
});

test("H3: a name right below a suffix, of the private section too, is somebody's to claim", async () => {
  await acme.apply(primary("me.github.io"), primary("acme.co.uk"));
  await acme.decided("me.github.io", { phase: "OK" });
  await acme.decided("acme.co.uk", { phase: "OK" });
});

test("H3: a suffix that an administrator lists may be claimed", async () => {
  await acme.apply(primary("herokuapp.com"));
  await acme.decided("herokuapp.com", { phase: "OK" });
});

test("H4: sub is one label", async () => {
  expect(await acme.refused(domain("h4", { primary: "h4.example", sub: "a.b" }))).toContain("sub is one label");
  expect(await acme.refused(domain("h4", { primary: "h4.example", sub: "a*" }))).toContain(
    "a wildcard is the whole label",
  );
});

test("H4: a wildcard is only for the namespace which holds the primary, shared or not", async () => {
  await acme.apply(primary("h4.example", { delegates: ["coyote-org"] }));
  await acme.decided("h4.example", { phase: "OK" });
  await coyote.apply(shared("*.h4.example", { parent: "acme-org" }));
  const { message } = await coyote.decided("*.h4.example", { phase: "Failed", reason: "NotDelegated" });
  expect(message).toContain("only acme-org, the namespace that holds the primary, can claim");
  await acme.apply(shared("*.h4.example"));
  await acme.decided("*.h4.example", { phase: "OK", host: "*.h4.example" });
  await story.heldBy("*.h4.example", "acme-org/any.h4.example");
});

test("H5: primary and sub never change once set", async () => {
  await acme.apply(primary("h5.example"), shared("www.h5.example"));
  await expect(acme.patch("domain", "h5.example", { spec: { primary: "other.example" } })).rejects.toThrow(
    "primary never changes: create another Domain for the other name, and delete this one",
  );
  for (const sub of ["other", null]) {
    await expect(acme.patch("domain", "www.h5.example", { spec: { sub } })).rejects.toThrow("sub never changes");
  }
  await expect(acme.patch("domain", "h5.example", { spec: { sub: "www" } })).rejects.toThrow("sub never changes");
});

test("H5: names that an administrator reserved are refused, wildcard patterns at any depth", async () => {
  await acme.apply(primary("status.example"), primary("a.b.corp.example"), primary("corp.example"));
  const { message } = await acme.decided("status.example", { phase: "Failed", reason: "ReservedName" });
  expect(message).toContain("reserved by the administrator (status.example)");
  await acme.decided("a.b.corp.example", { phase: "Failed", reason: "ReservedName" });
  await acme.decided("corp.example", { phase: "OK" });
  await acme.apply(shared("www.corp.example"), shared("*.corp.example"));
  await acme.decided("www.corp.example", { phase: "Failed", reason: "ReservedName" });
  await acme.decided("*.corp.example", { phase: "Failed", reason: "ReservedName" });
});

test("H5: a reserved name below a wildcard is nobody's", async () => {
  await acme.apply(primary("vault.example"), shared("*.vault.example"), ingress("vault", ["*.vault.example"]));
  await story.serves("open.vault.example", "acme-org/web");
  expect(await story.visit("secret.vault.example")).toBe(nobody);
});

test("H5: a holder keeps a name that is reserved later and is told; new claims are refused", async () => {
  await acme.site("late");
  await acme.apply(primary("late.example"), ingress("late", ["late.example"], { paths: [{ service: "late" }] }));
  await story.serves("late.example", "acme-org/late");
  await story.killController("SIGTERM");
  await story.startController(1, ["--reserved-names=*.example"]);
  await acme.condition("late.example", "NameAllowed", { status: "False", reason: "ReservedName" });
  await acme.decided("late.example", { phase: "OK" });
  await story.serves("late.example", "acme-org/late");
  await coyote.apply(primary("later.example"), primary("late.example"));
  await coyote.decided("later.example", { phase: "Failed", reason: "ReservedName" });
  await eventually(async () => expect((await coyote.claim("late.example"))?.status?.phase).toBe("Failed"));
  await story.heldBy("late.example", "acme-org/late.example");
});
