import { afterAll, beforeAll, expect, test } from "vitest";
import { certificateAuthority } from "../support/pki.ts";
import type { CertificateAuthority } from "../support/pki.ts";
import { needsGateway } from "./support/faults.ts";
import { alone } from "./support/lone-controller.ts";
import { claimName, domain, ingress, primary, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { applyTlsSecret } from "./support/tls-secret.ts";
import { visitors } from "./support/visitors.ts";
import type { Visitors } from "./support/visitors.ts";

// Two nodes with three workers each, which take over routes and functions by timers of their own, as late as a Kong does by its own settings.
const timing = ["--worker-state-update-frequency", "5", "--db-update-frequency", "5"];
const gatewayArgs = ["--nodes", "2", "--workers", "3", "--seed", "7", ...timing];

let story: Story;
let acme: Team;
let coyote: Team;
let authority: CertificateAuthority;

beforeAll(async () => {
  [story, authority] = await Promise.all([startStory({ controller: 0, gatewayArgs }), certificateAuthority("standby")]);
  await story.startController(1, [...alone, "--proxy-url", story.nodeUrls.join(",")]);
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), acme.site("next"), coyote.site()]);
});

afterAll(() => story.stop());

/** Gives the team a certificate for the host; returns an Ingress that serves it over HTTP and HTTPS. */
async function secured(team: Team, name: string, host: string, service = "web"): Promise<Manifest> {
  await applyTlsSecret(team, name, await authority.issue({ commonName: name, hosts: [host], use: "server" }));
  return ingress(name, [host], { paths: [{ service }], tls: [{ secretName: name, hosts: [host] }] });
}

const visit = (host: string): Visitors => visitors(story, host, ["/"], authority.certificate);

/** Waits until every node answers so, over HTTP and HTTPS. */
async function sees(visits: Visitors, expected: string): Promise<void> {
  await visits.see(({ answer }) => answer === expected);
}

/** Those who ask for the host fifty times a second over HTTP, and as often over HTTPS, and have seen that it is answered so everywhere. */
async function visited(host: string, answer: string): Promise<Visitors> {
  const first = visit(host);
  await sees(first, answer);
  await first.leave();
  return visit(host);
}

/** Each answer that was seen, once. */
async function answers(visits: Visitors): Promise<readonly string[]> {
  return [...new Set((await visits.leave()).map(({ answer }) => answer))].sort();
}

test("N4: a wildcard goes to another team, and no request for a name below it is lost over HTTP or HTTPS", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const [host, any] = ["wild.example", "*.wild.example"];
  await coyote.apply(await secured(coyote, "wild", any));
  await acme.apply(primary(host), shared(any), await secured(acme, "wild", any));
  const visitor = await visited("shop.wild.example", "acme-org/web");
  for (const name of [host, any]) {
    const offer = await acme.domain("transfer", name, "--to", "coyote-org");
    expect(offer, offer.stderr).toMatchObject({ code: 0 });
    const accepted = await coyote.domain("accept", name, "--name", claimName(name));
    expect(accepted, accepted.stderr).toMatchObject({ code: 0 });
  }
  await sees(visitor, "coyote-org/web");
  expect(await answers(visitor)).toEqual(["acme-org/web", "coyote-org/web"]);
  await coyote.decided(any, { phase: "OK", stage: "Live" });
});

test("N4: a host whose receiver redirects it is answered by the giver's site or the redirect, without a lost request over HTTP or HTTPS", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const host = "leaves.example";
  await acme.apply(primary(host), await secured(acme, "leaves", host));
  const visitor = await visited(host, "acme-org/web");
  const offer = await acme.domain("transfer", host, "--to", "coyote-org");
  expect(offer, offer.stderr).toMatchObject({ code: 0 });
  const redirect = { host: "elsewhere.example" };
  await coyote.apply(
    domain(host, { primary: host, acceptFrom: "acme-org", redirect }),
    await secured(coyote, "leaves", host),
  );
  await sees(visitor, "308 http://elsewhere.example/");
  expect(await answers(visitor)).toEqual(["308 http://elsewhere.example/", "acme-org/web"]);
  await coyote.decided(host, { phase: "OK", stage: "Redirecting" });
});

test("X6: a wildcard whose Ingress changes its Service is answered by the one or the other, without a lost request over HTTP or HTTPS", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const [host, any] = ["moves.example", "*.moves.example"];
  await acme.apply(primary(host), shared(any), await secured(acme, "moves", any));
  const visitor = await visited("shop.moves.example", "acme-org/web");
  await acme.apply(await secured(acme, "moves", any, "next"));
  await sees(visitor, "acme-org/next");
  expect(await answers(visitor)).toEqual(["acme-org/next", "acme-org/web"]);
});
