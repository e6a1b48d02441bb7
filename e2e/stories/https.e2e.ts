import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { certificateAuthority } from "../support/pki.ts";
import type { CertificateAuthority } from "../support/pki.ts";
import { eventually } from "./support/eventually.ts";
import { certifiedNames } from "./support/handshake.ts";
import { kongAdmin } from "./support/kong.ts";
import { ingress, primary } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

let story: Story;
let acme: Team;
let coyote: Team;
let authority: CertificateAuthority;
const folder = mkdtempSync(join(tmpdir(), "domain-claims-https-"));

beforeAll(async () => {
  const debugging = startStory({ controllerArgs: ["--log-level=debug", "--kong-resync-period=1s"] });
  [story, authority] = await Promise.all([debugging, certificateAuthority("stories")]);
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), coyote.site()]);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await story.stop();
});

/** A line of each key that was made. */
const keyLines: string[] = [];

/** `kubectl create secret tls` with a new certificate for the hosts, in place of one that is there. */
async function secret(team: Team, name: string, ...hosts: readonly string[]): Promise<void> {
  const { certificate, key } = await authority.issue({ commonName: name, hosts, use: "server" });
  const [cert, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  keyLines.push(key.split("\n")[1] ?? "");
  writeFileSync(cert, certificate);
  writeFileSync(keyFile, key);
  const made = await team.must(
    "create",
    "secret",
    "tls",
    name,
    `--cert=${cert}`,
    `--key=${keyFile}`,
    "--dry-run=client",
    "-o=yaml",
  );
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, made);
  await team.must("apply", "-f", file);
}

/** Waits until the gateway answers for the host with a certificate for these names; "" is its own. */
const certified = (host: string, names: string): Promise<void> =>
  eventually(async () => expect(await certifiedNames(story, host), host).toBe(names));

test("T8: an Ingress and kubectl create secret tls are HTTPS; renewed it goes on, and revoked it is gone", async () => {
  await acme.apply(
    primary("shop.example"),
    ingress("shop", ["shop.example"], { tls: [{ secretName: "shop-tls", hosts: ["shop.example"] }] }),
  );
  await story.serves("shop.example", "acme-org/web");
  await acme.condition("shop.example", "Ready", { status: "False", reason: "CertificateNotFound" });
  expect(await certifiedNames(story, "shop.example")).toBe("");

  await secret(acme, "shop-tls", "shop.example");
  await certified("shop.example", "DNS:shop.example");
  await acme.condition("shop.example", "Ready", { status: "True", reason: "Live" });
  await eventually(async () => expect((await story.request({ host: "shop.example", tls: true })).status).toBe(200));

  await secret(acme, "shop-tls", "shop.example", "www.shop.example");
  await certified("shop.example", "DNS:shop.example, DNS:www.shop.example");

  await acme.remove("domain", "shop.example");
  await acme.gone("shop.example");
  await certified("shop.example", "");
  await eventually(async () => expect(await kongAdmin(story).tagged("certificates")).toEqual([]));
});

test("T8: what is wrong with a certificate is said to the Ingress, the claim and explain, and the route goes on", async () => {
  await secret(acme, "wrong-tls", "elsewhere.example");
  await acme.apply(
    primary("wrong.example"),
    ingress("wrong", ["wrong.example"], { tls: [{ secretName: "wrong-tls" }] }),
  );
  await story.serves("wrong.example", "acme-org/web");
  const message = expect.stringContaining(
    "https://wrong.example is not served with the Secret wrong-tls, whose certificate is for elsewhere.example",
  ) as string;
  await acme.told("Ingress", "wrong", { type: "Warning", reason: "CertificateHostMismatch", message });
  await acme.condition("wrong.example", "Ready", { status: "False", reason: "CertificateHostMismatch", message });
  expect((await acme.domain("explain", "ingress/wrong")).stdout).toContain("Note:");
  expect(await certifiedNames(story, "wrong.example")).toBe("");
});

test("T7: a certificate for a host of somebody else serves nothing, and takes nothing away", async () => {
  await secret(acme, "bank-tls", "bank.example");
  await acme.apply(primary("bank.example"), ingress("bank", ["bank.example"], { tls: [{ secretName: "bank-tls" }] }));
  await certified("bank.example", "DNS:bank.example");
  await secret(coyote, "bank-tls", "bank.example", "coyote.example");
  await coyote.apply(ingress("bank", ["bank.example"], { tls: [{ secretName: "bank-tls" }] }));
  await coyote.told("Ingress", "bank", { type: "Warning", reason: "HostNotClaimed" });
  expect(await certifiedNames(story, "bank.example")).toBe("DNS:bank.example");
});

test("T7: a host that goes over from one Secret to another never shows the gateway's own certificate", async () => {
  await secret(acme, "before-tls", "moving.example");
  const named = (secretName: string) => ingress("moving", ["moving.example"], { tls: [{ secretName }] });
  await acme.apply(primary("moving.example"), named("before-tls"));
  await certified("moving.example", "DNS:moving.example");
  const seen = new Set<string>();
  let over = false;
  onTestFinished(() => void (over = true));
  const visits = (async () => {
    while (!over) seen.add(await certifiedNames(story, "moving.example"));
  })();
  // A failure is told when they are waited for.
  visits.catch(() => undefined);
  await acme.apply(named("after-tls"));
  await acme.condition("moving.example", "Ready", { status: "False", reason: "CertificateNotFound" });
  await secret(acme, "after-tls", "moving.example", "www.moving.example");
  await certified("moving.example", "DNS:moving.example, DNS:www.moving.example");
  over = true;
  await visits;
  // The last of them may have begun before the new certificate was there.
  seen.add(await certifiedNames(story, "moving.example"));
  expect([...seen]).toEqual(["DNS:moving.example", "DNS:moving.example, DNS:www.moving.example"]);
});

test("L7: an SNI and a certificate that somebody deletes in Kong come back", async () => {
  await secret(acme, "drift-tls", "drift.example");
  await acme.apply(
    primary("drift.example"),
    ingress("drift", ["drift.example"], { tls: [{ secretName: "drift-tls" }] }),
  );
  await certified("drift.example", "DNS:drift.example");
  const kong = kongAdmin(story);
  const [found] = (await kong.tagged("snis")).filter(({ name }) => name === "drift.example");
  const { certificate } = (await kong.call("GET", `/snis/${found?.id ?? ""}`)) as { certificate: { id: string } };
  await kong.call("DELETE", `/certificates/${certificate.id}`);
  await eventually(async () => expect((await kong.tagged("snis")).map(({ name }) => name)).toContain("drift.example"));
  await certified("drift.example", "DNS:drift.example");
});

test("a key is in no log, event, status or metric", async () => {
  const [controller] = story.runningControllers();
  const metrics = await (await fetch(`${controller?.healthUrl ?? ""}/metrics`)).text();
  const told = await acme.must("get", "domains,ingresses,events", "-o=json");
  expect(keyLines.length).toBeGreaterThan(5);
  for (const line of keyLines) {
    expect(line.length).toBeGreaterThan(30);
    for (const text of [controller?.log() ?? "", metrics, told]) expect(text).not.toContain(line);
  }
});
