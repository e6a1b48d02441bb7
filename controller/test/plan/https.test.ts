import type { Host } from "@domain-claims/crds/hostname";
import { describe, expect, test } from "vitest";
import { Facts } from "../../src/world/facts.ts";
import type { LiveTls } from "../../src/world/kong-state.ts";
import type { Claim } from "../../src/world/claim.ts";
import { claim, heldBy, ingress, path, service, settings, world } from "../support/builders.ts";
import type { IngressLike } from "../support/builders.ts";
import { plannedFor } from "../support/planned.ts";

const acme = claim("acme-org/acme", "acme.org");
const www = claim("acme-org/www", "acme.org", { sub: "www" });
const redirecting = { "konghq.com/protocols": "https", "konghq.com/https-redirect-status-code": "308" };
const tls = { namespace: "acme-org", name: "web-tls" };
const pair = { certHash: "hash:c", keyHash: "hash:k", leaf: "aa", names: ["acme.org"], notBefore: 0, notAfter: 1 };

interface Scene {
  readonly of?: Claim;
  readonly annotations?: IngressLike["annotations"];
  readonly live?: LiveTls;
  readonly wildcard?: LiveTls;
  readonly named?: boolean;
}

/** "protocols status" of each route of the claim's host by path, and the reasons that its sources are told. */
function planned({ of = acme, annotations = redirecting, live = {}, wildcard = {}, named = false }: Scene) {
  const host = (of.sub === undefined ? "acme.org" : "www.acme.org") as Host;
  const web = ingress("acme-org/web", [host], {
    ...{ annotations, created: "2026-01-01T00:00:00Z" },
    ...(named ? { tls: [{ secretName: tls.name }] } : {}),
  });
  const solver = ingress("acme-org/cm-acme-http-solver", [], {
    rules: [{ host, paths: [path("/.well-known/acme-challenge/token", { pathType: "Exact" })] }],
  });
  const services = [service("acme-org/web")];
  const scene = world({ claims: [acme, of], records: [heldBy(acme), heldBy(of)], ingresses: [web, solver], services });
  scene.setLive(host, { namespaces: [], guard: false, ...live });
  scene.setLive("*.acme.org" as Host, { namespaces: [], guard: false, ...wildcard });
  if (named) scene.setTlsSecret(tls, { ok: true, pair });
  const facts = new Facts(scene);
  const { redirect, refusals, routes } = plannedFor(facts, settings, host);
  return {
    redirect,
    reasons: refusals.map(({ reason }) => reason),
    routes: routes.map(({ match, options }) => [
      match.path,
      `${options.protocols.join()} ${String(options.httpsRedirectStatusCode)}`,
    ]),
  };
}

const solver = ["/.well-known/acme-challenge/token", "http,https 426"];

describe("T11: routes for HTTPS alone", () => {
  test.each<[string, Scene, string, readonly string[]]>([
    ["redirect nobody before there is a certificate, and that is told", {}, "https 426", ["CertificateMissing"]],
    ["redirect nobody while one is on its way, of which nothing is told", { named: true }, "https 426", []],
    ["redirect once Kong has it", { named: true, live: { tls } }, "https 308", []],
    [
      "redirect once the gateway has shown it",
      { named: true, live: { tls, handshake: { kind: "shown" } } },
      "https 308",
      [],
    ],
    [
      "go on redirecting while it is not known whether it shows a renewal, or after a restart",
      { named: true, live: { tls, handshake: { kind: "awaited" } } },
      "https 308",
      [],
    ],
    [
      "redirect nobody while the gateway does not show it",
      { named: true, live: { tls, handshake: { kind: "missing" } } },
      "https 426",
      [],
    ],
    [
      "redirect nobody any more when the certificate is to go, before it goes",
      { live: { tls } },
      "https 426",
      ["CertificateMissing"],
    ],
    ["redirect where Kong has a certificate for the wildcard", { of: www, wildcard: { tls } }, "https 308", []],
    [
      "are not opened to HTTP, which nobody asked for",
      { annotations: { "konghq.com/protocols": "https" } },
      "https 426",
      ["CertificateMissing"],
    ],
  ])("%s", (_, scene, route, reasons) => {
    const { reasons: told, routes } = planned(scene);
    expect(routes).toEqual([["/", route], solver]);
    expect(told).toEqual(reasons);
  });

  test("are meant by Kong Ingress Controller's older annotation, too, which redirects with 302", () => {
    const older = { "ingress.kubernetes.io/force-ssl-redirect": "true" };
    const has: Scene = { named: true, live: { tls } };
    expect(planned({ ...has, annotations: older }).routes[0]).toEqual(["/", "https 302"]);
    expect(planned({ ...has, annotations: { ...older, ...redirecting } }).routes[0]).toEqual(["/", "https 308"]);
    const both = { ...older, "konghq.com/protocols": "http,https" };
    expect(planned({ ...has, annotations: both }).routes[0]).toEqual(["/", "http,https 302"]);
    const no = { "ingress.kubernetes.io/force-ssl-redirect": "false" };
    expect(planned({ ...has, annotations: no }).routes[0]).toEqual(["/", "http,https 426"]);
  });
});

test("a host that redirects still proves to a certificate authority that it is served here", () => {
  const redirect = { host: "new.org", statusCode: 308, keepPath: true } as const;
  const { reasons, redirect: leads, routes } = planned({ of: { ...acme, redirect }, annotations: {} });
  expect(leads).toMatchObject({ to: "new.org" });
  expect(routes).toEqual([solver]);
  expect(reasons).toEqual(["HostRedirected"]);
});
