import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { certificateAuthority } from "../support/pki.ts";
import type { CertificateAuthority } from "../support/pki.ts";
import type { StoredDomain } from "../support/world/objects.ts";
import { crowdOf } from "./support/crowd.ts";
import { eventually } from "./support/eventually.ts";
import { kongAway, needsGateway } from "./support/faults.ts";
import { alone } from "./support/lone-controller.ts";
import { domain, ingress, primary, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import type { Probe } from "./support/prober.ts";
import { withoutWaiting } from "./support/patient.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { applyTlsSecret } from "./support/tls-secret.ts";
import { shown, visitors } from "./support/visitors.ts";
import type { Visitors } from "./support/visitors.ts";

// Two nodes with two workers each, which take over what is written as late as a Kong does unless told otherwise.
const timing = ["--worker-state-update-frequency", "5", "--db-update-frequency", "5"];
const gatewayArgs = ["--nodes", "2", "--workers", "2", "--seed", "7", ...timing];

let story: Story;
let acme: Team;
let coyote: Team;
let marvin: Team;
let evil: Team;
let authority: CertificateAuthority;
const settings = (): readonly string[] => [...alone, "--proxy-url", story.nodeUrls.join(",")];

beforeAll(async () => {
  [story, authority] = await Promise.all([
    startStory({ controller: 0, gatewayArgs }),
    certificateAuthority("transfers"),
  ]);
  await story.startController(1, settings());
  [acme, coyote, marvin, evil] = await story.teams("acme-org", "coyote-org", "marvin-org", "evil-org");
  await Promise.all([acme.site(), coyote.site(), marvin.site(), evil.site()]);
});

afterEach(async () => {
  if (story.runningControllers().length === 0) await story.startController(1, settings());
});

afterAll(() => story.stop());

/** A claim that accepts the host from acme-org. */
function accepting(host: string): Manifest {
  return domain(host, { primary: host, acceptFrom: "acme-org" });
}

/** Kills the controller, and has another one begin. */
async function killed(): Promise<void> {
  await story.killController();
  await story.startController(1, settings());
}

/** Who holds the host now and later, as a watch tells every change of its record; the returned function tells each once. */
async function holdersOf(host: string): Promise<() => readonly string[]> {
  const columns = "custom-columns=HOLDER:.spec.holder.namespace";
  const args = ["get", "hostrecord", host, "--watch", "--no-headers", "--output", columns];
  const watch = spawn(story.cluster.kubectl, args, {
    env: { HOME: story.dataDir, KUBECONFIG: story.cluster.kubeconfig },
  });
  onTestFinished(() => void watch.kill());
  const seen = new Set<string>();
  createInterface(watch.stdout).on("line", (line) => seen.add(line.trim()));
  await eventually(() => expect(seen.size).toBeGreaterThan(0));
  return () => [...seen].sort();
}

/** Gives the team a certificate for the hosts, in a Secret of that name. */
async function certify(team: Team, name: string, hosts: readonly string[]): Promise<void> {
  await applyTlsSecret(team, name, await authority.issue({ commonName: name, hosts, use: "server" }));
}

/** An Ingress that serves hosts with the certificate in the Secret of its own name. */
function secured(name: string, hosts: readonly string[]): Manifest {
  return ingress(name, hosts, { tls: [{ secretName: name, hosts }] });
}

const visit = (host: string, rate = {}): Visitors => visitors(story, host, ["/"], authority.certificate, rate);
/** Of the names beside the one that changes hands ten requests a second tell enough. */
const seldom = { everyMs: 100 };
const by =
  (...namespaces: readonly string[]) =>
  ({ answer }: Probe): boolean =>
    namespaces.some((namespace) => answer === `${namespace}/web`);

/** Visitors of a host who have seen on every node that the namespace answers. */
async function visitedAt(host: string, namespace: string, rate = {}): Promise<Visitors> {
  const first = visit(host);
  await first.see(by(namespace));
  await first.leave();
  return visit(host, rate);
}

/** What visitors saw of others than those. */
async function others(visits: Visitors, ...namespaces: readonly string[]): Promise<readonly string[]> {
  return (await visits.leave()).filter((one) => !by(...namespaces)(one)).map(shown);
}

test.for([
  ["the controller killed at each step", "killed", killed],
  ["Kong's Admin API away at each step", "away", () => kongAway(story)],
] as const)(
  "N4: a domain goes to another team without a lost request over HTTP or HTTPS, whoever waits for it, and %s",
  async ([, label, disturb], { skip }) => {
    skip(!story.embedded && label === "away", needsGateway);
    const host = `move-${label}.example`;
    const [www, shop] = [`www.${host}`, `shop.${host}`];
    await Promise.all([certify(acme, label, [host, www]), certify(marvin, label, [shop])]);
    await acme.apply(primary(host, { delegates: ["marvin-org"] }), shared(www), secured(label, [host, www]));
    await acme.decided(host, { phase: "OK" });
    await marvin.apply(shared(shop, { parent: "acme-org" }), secured(label, [shop]));
    await Promise.all([evil.apply(primary(host), ingress(label, [host])), coyote.apply(secured(label, [host]))]);
    const visits = await Promise.all([visitedAt(host, "acme-org"), visitedAt(www, "acme-org", seldom), visitedAt(shop, "marvin-org", seldom)]); // prettier-ignore
    const holders = await holdersOf(host);

    const steps = (await acme.domain("transfer", host, "--to", "coyote-org", "--dry-run")).stdout;
    expect(steps).toContain(`and acme-org's Ingress ${label} serves it no longer`);
    await disturb();
    const offer = await acme.domain("transfer", host, "--to", "coyote-org");
    expect(offer, offer.stderr).toMatchObject({ code: 0 });
    expect((await evil.domain("whois", host)).stdout).toMatch(/handed over +to coyote-org/);
    await acme.told("Domain", host, { type: "Normal", reason: "AwaitingAcceptance" });
    const refused = await evil.domain("accept", host);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("hands it over to coyote-org") as string,
    });
    await disturb();
    expect((await coyote.domain("accept", host, "--dry-run")).stdout).toContain("shares it with acme-org, marvin-org");
    await coyote.must("domain", "accept", host, "--wait=false");
    await disturb();
    await story.heldBy(host, `coyote-org/${host}`);
    await disturb();
    await visits[0].see(by("coyote-org"));
    // Until its new holder has a certificate, the giver's serves.
    await certify(coyote, label, [host]);
    await acme.decided(host, { phase: "Failed", reason: "Transferred", holder: `coyote-org/${host}` });
    await coyote.decided(host, { phase: "OK", stage: "Live" });
    await marvin.decided(shop, { phase: "OK", parent: "coyote-org" });
    await acme.decided(www, { phase: "OK", parent: "coyote-org" });
    await evil.decided(host, { phase: "Failed", reason: "AlreadyClaimed" });
    await acme.must("domain", "release", host, "--yes");
    await visits[0].see(by("coyote-org"));
    expect(await others(visits[0], "acme-org", "coyote-org")).toEqual([]);
    expect([await others(visits[1], "acme-org"), await others(visits[2], "marvin-org")]).toEqual([[], []]);
    expect(holders()).toEqual(["acme-org", "coyote-org"]);
  },
);

