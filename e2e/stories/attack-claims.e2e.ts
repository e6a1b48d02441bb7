import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { crowdOf } from "./support/crowd.ts";
import { domain, ingress, primary, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// Mallory wants a name that is not mallory's: acme-org's by another spelling, everybody's, or that of somebody who left.

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
  const { items } = (await story.cluster.api.must("GET", "/apis/platform.koli.io/v1/hostrecords")) as {
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  };
  return items.map(({ metadata }) => metadata.name);
}

/** Mallory writes claims past the plugin, each by itself: what the API server takes has to be refused by the controller. */
async function refusedOrFailed(claims: readonly Manifest[], reasons: readonly string[]): Promise<void> {
  const before = await register();
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: claims });
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

describe("O8: a status is written by the controller alone", () => {
  const forged = {
    status: {
      phase: "OK",
      reason: "Held",
      message: "mine",
      host: "acme.example",
      holder: "mallory-org/acme.example",
      lastUpdateTime: "2001-01-01T00:00:00Z",
      observedGeneration: 1,
    },
  };

  test("a tenant may not write it in any way, and one that comes with the claim is dropped", async () => {
    await mallory.apply({ ...primary("acme.example"), ...forged }, primary("own.example"));
    await mallory.decided("acme.example", { phase: "Failed", reason: "AlreadyClaimed" });
    const raw = "/apis/platform.koli.io/v1/namespaces/mallory-org/domains/acme.example";
    const whole = JSON.stringify({ ...(await mallory.claim("acme.example")), ...forged });
    const ways: readonly (readonly string[])[] = [
      ["patch", "domain", "acme.example", "--subresource=status", "--type=merge", "-p", JSON.stringify(forged)],
      [
        "patch",
        "domain",
        "acme.example",
        "--subresource=status",
        "--type=json",
        "-p",
        '[{"op":"replace","path":"/status/phase","value":"OK"}]',
      ],
      [
        "apply",
        "--server-side",
        "--force-conflicts",
        "--field-manager=domain-claims",
        "--subresource=status",
        "-f",
        "-",
      ],
      ["replace", "--raw", `${raw}/status`, "-f", "-"],
    ];
    for (const way of ways) {
      const object = { ...primary("acme.example"), ...forged };
      const { code, stderr } = await mallory.kubectl(way, {
        input: way[1] === "--raw" ? whole : JSON.stringify(object),
      });
      expect({ way, code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("orbidden") as string });
    }
    // Through the main resource it is not refused, and has no effect.
    await mallory.kubectl(["replace", "--raw", raw, "-f", "-"], { input: whole });
    await mallory.patch("domain", "acme.example", forged);
    await mallory.decided("acme.example", {
      phase: "Failed",
      reason: "AlreadyClaimed",
      holder: "acme-org/acme.example",
    });
    expect(await story.visit("acme.example")).toBe("acme-org/web");
  });

  test("with a role that may write it nothing is decided from it, and the controller puts all of it right", async () => {
    const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/mallory-org";
    await story.cluster.api.must("POST", `${rbac}/roles`, {
      metadata: { name: "status" },
      rules: [{ apiGroups: ["platform.koli.io"], resources: ["domains/status"], verbs: ["get", "update", "patch"] }],
    });
    await story.cluster.api.must("POST", `${rbac}/rolebindings`, {
      metadata: { name: "status" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "status" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "mallory-org" }],
    });
    const mayWrite = ["auth", "can-i", "patch", "domains", "--subresource=status"];
    await eventually(async () => expect(await mallory.must(...mayWrite)).toContain("yes"));

    await mallory.apply(
      ingress("thief", ["acme.example", "www.own.example"]),
      shared("www.own.example"),
      primary("own.example"),
    );
    await mallory.decided("acme.example", { phase: "Failed" });
    await mallory.decided("own.example", { phase: "OK" });
    await mallory.decided("www.own.example", { phase: "OK" });
    const names = ["acme.example", "own.example", "www.own.example"];
    const before = await Promise.all(names.map(async (name) => (await mallory.claim(name))?.status));
    const condition = (type: string, status: string): object => ({
      type,
      status,
      reason: "Forged",
      message: "forged",
      lastTransitionTime: "2001-01-01T00:00:00Z",
    });
    const lies = {
      ...forged.status,
      unicodeHost: "paypal.example",
      parent: "acme-org",
      conditions: [
        condition("Accepted", "True"),
        condition("Programmed", "True"),
        condition("NameAllowed", "False"),
        condition("DelegatesResolved", "False"),
      ],
    };
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        names.map((name, i) => {
          const phase = i === 0 ? "OK" : "Failed";
          const status = {
            ...lies,
            phase,
            reason: `Forged${String(round)}`,
            host: i === 0 ? "acme.example" : "free.example",
          };
          return mallory.must(
            "patch",
            "domain",
            name,
            "--subresource=status",
            "--type=merge",
            "-p",
            JSON.stringify({ status }),
          );
        }),
      );
    }
    const apply = [
      "apply",
      "--server-side",
      "--force-conflicts",
      "--field-manager=domain-claims",
      "--subresource=status",
      "-f",
      "-",
    ];
    const sameManager = { ...primary("acme.example"), status: lies };
    await mallory.kubectl(apply, { input: JSON.stringify(sameManager) });
    const essence = (status: object | undefined): string =>
      JSON.stringify(status, (key, value: unknown) => (key.endsWith("Time") ? undefined : value));
    for (const [i, name] of names.entries()) {
      await eventually(async () => {
        const { status } = (await mallory.claim(name)) ?? {};
        expect(JSON.parse(essence(status)), name).toEqual(JSON.parse(essence(before[i])));
      });
    }
    await story.heldBy("acme.example", "acme-org/acme.example");
    await story.heldBy("own.example", "mallory-org/own.example");
    expect(await story.visit("acme.example")).toBe("acme-org/web");
    await story.serves("www.own.example", "mallory-org/web");
    expect(await story.record("free.example")).toBeUndefined();
    await mallory.remove("ingress", "thief");
    await crowdOf(story, "mallory-org").endAll();
  });
});

