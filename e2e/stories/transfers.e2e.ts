import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { certificateAuthority } from "../support/pki.ts";
import { crowdOf } from "./support/crowd.ts";
import { eventually } from "./support/eventually.ts";
import { certifiedNames } from "./support/handshake.ts";
import { alone } from "./support/lone-controller.ts";
import { domain, ingress, primary, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { watchAnswers } from "./support/watcher.ts";
import type { Watcher } from "./support/watcher.ts";

// Two nodes with two workers each, which take over what is written as late as a Kong does unless told otherwise.
const timing = ["--worker-state-update-frequency", "5", "--db-update-frequency", "5"];
const gatewayArgs = ["--nodes", "2", "--workers", "2", "--seed", "7", ...timing];

const perSecond = 50;

let story: Story;
let acme: Team;
let coyote: Team;
let marvin: Team;
let evil: Team;
const folder = mkdtempSync(join(tmpdir(), "domain-claims-transfers-"));
const settings = (): readonly string[] => [...alone, "--proxy-url", story.nodeUrls.join(",")];

beforeAll(async () => {
  story = await startStory({ controller: 0, gatewayArgs });
  await story.startController(1, settings());
  [acme, coyote, marvin, evil] = await story.teams("acme-org", "coyote-org", "marvin-org", "evil-org");
  await Promise.all([acme.site(), coyote.site(), marvin.site(), evil.site()]);
});

afterEach(async () => {
  if (story.runningControllers().length === 0) await story.startController(1, settings());
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await story.stop();
});

/** A claim that accepts the host from acme-org. */
function accepting(host: string): Manifest {
  return domain(host, { primary: host, acceptFrom: "acme-org" });
}

/** Who answers a watcher's requests, each once. */
function answerers({ seen }: Watcher): readonly string[] {
  return [...new Set(seen.map(({ by }) => by))].sort();
}

/** Waits until every node's last answers are of the namespace. */
async function served({ seen }: Watcher, namespace: string): Promise<void> {
  await eventually(() => {
    for (const node of story.nodeUrls) {
      const last = seen.filter((one) => one.node === node).slice(-10);
      expect(last.map(({ by }) => by)).toEqual(Array.from({ length: 10 }, () => namespace));
    }
  }, 60_000);
}

/** Kills the controller, and has another one begin. */
async function killed(): Promise<void> {
  await story.killController();
  await story.startController(1, settings());
}

/** Who holds the host, asked for all the time until the returned function is called, which tells each once. */
function holdersOf(host: string): () => Promise<readonly string[]> {
  const seen = new Set<string>();
  let over = false;
  const asking = (async () => {
    while (!over) {
      seen.add((await story.record(host))?.spec.holder?.namespace ?? "nobody");
      await sleep(10);
    }
  })();
  return async () => {
    over = true;
    await asking;
    return [...seen].sort();
  };
}

test("N4: a domain goes to another team without a lost request, whoever waits for it, and the controller killed at each step", async () => {
  const host = "move.example";
  await acme.apply(primary(host, { delegates: ["marvin-org"] }), shared(`www.${host}`), ingress("move", [host, `www.${host}`])); // prettier-ignore
  await acme.decided(host, { phase: "OK" });
  await marvin.apply(shared(`shop.${host}`, { parent: "acme-org" }), ingress("shop", [`shop.${host}`]));
  await Promise.all([evil.apply(primary(host), ingress("evil", [host])), coyote.apply(ingress("move", [host]))]);
  const [top, www, shop] = [host, `www.${host}`, `shop.${host}`].map((one) => watchAnswers(story, one, perSecond)) as [Watcher, Watcher, Watcher]; // prettier-ignore
  await Promise.all([served(top, "acme-org"), served(www, "acme-org"), served(shop, "marvin-org")]);
  const from = top.seen.length;
  const holders = holdersOf(host);

  const steps = (await acme.domain("transfer", host, "--to", "coyote-org", "--dry-run")).stdout;
  expect(steps).toContain("and acme-org's Ingress move serves it no longer");
  await killed();
  const offer = await acme.domain("transfer", host, "--to", "coyote-org");
  expect(offer, offer.stderr).toMatchObject({ code: 0 });
  expect((await evil.domain("whois", host)).stdout).toMatch(/handed over +to coyote-org/);
  await acme.told("Domain", host, { type: "Normal", reason: "AwaitingAcceptance" });
  const refused = await evil.domain("accept", host);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("hands it over to coyote-org") as string });
  await killed();
  expect((await coyote.domain("accept", host, "--dry-run")).stdout).toContain("shares it with acme-org, marvin-org");
  await coyote.must("domain", "accept", host, "--wait=false");
  await killed();
  await story.heldBy(host, `coyote-org/${host}`);
  await killed();
  await served(top, "coyote-org");
  await acme.decided(host, { phase: "Failed", reason: "Transferred", holder: `coyote-org/${host}` });
  await coyote.decided(host, { phase: "OK", stage: "Live" });
  await marvin.decided(`shop.${host}`, { phase: "OK", parent: "coyote-org" });
  await acme.decided(`www.${host}`, { phase: "OK", parent: "coyote-org" });
  await evil.decided(host, { phase: "Failed", reason: "AlreadyClaimed" });

  await acme.must("domain", "release", host, "--yes");
  await sleep(2000);
  await Promise.all([top, www, shop].map((watcher) => watcher.stop()));
  expect([...new Set(top.seen.slice(from).map(({ by }) => by))].sort()).toEqual(["acme-org", "coyote-org"]);
  expect([answerers(www).filter((by) => by !== "404"), answerers(shop).filter((by) => by !== "404")]).toEqual([["acme-org"], ["marvin-org"]]); // prettier-ignore
  expect(await holders()).toEqual(["acme-org", "coyote-org"]);
}, 240_000);

