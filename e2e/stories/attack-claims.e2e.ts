import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crowdOf } from "./support/crowd.ts";
import { eventually } from "./support/eventually.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// Mallory's claims are not what they say: their status is forged, or their namespace has the name of one that is gone.

let story: Story;
let acme: Team;
let mallory: Team;

/** Writes a status as the controller does, in its name. */
const asController = [
  ...["apply", "--server-side", "--force-conflicts", "--field-manager=domain-claims"],
  ...["--subresource=status", "-f", "-"],
];

beforeAll(async () => {
  story = await startStory();
  [acme, mallory] = await story.teams("acme-org", "mallory-org");
  await Promise.all([acme.site(), mallory.site()]);
  await acme.apply(primary("acme.example"), ingress("acme", ["acme.example"]));
  await story.serves("acme.example", "acme-org/web");
});

afterAll(() => story.stop());

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
      asController,
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
      primary("acme.example"),
    );
    await mallory.decided("acme.example", { phase: "Failed" });
    await mallory.decided("own.example", { phase: "OK" });
    await mallory.decided("www.own.example", { phase: "OK" });
    await story.serves("www.own.example", "mallory-org/web");
    // Nothing more is to be said of any of them: what is compared below is final.
    await mallory.condition("acme.example", "Programmed", { status: "False", reason: "NotAccepted" });
    await mallory.condition("own.example", "Programmed", { status: "False", reason: "NoRoutes" });
    await mallory.condition("www.own.example", "Programmed", { status: "True", reason: "Programmed" });
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
    const sameManager = { ...primary("acme.example"), status: lies };
    await mallory.kubectl(asController, { input: JSON.stringify(sameManager) });
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
  expect(await story.kubectl(["delete", "namespace", "guest-org", "--timeout=150s"])).toMatchObject({ code: 0 });
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