test("N4: a namespace that was made anew under the receiver's name gets nothing, before the host is handed over to it, too", async () => {
  const host = "again.example";
  const runner = await story.team("runner-org");
  await acme.apply(primary(host));
  await acme.must("domain", "transfer", host, "--to", "runner-org");
  await story.kubectl(["delete", "namespace", "runner-org", "--wait=true"]);
  const successor = await story.team("runner-org", "somebody-else");
  await successor.apply(accepting(host));
  await acme.condition(host, "TransferPending", { status: "False", reason: "StaleTransfer" });
  await successor.decided(host, { phase: "Failed", reason: "AlreadyClaimed" });
  expect((await story.record(host))?.spec.holder?.namespace).toBe("acme-org");
  expect((await acme.domain("explain", host)).stdout).toContain(
    "kubectl domain transfer again.example --to runner-org",
  );
  await acme.must("domain", "transfer", host, "--to", "runner-org");
  await successor.decided(host, { phase: "OK" });
  expect(runner.namespace).toBe(successor.namespace);
});

test("N4: a transfer that is taken back while it is accepted ends one way or the other, and both are told which", async () => {
  for (let round = 0; round < 6; round++) {
    const host = `both-${String(round)}.example`;
    await acme.apply(primary(host));
    await acme.must("domain", "transfer", host, "--to", "coyote-org");
    const [back] = await Promise.all([
      acme.domain("transfer", host, "--cancel"),
      sleep(round * 40).then(() => coyote.apply(accepting(host))),
    ]);
    const holder = (await story.record(host))?.spec.holder?.namespace;
    expect(holder, back.stderr).toBe(back.code === 0 ? "acme-org" : "coyote-org");
    expect(withoutWaiting(back.stderr)).toMatch(
      back.code === 0 ? /^$/ : /it is too late to take it back\nTransferred: /,
    );
    await coyote.decided(host, back.code === 0 ? { reason: "AlreadyClaimed" } : { phase: "OK" });
    await acme.decided(host, back.code === 0 ? { phase: "OK" } : { reason: "Transferred" });
    // What has been taken back stays so.
    expect((await story.record(host))?.spec.holder?.namespace).toBe(holder);
  }
});

