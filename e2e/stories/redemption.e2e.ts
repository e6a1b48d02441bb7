import { afterAll, beforeAll, expect, test } from "vitest";
import { crowdOf } from "./support/crowd.ts";
import { eventually } from "./support/eventually.ts";
import { alone } from "./support/lone-controller.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

let story: Story;
let acme: Team;
let coyote: Team;
let mallory: Team;
let marvin: Team;

/** So many released records may a namespace have. */
const kept = 50;

beforeAll(async () => {
  const controllerArgs = ["--redemption=10m", `--released-records-per-namespace=${String(kept)}`, ...alone];
  story = await startStory({ controllerArgs });
  [acme, coyote, mallory, marvin] = await story.teams("acme-org", "coyote-org", "mallory-org", "marvin-org");
  await Promise.all([acme, coyote, marvin].map((team) => team.site()));
});

afterAll(() => story.stop());

/** acme-org holds the host and shares it with two teams, each of which serves a name below it. */
async function sharedOut(host: string): Promise<Manifest> {
  const claim = primary(host, { delegates: ["marvin-org", "coyote-org"] });
  await acme.apply(claim, ingress(`web.${host}`, [host]));
  await acme.decided(host, { phase: "OK" });
  await marvin.apply(shared(`marvin.${host}`, { parent: "acme-org" }), ingress(`web.${host}`, [`marvin.${host}`]));
  await coyote.apply(primary(`coyote.${host}`), ingress(`web.${host}`, [`coyote.${host}`]));
  await story.serves(host, "acme-org/web");
  await story.serves(`marvin.${host}`, "marvin-org/web");
  await story.serves(`coyote.${host}`, "coyote-org/web");
  return claim;
}

test("N5: kubectl replace --force gives nothing away, though a stranger waits for the host and for a name below it", async () => {
  const claim = await sharedOut("forced.example");
  await mallory.apply(primary("forced.example"), primary("late.forced.example"));
  await mallory.decided("late.forced.example", { phase: "Failed", reason: "ParentClaimed" });
  for (let i = 0; i < 3; i += 1) {
    const before = (await acme.claim("forced.example"))?.metadata.uid;
    const { code, stderr } = await acme.kubectl(["replace", "--force", "-f", "-"], { input: JSON.stringify(claim) });
    expect(code, stderr).toBe(0);
    await acme.decided("forced.example", { phase: "OK" });
    expect((await acme.claim("forced.example"))?.metadata.uid).not.toBe(before);
  }
  await mallory.decided("late.forced.example", { phase: "Failed", reason: "ParentClaimed" });
  await mallory.decided("forced.example", { phase: "Failed", reason: "AlreadyClaimed" });
  expect(await story.record("late.forced.example")).toBeUndefined();
  expect((await story.record("forced.example"))?.spec.history?.map(({ namespace }) => namespace)).toEqual(
    Array(3).fill("acme-org"),
  );
  await story.serves("forced.example", "acme-org/web");
  await story.serves("marvin.forced.example", "marvin-org/web");
  await story.serves("coyote.forced.example", "coyote-org/web");
});