test("O7: who makes a namespace anew that others left, even while no controller looks, inherits neither its hosts nor its grants", async () => {
  const guest = await story.team("guest-org", "guest");
  await guest.site("guests");
  const hosts = ["guests.example", "g.house.example", "own.guests.example"];
  const claims = [
    primary("guests.example"),
    shared("g.house.example", { parent: "acme-org" }),
    shared("own.guests.example"),
    shared("*.guests.example"),
  ];
  const route = ingress("guests", [...hosts, "*.guests.example"], { paths: [{ service: "guests" }] });
  await acme.apply(primary("house.example", { delegates: ["guest-org"] }));
  await acme.decided("house.example", { phase: "OK" });
  await guest.apply(...claims, route);
  for (const host of [...hosts, "any.guests.example"]) await story.serves(host, "guest-org/guests");
  await mallory.apply(primary("guests.example"));
  await mallory.decided("guests.example", { phase: "Failed", reason: "AlreadyClaimed" });

  await story.killController();
  for (const { metadata } of claims) await guest.patch("domain", metadata.name, { metadata: { finalizers: null } });
  expect(await story.kubectl(["delete", "namespace", "guest-org", "--timeout=60s"])).toMatchObject({ code: 0 });
  const stranger = await story.team("guest-org", "stranger");
  await stranger.site("guests");
  await stranger.apply(...claims, route);
  const stale = await story.record("g.house.example");
  expect(stale?.spec.holder).toMatchObject({ namespace: "guest-org", name: "g.house.example" });
  await story.startController(1, ["--leader-election=false"]);

  const { message } = await stranger.decided("g.house.example", { phase: "Failed", reason: "NotDelegated" });
  expect(message).toContain("shared house.example with an earlier namespace named guest-org, which is gone");
  await mallory.decided("guests.example", { phase: "OK" });
  await stranger.decided("guests.example", {
    phase: "Failed",
    reason: "AlreadyClaimed",
    holder: "mallory-org/guests.example",
  });
  await stranger.decided("own.guests.example", { phase: "Failed", reason: "DomainNotFound" });
  await stranger.decided("*.guests.example", { phase: "Failed", reason: "DomainNotFound" });
  for (const host of [...hosts, "any.guests.example"]) await story.serves(host, nobody);
  await acme.condition("house.example", "DelegatesResolved", { status: "False", reason: "StaleGrant" });
});
