import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { certificateAuthority } from "../support/pki.ts";
import type { CertificateAuthority, KeyedCertificate } from "../support/pki.ts";
import { eventually } from "./support/eventually.ts";
import { certifiedNames } from "./support/handshake.ts";
import { metric } from "./support/metrics.ts";
import { ingress, primary } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { applyTlsSecret, putTlsSecret } from "./support/tls-secret.ts";

// Mallory holds a host of her own and names a Secret for it, into which she puts whatever the API server takes.

let story: Story;
let acme: Team;
let mallory: Team;
let authority: CertificateAuthority;
let sound: KeyedCertificate;

beforeAll(async () => {
  [story, authority] = await Promise.all([startStory(), certificateAuthority("stories")]);
  [acme, mallory] = await story.teams("acme-org", "mallory-org");
  await Promise.all([acme.site(), mallory.site()]);
  for (const [team, host] of [
    [acme, "acme.example"],
    [mallory, "mallory.example"],
  ] as const)
    await team.apply(primary(host), ingress("web", [host], { tls: [{ secretName: "web-tls" }] }));
  await applyTlsSecret(acme, "web-tls", await issued("acme.example"));
  sound = await issued("mallory.example");
});

afterAll(() => story.stop());

const issued = (...hosts: readonly string[]): Promise<KeyedCertificate> =>
  authority.issue({ commonName: "stories", hosts, use: "server" });

/** Waits until the gateway shows a certificate for just this host. */
const certified = (host: string): Promise<void> =>
  eventually(async () => expect(await certifiedNames(story, host), host).toBe(`DNS:${host}`));

/** Puts this into Mallory's Secret. */
async function replaced(
  { certificate, key }: KeyedCertificate,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { api } = story.cluster;
  const secrets = "/api/v1/namespaces/mallory-org/secrets";
  await api.call("DELETE", `${secrets}/web-tls`);
  const data = { ...more, "tls.crt": btoa(certificate), "tls.key": btoa(key) };
  await api.must("POST", secrets, { type: "kubernetes.io/tls", metadata: { name: "web-tls" }, data });
}

/** Has acme renew its certificate, and serve a new host with one. */
async function othersGoOn(host: string): Promise<void> {
  await applyTlsSecret(acme, host, await issued(host));
  await acme.apply(primary(host), ingress(host, [host], { tls: [{ secretName: host }] }));
  await certified(host);
  await certified("acme.example");
}

/** More names than fit into 100 kB. */
const manyHosts = Array.from({ length: 3_500 }, (_, i) => `n${String(i)}.with-a-long-label.mallory.example`);

test.each<[string, () => Promise<KeyedCertificate>, Readonly<Record<string, string>>, RegExp]>([
  ["whose leaf has more than 100 kB", () => issued("mallory.example", ...manyHosts), {}, /more than 64 KiB/],
  [
    "of hundreds of certificates",
    () => Promise.resolve({ ...sound, certificate: sound.certificate.repeat(400) }),
    {},
    /more than 64 KiB/,
  ],
  [
    "with tens of thousands of entries",
    () => Promise.resolve(sound),
    Object.fromEntries(Array.from({ length: 25_000 }, (_, i) => [`k${String(i)}`, "AAAA"])),
    /more than 512 KiB/,
  ],
  [
    "with the key of another",
    async () => ({ ...sound, key: (await issued("other.example")).key }),
    {},
    /does not belong/,
  ],
])("T8: a Secret %s is not served, its team is told, others go on, and what is right again serves", async (...row) => {
  const [what, bad, more, said] = row;
  await replaced(await bad(), more);
  const message = expect.stringMatching(said) as string;
  await mallory.condition("mallory.example", "Ready", { status: "False", reason: "CertificateInvalid", message });
  // None, or the pair that was there before.
  expect(["", "DNS:mallory.example"]).toContain(await certifiedNames(story, "mallory.example"));
  await story.serves("mallory.example", "mallory-org/web");
  await othersGoOn(`${what.replaceAll(" ", "-").toLowerCase()}.example`);
  await replaced(sound);
  await certified("mallory.example");
  // The next row is to be told by what it does itself.
  await mallory.condition("mallory.example", "Ready", { status: "True" });
});

test("X1: a Secret that goes from one key to another and back all the time is written a few times, and ends as it is", async () => {
  const one = await issued("mallory.example", "one.mallory.example");
  const other = await issued("mallory.example", "other.mallory.example");
  const writes = async (): Promise<number> => {
    const name = "domain_claims_kong_request_duration_seconds_count";
    const count = (method: string): Promise<number> =>
      metric(story.runningControllers()[0], `${name}{method="${method}",collection="certificates",outcome="ok"}`);
    return (await count("POST")) + (await count("PATCH"));
  };
  const before = await writes();
  const begun = performance.now();
  const changes = 40;
  for (let i = 0; i < changes; i++) {
    await putTlsSecret(story, mallory, "web-tls", i % 2 === 0 ? one : other);
    await sleep(100);
  }
  await othersGoOn("meanwhile.example");
  const last = "DNS:mallory.example, DNS:other.mallory.example";
  await eventually(async () => expect(await certifiedNames(story, "mallory.example")).toBe(last));
  const written = (await writes()) - before;
  // The last pair is written at least, and another one's; of these five may be read at once, and one more each five seconds.
  const mostRead = 5 + Math.floor((performance.now() - begun) / 5000);
  expect(written).toBeGreaterThan(1);
  expect(written).toBeLessThanOrEqual(1 + mostRead);
});
