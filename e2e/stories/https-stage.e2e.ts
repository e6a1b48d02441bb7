import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { certificateAuthority } from "../support/pki.ts";
import type { CertificateAuthority } from "../support/pki.ts";
import { eventually } from "./support/eventually.ts";
import { ingress, primary } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { applyTlsSecret, putTlsSecret } from "./support/tls-secret.ts";
import { startRelay } from "./support/relay.ts";
import type { Relay } from "./support/relay.ts";

// The controller asks the gateway over TLS through a relay, which can be made to hang.

let story: Story;
let acme: Team;
let coyote: Team;
let authority: CertificateAuthority;
let relay: Relay;

beforeAll(async () => {
  [story, authority] = await Promise.all([startStory({ controller: 0 }), certificateAuthority("stories")]);
  relay = await startRelay(story.proxyTls ?? "");
  await story.startController(1, ["--proxy-url", `${story.proxyUrl},${relay.url}`]);
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), coyote.site()]);
});

afterEach(() => {
  relay.goOn();
});

afterAll(async () => {
  await relay.close();
  await story.stop();
});

/** Has the team serve the host, and have a certificate for it. */
async function serve(team: Team, host: string): Promise<void> {
  await certify(team, host);
  await route(team, host);
}

/** Gives the team the certificate, */
async function certify(team: Team, host: string): Promise<void> {
  await applyTlsSecret(team, host, await authority.issue({ commonName: host, hosts: [host], use: "server" }));
}

/** and has it serve the host with that. */
async function route(team: Team, host: string): Promise<void> {
  await team.apply(primary(host), ingress(host, [host], { tls: [{ secretName: host, hosts: [host] }] }));
}

const ready = (team: Team, host: string, status: string, reason: string, message: string): Promise<void> =>
  team.condition(host, "Ready", { status, reason, message: expect.stringContaining(message) as string });

test("a host with a certificate is Live when the gateway has shown it, and kubectl wait says so", async () => {
  await serve(acme, "live.example");
  await acme.must("wait", "--for=condition=Ready", "domain/live.example", "--timeout=150s");
  await ready(acme, "live.example", "True", "Live", "the gateway shows its certificate in TLS handshakes");
  await acme.decided("live.example", { stage: "Live" });
});

test("a gateway that hangs in handshakes leaves a host in the stage HTTPS, a new one in Routing, and the routes serve meanwhile", async () => {
  await route(acme, "hanging.example");
  await ready(acme, "hanging.example", "False", "CertificateNotFound", "hanging.example");
  relay.hang();
  await certify(acme, "hanging.example");
  await story.serves("hanging.example", "acme-org/web");
  await acme.decided("hanging.example", { stage: "HTTPS" });
  // The second is said when it has been asked for a while.
  const awaited = /the gateway (has not been seen to answer with it yet|completes no TLS handshake for it)/;
  const message = expect.stringMatching(awaited) as string;
  await acme.condition("hanging.example", "Ready", { status: "False", reason: "CertificateNotShown", message });
  await acme.decided("live.example", { stage: "Live" });
  await serve(acme, "new.example");
  await story.serves("new.example", "acme-org/web");
  await ready(acme, "new.example", "Unknown", "RoutesNotShown", "has yet to show that it answers for it");
  relay.goOn();
  for (const host of ["hanging.example", "new.example"]) await acme.decided(host, { stage: "Live" });
});

test("a Secret that is changed again and again has the prober ask a few times, and nobody else's host waits", async () => {
  await serve(acme, "flapping.example");
  await acme.decided("flapping.example", { stage: "Live" });
  const changes = 10;
  const flap = async (): Promise<void> => {
    for (let i = 0; i < changes; i++) {
      const pair = await authority.issue({ commonName: "flapping", hosts: ["flapping.example"], use: "server" });
      await putTlsSecret(story, acme, "flapping.example", pair);
      await sleep(200);
    }
  };
  const calm = async (): Promise<void> => {
    await serve(coyote, "calm.example");
    await coyote.decided("calm.example", { stage: "Live" });
  };
  await Promise.all([flap(), calm()]);
  await acme.decided("flapping.example", { stage: "Live" });

  // Whoever is asked for one certificate may meet the next, and is asked once more.
  const before = relay.connections();
  await flap();
  await acme.decided("flapping.example", { stage: "Live" });
  expect(relay.connections() - before).toBeLessThan(3 * changes);
});

test("T11: requests over HTTP are redirected from when the gateway has shown the certificate; challenges never are", async () => {
  relay.hang();
  const host = "secure.example";
  const annotations = { "konghq.com/protocols": "https", "konghq.com/https-redirect-status-code": "308" };
  const tls = [{ secretName: host }];
  const challenge = "/.well-known/acme-challenge/token";
  await applyTlsSecret(acme, host, await authority.issue({ commonName: host, hosts: [host], use: "server" }));
  await acme.apply(
    primary(host),
    ingress("secure", [host], { annotations, tls }),
    ingress("cm-acme-http-solver", [host], { paths: [{ path: challenge, type: "Exact" }] }),
  );
  const answers = (path: string): Promise<readonly unknown[]> =>
    story.request({ host, path }).then(({ status, headers }) => [status, headers.location]);
  await eventually(async () => expect(await answers(challenge)).toEqual([200, undefined]));
  await eventually(async () => expect(await answers("/x?y=1")).toEqual([426, undefined]));
  expect(await answers(challenge)).toEqual([200, undefined]);
  relay.goOn();
  await acme.decided(host, { stage: "Live" });
  await eventually(async () => expect(await answers("/x?y=1")).toEqual([308, `https://${host}/x?y=1`]));
  expect(await answers(challenge)).toEqual([200, undefined]);
  await eventually(async () => expect((await story.request({ host, tls: true })).status).toBe(200));
});

test("kubectl domain claim --wait=https shows the stages and ends when the host has HTTPS", async () => {
  const host = "waited.example";
  await applyTlsSecret(acme, host, await authority.issue({ commonName: host, hosts: [host], use: "server" }));
  await acme.apply(ingress(host, [host], { tls: [{ secretName: host }] }));
  const { code, stderr, stdout } = await acme.domain("claim", host, "--wait=https");
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("the gateway shows its certificate in TLS handshakes");
  expect((await acme.domain("explain", host)).stdout).toMatch(
    /CertificateReady +True +OwnSecret +Kong has the certificate/,
  );
});