test("N5: deleted, a host is reserved: others are told until when, and made again the claim has everything back", async () => {
  const claim = await sharedOut("again.example");
  const grants = (await story.record("again.example"))?.spec.grants;
  await mallory.apply(primary("again.example"), primary("late.again.example"));
  await mallory.decided("again.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await acme.remove("domain", "again.example");
  await acme.gone("again.example");
  await story.serves("again.example", nobody);
  await story.serves("marvin.again.example", nobody);
  await story.serves("coyote.again.example", "coyote-org/web");
  const { redemption } = (await story.record("again.example"))?.spec ?? {};
  expect(redemption?.namespace).toBe("acme-org");
  for (const host of ["again.example", "late.again.example"]) {
    const { message } = await mallory.decided(host, { phase: "Failed", reason: "InRedemption" });
    expect(message).toContain(`namespace acme-org`);
    expect(message).toContain(`until ${redemption?.until ?? "?"}`);
  }
  expect(await mallory.must("domain", "whois", "again.example")).toContain(
    `for acme-org until ${redemption?.until ?? "?"}`,
  );
  expect(await mallory.must("domain", "explain", "again.example")).toContain(
    "kubectl domain claim again.example -n acme-org",
  );
  await acme.apply(claim);
  await acme.decided("again.example", { phase: "OK" });
  await story.serves("again.example", "acme-org/web");
  await story.serves("marvin.again.example", "marvin-org/web");
  expect((await story.record("again.example"))?.spec).toMatchObject({
    grants,
    holder: { authority: { kind: "none" } },
  });
  await mallory.decided("late.again.example", { phase: "Failed", reason: "ParentClaimed" });
});

test("N5: a host that is released is free at once, and so is one that is marked as released without the plugin", async () => {
  for (const host of ["given.example", "marked.example"]) {
    await acme.apply(primary(host));
    await acme.decided(host, { phase: "OK" });
    await mallory.apply(primary(host));
    await mallory.decided(host, { phase: "Failed", reason: "AlreadyClaimed" });
  }
  const { code, stderr } = await acme.domain("release", "given.example", "--yes");
  expect(code, stderr).toBe(0);
  await mallory.decided("given.example", { phase: "OK" });
  await acme.must("annotate", "domain", "marked.example", "platform.koli.io/release=true");
  await story.heldBy("marked.example", "acme-org/marked.example");
  await acme.remove("domain", "marked.example");
  await mallory.decided("marked.example", { phase: "OK" });
});

test("N5: nobody but who may write a claim can mark it as released", async () => {
  await acme.apply(primary("mine.example"));
  await acme.decided("mine.example", { phase: "OK" });
  const mark = ["annotate", "domain", "mine.example", "-n", "acme-org", "platform.koli.io/release=true"];
  expect((await mallory.kubectl(mark)).stderr).toContain("forbidden");
});

test("N5: a host that was deleted by mistake is free once it is claimed again and released", async () => {
  await acme.apply(primary("oops.example"));
  await acme.decided("oops.example", { phase: "OK" });
  await acme.remove("domain", "oops.example");
  await acme.gone("oops.example");
  await mallory.apply(primary("oops.example"));
  await mallory.decided("oops.example", { phase: "Failed", reason: "InRedemption" });
  await acme.must("domain", "claim", "oops.example");
  await acme.must("domain", "release", "oops.example", "--yes");
  await mallory.decided("oops.example", { phase: "OK" });
});

test("N5: a share that is taken back is free at once", async () => {
  await sharedOut("back.example");
  await acme.apply(shared("marvin.back.example"));
  await acme.must("domain", "unshare", "back.example", "--with", "marvin-org", "--yes");
  await acme.decided("marvin.back.example", { phase: "OK" });
});

test("N5: who claims and deletes names without end keeps no more of them from others than the namespace may have released records", async () => {
  await story.teams("hoarder-org", "customer-org");
  const [hoarder, customer] = [crowdOf(story, "hoarder-org"), crowdOf(story, "customer-org")];
  const hosts = Array.from({ length: 2 * kept }, (_, i) => `hoarded-${String(i)}.example`);
  await hoarder.create(hosts.map((host) => primary(host)));
  await hoarder.count("OK", hosts.length);
  await hoarder.endAll();
  const reserved = async (): Promise<readonly string[]> =>
    (await story.records())
      .filter(({ spec }) => spec.redemption?.namespace === "hoarder-org")
      .map(({ spec }) => `${spec.host} InRedemption`)
      .sort();
  await eventually(async () => expect(await reserved()).toHaveLength(kept));

  await customer.create(hosts.map((host) => primary(host)));
  await customer.count("OK", hosts.length - kept);
  await customer.count("Failed", kept);
  const refused = (await customer.list()).filter(({ status }) => status?.phase === "Failed");
  expect(refused.map(({ status }) => `${status?.host ?? ""} ${status?.reason ?? ""}`).sort()).toEqual(await reserved());
});

test("N5: a namespace that is deleted takes its redemption with it", async () => {
  const guest = await story.team("guest-org");
  await guest.apply(primary("guest.example"));
  await guest.decided("guest.example", { phase: "OK" });
  await mallory.apply(primary("guest.example"));
  await mallory.decided("guest.example", { phase: "Failed", reason: "AlreadyClaimed" });
  expect(await story.kubectl(["delete", "namespace", "guest-org", "--timeout=150s"])).toMatchObject({ code: 0 });
  await mallory.decided("guest.example", { phase: "OK" });
});

test("N5: when its time is over a host goes to whoever has waited longest, under the next controller as well", async () => {
  // Long enough for the redemption to be read while it lasts, and for a controller to be started in it.
  const settings = ["--redemption=20s"];
  await story.killController("SIGTERM");
  await story.startController(1, settings);
  await acme.apply(primary("over.example"));
  await acme.decided("over.example", { phase: "OK" });
  await mallory.apply(primary("over.example"), primary("late.over.example"));
  await mallory.decided("over.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await acme.remove("domain", "over.example");
  const until = await eventually(async () => {
    const { redemption } = (await story.record("over.example"))?.spec ?? {};
    expect(redemption?.namespace).toBe("acme-org");
    return Date.parse(redemption?.until ?? "");
  });
  await acme.gone("over.example");
  await story.killController();
  await story.startController(1, settings);
  await mallory.decided("over.example", { phase: "OK" });
  await eventually(() => expect(Date.now()).toBeGreaterThanOrEqual(until));
  const since = (await story.record("over.example"))?.spec.holder?.since ?? "";
  expect(Date.parse(since)).toBeGreaterThanOrEqual(until);
  await mallory.decided("late.over.example", { phase: "OK" });
});