test("N4: accepted by two claims, by a namespace that was not named, and once more, a host has one holder, who keeps it", async () => {
  const host = "twice.example";
  await acme.apply(primary(host));
  await acme.must("domain", "transfer", host, "--to", "coyote-org");
  await Promise.all([
    evil.apply(accepting(host)),
    coyote.apply(accepting(host), domain("second", { primary: host, acceptFrom: "acme-org" })),
  ]);
  await acme.decided(host, { phase: "Failed", reason: "Transferred" });
  const holder = (await story.record(host))?.spec.holder;
  expect(holder?.namespace).toBe("coyote-org");
  await eventually(async () => {
    const claims = (await crowdOf(story, "coyote-org").list()).filter(({ spec }) => spec.primary === host);
    const phases = claims.map(({ metadata, status }) => `${metadata.uid === holder?.uid ? "holder" : "other"} ${status?.phase ?? ""}`); // prettier-ignore
    expect(phases.sort()).toEqual(["holder OK", "other Failed"]);
  });
  await evil.decided(host, { phase: "Failed", reason: "AlreadyClaimed" });
  expect((await coyote.domain("accept", host)).stdout).toContain("is held by coyote-org already");
  expect((await evil.domain("accept", host)).code).toBe(1);
  expect((await story.record(host))?.spec.holder?.uid).toBe(holder?.uid);
});

test("N4: a domain with hundreds of names below it changes hands without a lost request, and every one of them stays", async () => {
  const host = "crowd.example";
  const shop = `shop.${host}`;
  const count = 300;
  await Promise.all([certify(acme, "crowd", [host]), certify(coyote, "crowd", [host]), certify(marvin, "crowd", [shop])]); // prettier-ignore
  await acme.apply(primary(host, { delegates: ["marvin-org"] }), secured("crowd", [host]));
  await acme.decided(host, { phase: "OK" });
  await Promise.all([coyote.apply(secured("crowd", [host])), marvin.apply(primary(shop), secured("crowd", [shop]))]);
  const crowd = crowdOf(story, "marvin-org");
  const visits = await Promise.all([visitedAt(host, "acme-org"), visitedAt(shop, "marvin-org", seldom)]);
  const before = (await crowd.list()).filter(({ status }) => status?.phase === "OK").length;
  await crowd.create(
    Array.from({ length: count }, (_, i) => {
      const name = `n${String(i)}.${host}`;
      return i % 2 === 0 ? primary(name) : shared(name, { parent: "acme-org" });
    }),
  );
  await crowd.count("OK", before + count, 180_000);
  const versions = new Map((await story.records()).map(({ spec, metadata }) => [spec.host, metadata.resourceVersion]));
  await acme.must("domain", "transfer", host, "--to", "coyote-org");
  await coyote.must("domain", "accept", host, "--timeout=300s");
  const below = ({ status }: StoredDomain): boolean => /^n\d+\.crowd\.example$/.test(status?.host ?? "");
  await eventually(async () => {
    const claims = (await crowd.list()).filter(below);
    const stands = claims.filter(({ status }) => status?.phase === "OK" && status.parent === "coyote-org");
    expect([claims.length, stands.length]).toEqual([count, count]);
  }, 180_000);
  await eventually(async () => {
    const records = (await story.records()).filter(({ spec }) => /^n\d+\.crowd\.example$/.test(spec.host));
    expect(records).toHaveLength(count);
    for (const { spec, metadata } of records) {
      expect(spec.holder).toMatchObject({ namespace: "marvin-org" });
      const isNested = spec.holder?.kind === "primary";
      expect(spec.holder?.authority?.namespace, spec.host).toBe(isNested ? "coyote-org" : undefined);
      expect(metadata.resourceVersion === versions.get(spec.host), spec.host).toBe(!isNested);
    }
  });
  await visits[0].see(by("coyote-org"));
  expect([await others(visits[0], "acme-org", "coyote-org"), await others(visits[1], "marvin-org")]).toEqual([[], []]);
});
