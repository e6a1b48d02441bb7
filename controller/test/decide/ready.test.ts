import { describe, expect, test } from "vitest";
import type { Settings } from "../../src/decide/settings.ts";
import { decideClaim } from "../../src/decide/claim.ts";
import { readiness } from "../../src/decide/ready.ts";
import type { Readiness } from "../../src/decide/ready.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Live, LiveTls, Programmed, SourcesSummary } from "../../src/world/kong-state.ts";
import type { Claim } from "../../src/world/claim.ts";
import { claim, heldBy, settings, world } from "../support/builders.ts";

const acme = claim("acme-org/acme", "acme.org");
const refused: SourcesSummary = {
  ...{ shown: [], more: 0, refused: 3 },
  first: { path: "/shop", reason: "ServiceNotFound", message: "acme.org/shop is not served: there is no Service shop" },
};

function ready(
  programmed?: Programmed,
  about: Claim = acme,
  held = true,
  live: Partial<Live> = {},
  by: Settings = settings,
): Readiness {
  const scene = world({ claims: [acme, about], records: held ? [heldBy(acme)] : [] });
  scene.setLive("acme.org" as never, { namespaces: [], guard: false, ...live });
  if (programmed !== undefined) scene.setProgrammed("acme.org" as never, programmed);
  const facts = new Facts(scene);
  return readiness(facts, about, decideClaim(facts, by, about));
}

describe("a claim that holds its host is", () => {
  test.each<[string, Programmed, string | undefined, string, string, RegExp]>([
    [
      "Live, when all is in Kong",
      { reason: "Programmed", message: "" },
      "Live",
      "True",
      "Live",
      /as its Admin API says/,
    ],
    [
      "Held and ready, when nothing asks for it",
      { reason: "NoRoutes", message: "" },
      "Held",
      "True",
      "Unasked",
      /nothing in acme-org/,
    ],
    [
      "Held and not ready, when all is refused",
      { reason: "NoRoutes", message: "", sources: refused },
      "Held",
      "False",
      "ServiceNotFound",
      /no Service shop \(2 more paths are not served: status\.sources\)$/,
    ],
    [
      "Routing, when a part is refused",
      { reason: "Programmed", message: "", sources: refused },
      "Routing",
      "False",
      "ServiceNotFound",
      /no Service shop/,
    ],
    [
      "Routing, while routes are on their way",
      { reason: "Programming", message: "on their way" },
      "Routing",
      "Unknown",
      "Programming",
      /on their way/,
    ],
    [
      "Routing, when Kong is away, which its administrator can change",
      { reason: "KongUnreachable", message: "away" },
      "Routing",
      "False",
      "KongUnreachable",
      /^away; whoever administers Kong/,
    ],
    [
      "Routing, when something else is in the way",
      { reason: "ForeignEntity", message: "remove it there" },
      "Routing",
      "False",
      "ForeignEntity",
      /^remove it there$/,
    ],
  ])("%s", (_, programmed, stage, status, reason, message) => {
    expect(ready(programmed)).toMatchObject({
      known: true,
      stage,
      ready: { type: "Ready", status, reason, message: expect.stringMatching(message) },
    });
  });
});

