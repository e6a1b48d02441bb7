import { afterAll, beforeAll, expect, test } from "vitest";
import { certificateAuthority } from "../support/pki.ts";
import type { CertificateAuthority } from "../support/pki.ts";
import { ctrlC } from "./support/ctrl-c.ts";
import { eventually } from "./support/eventually.ts";
import { kongAway, needsGateway } from "./support/faults.ts";
import { certifiedNames } from "./support/handshake.ts";
import { kongAdmin } from "./support/kong.ts";
import { alone } from "./support/lone-controller.ts";
import { ingress, primary } from "./support/objects.ts";
import type { Probe } from "./support/prober.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { applyTlsSecret } from "./support/tls-secret.ts";
import { lostInRename, sentTo, shown, visitors } from "./support/visitors.ts";
import type { Visitors } from "./support/visitors.ts";

// Two nodes with two workers each, which take over what is written as a Kong does by its own settings.
const timing = ["--worker-state-update-frequency", "5", "--db-update-frequency", "5"];
const gatewayArgs = ["--nodes", "2", "--workers", "2", "--seed", "7", ...timing];

const paths = ["/", "/shop?x=%26"];
const site = "acme-org/web";
/** Milliseconds within which a rename takes its next step. */
const stepMs = 150_000;

let story: Story;
let acme: Team;
let authority: CertificateAuthority;
let settings: readonly string[];

beforeAll(async () => {
  [story, authority] = await Promise.all([startStory({ controller: 0, gatewayArgs }), certificateAuthority("renames")]);
  settings = [...alone, "--proxy-url", story.nodeUrls.join(",")];
  await story.startController(1, settings);
  acme = await story.team("acme-org");
  await acme.site();
});

afterAll(() => story.stop());

/** Gives acme-org a certificate for the host, in a Secret of its name. */
async function certify(host: string): Promise<void> {
  await applyTlsSecret(acme, host, await authority.issue({ commonName: host, hosts: [host], use: "server" }));
}

const visit = (host: string): Visitors => visitors(story, host, paths, authority.certificate);
const bySite = ({ answer }: Probe): boolean => answer === site;
/** acme-org holds the host and serves it over HTTP and HTTPS; returns visitors who have seen that on every node. */
async function serves(host: string): Promise<Visitors> {
  await certify(host);
  await acme.apply(
    primary(host),
    ingress(host, [host], { paths: [{}, { path: "/shop" }], tls: [{ secretName: host, hosts: [host] }] }),
  );
  // Each worker has it when all have seen it again and again; who looks from then on may miss nothing.
  const first = visit(host);
  await first.see(bySite);
  await first.leave();
  return visit(host);
}

/** Has an Ingress name the new host for its certificate alone. */
async function certifyNew(host: string): Promise<void> {
  await certify(host);
  await acme.apply(
    ingress(`${host}-tls`, [host], { paths: [{ path: "/tls" }], tls: [{ secretName: host, hosts: [host] }] }),
  );
}

/** Waits until the claim for the new name is in one of the stages. */
async function inStage(host: string, ...stages: readonly string[]): Promise<void> {
  await eventually(async () => expect(stages).toContain((await acme.claim(host))?.status?.stage), stepMs);
}

/** The next controller begins when the one before has been killed. */
async function killed(): Promise<void> {
  await story.killController();
  await story.startController(1, settings);
}

test.for([
  ["its controller is killed in each stage", "killed", killed],
  ["Kong's Admin API is away in each stage", "away", () => kongAway(story)],
] as const)(
  "N2: a rename loses none of fifty requests a second on either name over HTTP and HTTPS, though %s",
  async ([, label, disturb], { skip }) => {
    skip(!story.embedded && label === "away", needsGateway);
    const [from, to] = [`old-${label}.example`, `new-${label}.example`];
    const old = await serves(from);
    const now = visit(to);
    const said = await acme.domain("rename", from, to, "--redirect-for", "90d", "--wait=false");
    expect(said.stdout).toContain(`1. RenameRouting: ${to} is held`);
    await inStage(to, "RenameRouting", "RenameHTTPS");
    await disturb();
    await inStage(to, "RenameHTTPS");
    await acme.condition(to, "Renamed", { status: "False", reason: "RenameHTTPS" });
    expect(await acme.must("domain", "explain", to)).toMatch(/Stage: +RenameHTTPS, step 2 of 3/);
    await disturb();
    await certifyNew(to);
    await inStage(to, "RenameCleanup", "Live");
    await disturb();
    const waited = await acme.domain("rename", from, to, "--timeout", "150s");
    expect(waited.stdout, waited.stderr).toMatch(`${from} redirects to ${to} since `);
    const root = `https://${to}`;
    await old.see(sentTo(root));
    await now.see(bySite);
    expect(lostInRename(await old.leave(), await now.leave(), { root, site })).toEqual([]);

    await acme.decided(to, { phase: "OK", stage: "Live" });
    await acme.decided(from, { phase: "OK", stage: "Redirecting" });
    expect(await acme.must("wait", "--for=condition=Renamed", `domain/${to}`, "--timeout=150s")).toContain("met");
    await acme.told("Ingress", from, { type: "Normal", reason: "HostRenamed" });
    await eventually(async () => expect(await acme.addresses(from)).toBeDefined());
    expect(await acme.must("domain", "whois", from)).toMatch(new RegExp(`renamed to +${to}, since `));
    expect(await acme.must("domain", "whois", from, "--names")).toMatch(new RegExp(`^${to} .*now\n${from} `, "m"));
    expect(await acme.must("domain", "explain", from)).toMatch(new RegExp(`Renamed to: +${to} since `));
    expect(await certifiedNames(story, from)).toBe(`DNS:${from}`);
  },
);

test("N2: a rename that is undone has the old name serve as before, over HTTP and HTTPS and without a lost request", async () => {
  const [from, to] = ["undo-old.example", "undo-new.example"];
  const old = await serves(from);
  await certifyNew(to);
  await acme.must("domain", "rename", from, to, "--timeout", "150s");
  // Asked for here, where no controller is killed between the status that it has written and the event on it.
  await acme.told("Domain", to, { type: "Normal", reason: "Renamed" });
  const redirected = sentTo(`https://${to}`);
  await old.see(redirected);
  await acme.must("domain", "release", to, "--yes");
  await old.see(bySite);
  const wrong = (await old.leave()).filter((one) => !bySite(one) && !redirected(one));
  expect(wrong.map(shown)).toEqual([]);
  await acme.decided(from, { phase: "OK", stage: "Live" });
  await eventually(async () => {
    const left = (await kongAdmin(story).tagged("services")).filter(({ name }) => name?.includes(`redirect~${from}`));
    expect(left).toEqual([]);
  }, stepMs);
});

test("Ctrl-C while a rename is waited for leaves one that says where it stands, and goes on by itself", async () => {
  const [from, to] = ["broken-off-old.example", "broken-off-new.example"];
  const old = await serves(from);
  const said = await ctrlC(story, "acme-org", `rename ${from} ${to}`, "[0-9]s RenameHTTPS: ");
  expect(said).toMatch(/1\. RenameRouting: .*\d+s RenameHTTPS: .*\n130\n$/s);
  await inStage(to, "RenameHTTPS");
  expect(await acme.must("domain", "explain", to)).toMatch(/Stage: +RenameHTTPS, step 2 of 3/);
  await certifyNew(to);
  await old.see(sentTo(`https://${to}`));
  await old.leave();
  await acme.decided(to, { phase: "OK", stage: "Live" });
});
