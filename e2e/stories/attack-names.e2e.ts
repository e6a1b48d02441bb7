import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crowdOf } from "./support/crowd.ts";
import { domain, ingress, primary, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { documents } from "../support/documents.ts";

// Mallory wants a name that is not mallory's to have: acme-org's by another spelling, everybody's, or no name at all.

let story: Story;
let acme: Team;
let mallory: Team;

beforeAll(async () => {
  story = await startStory();
  [acme, mallory] = await story.teams("acme-org", "mallory-org");
  await Promise.all([acme.site(), mallory.site()]);
  const hosts = ["acme.example", "www.acme.example", "xn--bcher-kva.example"];
  await acme.apply(...hosts.map((host) => primary(host)), ingress("acme", hosts));
  for (const host of hosts) await story.serves(host, "acme-org/web");
});

afterAll(() => story.stop());

/** All names of the register. */
async function register(): Promise<readonly string[]> {
  return (await story.records()).map(({ metadata }) => metadata.name);
}

/** Mallory writes claims past the plugin, each by itself: what the API server takes has to be refused by the controller. */
async function refusedOrFailed(claims: readonly Manifest[], reasons: readonly string[]): Promise<void> {
  const before = await register();
  const input = documents(claims);
  const { stdout, stderr } = await mallory.kubectl(["create", "-f", "-"], { input });
  for (const { metadata, spec } of claims) {
    const { name } = metadata;
    const text = JSON.stringify(spec);
    if (!stdout.includes(`/${name} created`)) {
      expect(stderr, text).toContain(`"${name}" is invalid`);
      continue;
    }
    const status = await mallory.decided(name, { phase: "Failed" });
    expect(reasons, text).toContain(status.reason);
  }
  expect(await register()).toEqual(before);
  await crowdOf(story, "mallory-org").endAll();
}

const asPrimaries = (texts: readonly string[]): readonly Manifest[] =>
  texts.map((text, i) => domain(`try-${String(i)}`, { primary: text }));

const spellings: readonly (readonly [string, readonly string[]])[] = [
  ["in capitals", ["ACME.example", "Acme.Example", "acme.EXAMPLE", "XN--BCHER-KVA.example", "xn--BCHER-kva.example"]],
  ["with a trailing dot", ["acme.example.", "ACME.example.", "xn--bcher-kva.example.", "acme.example。"]],
  [
    "as U-labels, composed or not",
    ["bücher.example", "bu\u0308cher.example", "BÜCHER.example", "BU\u0308CHER.EXAMPLE."],
  ],
  [
    "in fullwidth, circled and other letters",
    ["ａｃｍｅ.example", "ⓐⓒⓜⓔ.example", "𝐚𝐜𝐦𝐞.example", "acme．example", "acme。example"],
  ],
  [
    "with letters that nobody sees",
    ["ac\u00adme.example", "ac\u200bme.example", "acme\ufeff.example", "acme\u2060.example"],
  ],
];

describe.each(spellings)("H2: acme-org's names %s", (_, texts) => {
  test("are the same names for the plugin, and held", async () => {
    for (const text of texts.slice(0, 2)) {
      const { code, stderr } = await mallory.domain("claim", text, "--primary", "--name=spelt");
      expect({ text, code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("acme-org") as string });
    }
    await crowdOf(story, "mallory-org").endAll();
  });

  test("are no names for the API server", async () => {
    await refusedOrFailed(asPrimaries(texts), []);
    const inside = texts.map((text, i) =>
      domain(`sub-${String(i)}`, { primary: "acme.example", sub: text.split(/[.。．]/)[0], parent: "acme-org" }),
    );
    await refusedOrFailed(inside, ["NotDelegated"]);
  });
});

test("H1: xn-- that does not round-trip is nobody's: hidden ASCII, not composed, fullwidth, capitals, nonsense, nothing", async () => {
  const labels = ["xn--acme-", "xn--bucher-xyd", "xn--mi7ceg5a", "xn--bcher-2pa", "xn--acme-v76a", "xn--cme-om4a", "xn--hop-f3a", "xn--a", "xn--bcher-kvb", "xn--99999999", "xn--", "xn---"]; // prettier-ignore
  await refusedOrFailed(asPrimaries(labels.flatMap((label) => [`${label}.example`, `shop.${label}.example`])), [
    "InvalidHost",
  ]);
  await refusedOrFailed(
    labels.map((sub, i) => domain(`sub-${String(i)}`, { primary: "acme.example", sub, parent: "acme-org" })),
    ["InvalidHost"],
  );
});

test("H2: a lookalike in another script is another name, and everybody is shown what it is", async () => {
  // The first letter is Cyrillic.
  await mallory.must("domain", "claim", "аcme.example", "--primary", "--name=cyrillic");
  const status = await mallory.decided("cyrillic", {
    phase: "OK",
    host: "xn--cme-5cd.example",
    unicodeHost: "аcme.example",
  });
  expect(status.message).toContain("xn--cme-5cd.example (аcme.example)");
  await mallory.apply(ingress("cyrillic", ["xn--cme-5cd.example"]));
  await story.serves("xn--cme-5cd.example", "mallory-org/web");
  expect(await story.visit("acme.example")).toBe("acme-org/web");
  await mallory.remove("ingress", "cyrillic");
  await crowdOf(story, "mallory-org").endAll();
});

test("H3: a public suffix is nobody's, of the ICANN and of the private section, whatever its depth", async () => {
  const suffixes = [
    "com",
    "co.uk",
    "github.io",
    "kobe.jp",
    "s3.amazonaws.com",
    "herokuapp.com",
    "xn--p1ai",
    "xn--fiqs8s",
    "blogspot.com",
    "anything.ck",
  ];
  await refusedOrFailed(asPrimaries(suffixes), ["PublicSuffix"]);
  const below = ["co.uk", "github.io"].flatMap((host, i) => [
    domain(`below-${String(i)}`, { primary: host, sub: "acme" }),
    domain(`all-${String(i)}`, { primary: host, sub: "*" }),
  ]);
  await refusedOrFailed(below, ["DomainNotFound"]);
});

test("H1: localhost, addresses in whatever notation, and texts that are no hosts are nobody's", async () => {
  const texts = ["localhost", "localhost.", "LOCALHOST", "127.0.0.1", "127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "a.1", "1.2.3.4.", "::1", "[::1]", "::ffff:127.0.0.1", "[::1]:80"]; // prettier-ignore
  await refusedOrFailed(asPrimaries(texts), []);
  const odd = ["*", "*.example", "*.*.example", ".", "", "a b.example", "acme.example/x", "http://acme.example", "acme.example:80", "user@acme.example", "acme_.example", "a\u0000.example", "-a.example", "ab--cd.example", `${"a".repeat(64)}.example`, "acme.example\n", "%61cme.example", "~.*", "acme..example", ".acme.example"]; // prettier-ignore
  await refusedOrFailed(asPrimaries(odd), []);
});

test("H5: the cluster's own domain and every name below it is reserved", async () => {
  const inner = [
    "cluster.local",
    "svc.cluster.local",
    "kubernetes.default.svc.cluster.local",
    "web.acme-org.svc.cluster.local",
    "x.cluster.local",
  ];
  await refusedOrFailed(asPrimaries(inner), ["ReservedName"]);
  const subs = ["*", "svc"].map((sub, i) => domain(`sub-${String(i)}`, { primary: "cluster.local", sub }));
  await refusedOrFailed(subs, ["ReservedName"]);
});

test("H4: a sub with dots, with a star among letters, or with a way out of its label is refused", async () => {
  const subs = [
    "a.b",
    "www.acme",
    ".",
    "a.",
    ".a",
    "*.*",
    "a*",
    "*a",
    "**",
    "",
    "a/b",
    "a:80",
    "a b",
    "*.acme.example",
  ];
  await refusedOrFailed(
    subs.map((sub, i) => domain(`sub-${String(i)}`, { primary: "acme.example", sub, parent: "acme-org" })),
    [],
  );
});

test("H4: a wildcard without the primary is refused: not there, somebody else's, or shared with everybody", async () => {
  await acme.apply(primary("open.example", { delegates: ["*"] }));
  await acme.decided("open.example", { phase: "OK" });
  const wildcards = [
    domain("none", { primary: "nobodys.example", sub: "*" }),
    domain("theirs", { primary: "acme.example", sub: "*" }),
    domain("theirs-with-parent", { primary: "acme.example", sub: "*", parent: "acme-org" }),
    domain("open", { primary: "open.example", sub: "*", parent: "acme-org" }),
  ];
  await refusedOrFailed(wildcards, ["DomainNotFound", "NotDelegated"]);
  await mallory.apply(
    shared("m.open.example", { parent: "acme-org" }),
    domain("below", { primary: "m.open.example", sub: "*" }),
  );
  await mallory.decided("m.open.example", { phase: "OK" });
  // A share is no primary: no wildcard grows on it.
  await mallory.decided("below", { phase: "Failed", reason: "DomainNotFound" });
  await crowdOf(story, "mallory-org").endAll();
});
