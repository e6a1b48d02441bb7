import { afterAll, beforeAll, expect, test } from "vitest";
import { ctrlC } from "./support/ctrl-c.ts";
import { eventually } from "./support/eventually.ts";
import { alone } from "./support/lone-controller.ts";
import { ingress, primary } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// Ctrl-C of a command that waits: what it began says how far it is, and goes on by itself. That of a rename is in renames.e2e.ts.

/** What whoever pressed Ctrl-C reads last, and the exit code. */
const told = (host: string, namespace: string): string =>
  `Interrupted; it goes on by itself. See: kubectl domain explain ${host} -n ${namespace}\n130\n`;

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  // What a redirect takes the place of stays until the gateway has shown the redirect: for longer than a command waits here.
  story = await startStory({ controller: 0, gatewayArgs: ["--worker-state-update-frequency", "10"] });
  await story.startController(1, alone);
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), coyote.site()]);
});

afterAll(() => story.stop());

test("claim --wait=live", async () => {
  const host = "claimed.example";
  const said = await ctrlC(story, "acme-org", `claim ${host} --wait=live --timeout 300s`, "Held: ");
  expect(said).toMatch(/created\n/);
  expect(said).toContain(told(host, "acme-org"));
  expect(await acme.must("domain", "explain", host)).toMatch(/Stage: +Held/);
  await acme.apply(ingress("claimed", [host]));
  await acme.decided(host, { phase: "OK", stage: "Live" });
});

test("redirect", async () => {
  const host = "redirected.example";
  await acme.apply(primary(host), ingress("redirected", [host]));
  await acme.decided(host, { phase: "OK", stage: "Live" });
  const said = await ctrlC(
    story,
    "acme-org",
    `redirect ${host} --to elsewhere.example --timeout 300s`,
    "goes on with what it has",
  );
  expect(said).toMatch(/configured\n(.|\n)*goes on with what it has for redirected\.example/);
  expect(said).toContain(told(host, "acme-org"));
  expect(await acme.must("domain", "explain", host)).toContain("goes on with what it has for redirected.example");
  await eventually(async () => expect((await acme.claim(host))?.status?.stage).toBe("Redirecting"));
});

test("transfer, while no controller is there", async () => {
  const host = "handed.example";
  await acme.apply(primary(host));
  await acme.decided(host, { phase: "OK" });
  await story.killController();
  const said = await ctrlC(story, "acme-org", `transfer ${host} --to coyote-org --timeout 300s`, "waiting for ");
  expect(said).toMatch(/configured\n/);
  expect(said).toContain(told(host, "acme-org"));
  expect((await acme.claim(host))?.spec).toMatchObject({ transferTo: "coyote-org" });
  expect((await story.record(host))?.spec.transfer).toBeUndefined();
  await story.startController(1, alone);
  await eventually(async () => expect((await acme.domain("whois", host)).stdout).toMatch(/handed over +to coyote-org/));
  expect(await acme.must("domain", "explain", host)).toContain("coyote-org");
});

test("accept --wait=live", async () => {
  const host = "accepted.example";
  await acme.apply(primary(host));
  await acme.decided(host, { phase: "OK" });
  await acme.must("domain", "transfer", host, "--to", "coyote-org");
  const said = await ctrlC(story, "coyote-org", `accept ${host} --wait=live --timeout 300s`, "waiting for ");
  expect(said).toMatch(/created\n/);
  expect(said).toContain(told(host, "coyote-org"));
  await coyote.decided(host, { phase: "OK", stage: "Held" });
  expect(await coyote.must("domain", "explain", host)).toMatch(/Stage: +Held/);
  await coyote.apply(ingress("accepted", [host]));
  await coyote.decided(host, { phase: "OK", stage: "Live" });
});