test("N4: over TLS there is a certificate of the host at every moment, the giver's and then the receiver's own", async () => {
  const host = "tls.example";
  const authority = await certificateAuthority("transfers");
  const made = await Promise.all(
    [acme, coyote].map(async (team) => {
      const { certificate, key } = await authority.issue({ commonName: host, hosts: [host], use: "server" });
      const [cert, keyFile] = [join(folder, `${team.namespace}.crt`), join(folder, `${team.namespace}.key`)];
      writeFileSync(cert, certificate);
      writeFileSync(keyFile, key);
      return () => team.must("create", "secret", "tls", "tls", `--cert=${cert}`, `--key=${keyFile}`);
    }),
  );
  await made[0]?.();
  const withTls = ingress("tls", [host], { tls: [{ secretName: "tls", hosts: [host] }] });
  await acme.apply(primary(host), withTls);
  await coyote.apply(withTls);
  await eventually(async () => expect(await certifiedNames(story, host)).toBe(`DNS:${host}`));
  // Each worker takes it over for itself.
  await sleep(12_000);
  const names = new Set<string>();
  let over = false;
  const asking = (async () => {
    while (!over) {
      names.add(await certifiedNames(story, host));
      await sleep(1000 / perSecond);
    }
  })();
  await acme.must("domain", "transfer", host, "--to", "coyote-org");
  await coyote.must("domain", "accept", host);
  await acme.told("Domain", host, { type: "Normal", reason: "Transferred" });
  await coyote.told("Domain", host, { type: "Normal", reason: "Held" });
  await made[1]?.();
  await coyote.decided(host, { phase: "OK", stage: "Live" });
  await sleep(12_000);
  over = true;
  await asking;
  expect([...names]).toEqual([`DNS:${host}`]);
}, 120_000);

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
}, 120_000);

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
    expect(back.stderr).toMatch(back.code === 0 ? /^$/ : /it is too late to take it back\nTransferred: /);
    await coyote.decided(host, back.code === 0 ? { reason: "AlreadyClaimed" } : { phase: "OK" });
    await acme.decided(host, back.code === 0 ? { phase: "OK" } : { reason: "Transferred" });
    // What has been taken back stays so.
    expect((await story.record(host))?.spec.holder?.namespace).toBe(holder);
  }
}, 120_000);

test("N4: a domain with two hundred names below it changes hands, and every one of them stays", async () => {
  const host = "crowd.example";
  const count = 200;
  await acme.apply(primary(host, { delegates: ["marvin-org"] }));
  await acme.decided(host, { phase: "OK" });
  const crowd = crowdOf(story, "marvin-org");
  const before = (await crowd.list()).filter(({ status }) => status?.phase === "OK").length;
  await crowd.create(
    Array.from({ length: count }, (_, i) => {
      const name = `n${String(i)}.${host}`;
      return i % 2 === 0 ? primary(name) : shared(name, { parent: "acme-org" });
    }),
  );
  await crowd.count("OK", before + count);
  const versions = new Map((await story.records()).map(({ spec, metadata }) => [spec.host, metadata.resourceVersion]));
  await acme.must("domain", "transfer", host, "--to", "coyote-org");
  await coyote.must("domain", "accept", host);
  await eventually(async () => {
    const claims = (await crowd.list()).filter(({ status }) => status?.host?.endsWith(`.${host}`) === true);
    expect(claims.map(({ status }) => `${status?.phase ?? ""} ${status?.parent ?? ""}`)).toEqual(
      Array.from({ length: count }, () => "OK coyote-org"),
    );
  }, 60_000);
  await eventually(async () => {
    const records = (await story.records()).filter(({ spec }) => spec.host.endsWith(`.${host}`));
    expect(records).toHaveLength(count);
    for (const { spec, metadata } of records) {
      expect(spec.holder).toMatchObject({ namespace: "marvin-org" });
      const isNested = spec.holder?.kind === "primary";
      expect(spec.holder?.authority?.namespace, spec.host).toBe(isNested ? "coyote-org" : undefined);
      expect(metadata.resourceVersion === versions.get(spec.host), spec.host).toBe(!isNested);
    }
  });
  await crowd.endAll();
}, 180_000);