describe("a claim whose routes are in Kong is", () => {
  const inKong: Programmed = { reason: "Programmed", message: "" };
  const tls = { namespace: "acme-org", name: "acme-tls" };
  const noSecret: SourcesSummary = {
    ...{ shown: [], more: 0, refused: 0 },
    first: { reason: "CertificateNotFound", message: "there is no Secret" },
  };
  const redirect = { host: "new.org", statusCode: 308, keepPath: true } as const;
  const redirected: Programmed = { reason: "Redirecting", message: "redirect is in Kong", redirectedBy: 1 };
  const notTaken = { source: undefined, reason: "KongRefused", message: "Kong says no" } as const;

  test.each<[string, Programmed, LiveTls, Partial<Claim>, string | undefined]>([
    ["Live, without a certificate, where none is ordered", inKong, {}, {}, "Live True Live"],
    ["Live, when Kong has its certificate", inKong, { tls }, {}, "Live True Live"],
    ["Live, when the gateway has shown it", inKong, { tls, handshake: { kind: "shown" } }, {}, "Live True Live"],
    ["HTTPS, when it has not", inKong, { tls, handshake: { kind: "missing" } }, {}, "HTTPS False CertificateNotShown"],
    ["not told of, while that is not known", inKong, { tls, handshake: { kind: "awaited" } }, {}, undefined],
    [
      "HTTPS, when a certificate is refused and no path is",
      { ...inKong, sources: noSecret },
      {},
      {},
      "HTTPS False CertificateNotFound",
    ],
    [
      "Routing, when a path is, too",
      { ...inKong, sources: { ...noSecret, refused: 1 } },
      {},
      {},
      "Routing False CertificateNotFound",
    ],
    ["HTTPS, when Kong refused what was ordered", { ...inKong, tls: notTaken }, { tls }, {}, "HTTPS False KongRefused"],
    [
      "HTTPS, before it redirects",
      redirected,
      { tls, handshake: { kind: "missing" } },
      { redirect },
      "HTTPS False CertificateNotShown",
    ],
    [
      "Redirecting, with HTTPS",
      redirected,
      { tls, handshake: { kind: "shown" } },
      { redirect },
      "Redirecting True Redirecting",
    ],
  ])("%s", (_, programmed, live, more, expected) => {
    const { known, ready: told, stage } = ready(programmed, { ...acme, ...more }, true, live);
    expect(known ? `${stage ?? ""} ${told.status} ${told.reason}` : undefined).toBe(expected);
  });

  const ordering: Settings = { ...settings, issuer: { kind: "ClusterIssuer", name: "letsencrypt" } };
  test.each<[string, Claim["certificatePolicy"], Programmed, LiveTls, string]>([
    ["HTTPS, from when its routes are there", "WhenServed", inKong, {}, "HTTPS False Ordering"],
    ["Live, when it wants none", "Never", inKong, {}, "Live True Live"],
    ["Live, when its own certificate is there", "WhenServed", inKong, { tls }, "Live True Live"],
    [
      "Held and not ready, when it always wants one",
      "Always",
      { reason: "NoRoutes", message: "" },
      {},
      "Held False Ordering",
    ],
    [
      "Held and ready, when it wants one as soon as it is served",
      "WhenServed",
      { reason: "NoRoutes", message: "" },
      {},
      "Held True Unasked",
    ],
  ])("where certificates are ordered: %s", (_, certificatePolicy, programmed, live, expected) => {
    const namespaces = programmed.reason === "NoRoutes" ? [] : ["acme-org"];
    const { ready: told, stage } = ready(
      programmed,
      { ...acme, certificatePolicy },
      true,
      { ...live, namespaces },
      ordering,
    );
    expect(`${stage ?? ""} ${told.status} ${told.reason}`).toBe(expected);
  });
});

test("while nothing is known of its routes, that is said, and that it is not known", () => {
  expect(ready()).toMatchObject({ known: false, stage: "Held", ready: { status: "Unknown", reason: "Programming" } });
});

test("a claim that is refused is not ready, for its own reason", () => {
  const late = claim("coyote-org/acme", "acme.org");
  expect(ready(undefined, late)).toMatchObject({
    stage: undefined,
    sources: undefined,
    ready: { status: "False", reason: "AlreadyClaimed", message: expect.stringContaining("acme-org") },
  });
});

test("a claim that is being decided, or released, is not known to be ready", () => {
  expect(ready(undefined, acme, false).ready).toMatchObject({ status: "Unknown", reason: "Deciding" });
  const leaving = { ...acme, deleting: true };
  expect(ready(undefined, leaving).ready).toMatchObject({ status: "Unknown", reason: "Releasing" });
  expect(ready({ reason: "KongUnreachable", message: "away" }, leaving).ready).toMatchObject({
    status: "False",
    reason: "KongUnreachable",
  });
});

describe("a claim that redirects its host is", () => {
  const redirect = { host: "new.org", statusCode: 308, keepPath: true } as const;
  const old = { ...acme, generation: 7, redirect };

  test("Redirecting and ready when Kong has the redirect, whatever is refused to its Ingresses", () => {
    const inKong = { reason: "Redirecting", message: "requests are redirected", redirectedBy: 7, sources: refused } as const; // prettier-ignore
    expect(ready(inKong, old)).toMatchObject({
      ...{ known: true, stage: "Redirecting", sources: refused },
      ready: { status: "True", reason: "Redirecting" },
    });
  });

  test("not ready, when the redirect leads in a circle", () => {
    const message = "the redirect leads in a circle: acme.org -> new.org -> acme.org";
    expect(ready({ reason: "RedirectCircle", message, redirectedBy: 7 }, old)).toMatchObject({
      stage: "Routing",
      ready: { status: "False", reason: "RedirectCircle", message },
    });
  });

  test("not known to be ready, while what is known is of the time before the redirect was changed", () => {
    const before: readonly Programmed[] = [
      { reason: "Programmed", message: "" },
      { reason: "Redirecting", message: "requests are redirected", redirectedBy: 6 },
    ];
    for (const programmed of before) expect(ready(programmed, old)).toMatchObject({ known: false });
    expect(ready({ reason: "Redirecting", message: "", redirectedBy: 6 })).toMatchObject({ known: false });
  });
});
