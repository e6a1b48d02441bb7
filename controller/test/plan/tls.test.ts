import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { kongPlan } from "../../src/plan/kong/host.ts";
import type { HostRoutes } from "../../src/plan/host-routes.ts";
import { Facts } from "../../src/world/facts.ts";
import type { TlsSecret } from "../../src/world/tls.ts";
import { claim, heldBy, ingress, service, settings, world } from "../support/builders.ts";
import { plannedFor } from "../support/planned.ts";

const host = "www.acme.org" as Host;
const [acme, www] = [claim("acme-org/acme", "acme.org"), claim("acme-org/www", "acme.org", { sub: "www" })];

const sound = (...names: readonly string[]): TlsSecret => ({
  ok: true,
  pair: { certHash: `hash:cert-${names.join()}`, keyHash: "hash:key", leaf: "aa", names, notBefore: 0, notAfter: 1 },
});
const expired: TlsSecret = { ok: false, problem: { kind: "expired", detail: "has a certificate that expired" } };
const missing: TlsSecret = { ok: false, problem: { kind: "notFound", detail: "does not exist" } };
const good = sound("*.acme.org");
const wrong = sound("acme.org");

/** Secrets by name; the Ingresses name them in the order of their names, the first one is the oldest. */
interface Case {
  readonly secrets: Readonly<Record<string, TlsSecret | undefined>>;
  /** Which Secret an SNI of ours leads to. */
  readonly now?: string;
  /** Secrets that the watch does not show. */
  readonly gone?: readonly string[];
}

function planned({ secrets, now, gone = [] }: Case): HostRoutes {
  const names = Object.keys(secrets);
  const state = world({
    claims: [acme, www],
    records: [heldBy(acme), heldBy(www)],
    services: [service("acme-org/web")],
    ingresses: names.map((secretName, i) =>
      ingress(`acme-org/${secretName}`, [host], {
        ...{ created: `2026-01-01T00:00:0${String(i)}Z`, tls: [{ secretName, hosts: [host] }] },
      }),
    ),
  });
  for (const name of [...names, "old"].filter((one) => !gone.includes(one))) {
    const object = { namespace: "acme-org", name, uid: `uid-${name}`, resourceVersion: "1", ordered: false };
    state.world.apply({ type: "set", kind: "Secret", object });
  }
  for (const [name, secret] of Object.entries(secrets)) state.setTlsSecret({ namespace: "acme-org", name }, secret);
  if (now !== undefined)
    state.setLive(host, { namespaces: [], guard: false, tls: { namespace: "acme-org", name: now } });
  const facts = new Facts(state);
  return plannedFor(facts, settings, host);
}

test.each<[string, Case, string | undefined, readonly string[]]>([
  ["one that is for the host serves", { secrets: { a: good } }, "a", []],
  ["one that is for another host does not", { secrets: { a: wrong } }, undefined, ["a CertificateHostMismatch"]],
  ["the first of two serves", { secrets: { a: good, b: sound(host) } }, "a", ["b CertificateNotUsed"]],
  [
    "the first that can, serves",
    { secrets: { a: missing, b: wrong, c: good } },
    "c",
    ["a CertificateNotFound", "b CertificateHostMismatch"],
  ],
  ["an expired one stays", { secrets: { a: expired }, now: "a" }, "a as it is", ["a CertificateExpired"]],
  ["an expired one does not begin", { secrets: { a: expired } }, undefined, ["a CertificateExpired"]],
  [
    "the one before stays",
    { secrets: { a: missing }, gone: ["a"], now: "old" },
    "old as it is",
    ["a CertificateNotFound"],
  ],
  [
    "until it is gone itself",
    { secrets: { a: missing }, gone: ["a", "old"], now: "old" },
    undefined,
    ["a CertificateNotFound"],
  ],
  ["what is for other hosts now goes", { secrets: { a: wrong }, now: "a" }, undefined, ["a CertificateHostMismatch"]],
  ["the one before gives way", { secrets: { a: good }, now: "old" }, "a", []],
  ["what is not known decides nothing", { secrets: { a: undefined, b: good }, now: "old" }, "old as it is", []],
  ["and nothing is said of it", { secrets: { a: missing, b: undefined } }, undefined, []],
  [
    "what is behind the one that serves need not be known",
    { secrets: { a: good, b: undefined } },
    "a",
    ["b CertificateNotUsed"],
  ],
])("T6, T8: %s", (_what, asked, served, refused) => {
  const { tls, routes } = planned(asked);
  const { secret, pair } = tls.served ?? {};
  expect(secret && `${secret.name}${pair === undefined ? " as it is" : ""}`).toBe(served);
  expect(tls.refusals.map(({ source, reason }) => `${source.name} ${reason}`)).toEqual(refused);
  expect(routes).toHaveLength(1);
});

test("L6: Kong is to have one SNI for the host, whatever it leads to, and one certificate for the Secret, by hashes", () => {
  const tlsOf = (asked: Case) => kongPlan(settings, planned(asked), true).tls;
  const a = tlsOf({ secrets: { a: good } });
  const b = tlsOf({ secrets: { b: good } });
  expect(a?.sni).toMatchObject({ name: host, certificate: { id: a?.certificate.id } });
  expect(a?.sni.id).toBe(b?.sni.id);
  expect(a?.certificate.id).not.toBe(b?.certificate.id);
  expect(a?.certificate.known).toMatchObject({ cert: "hash:cert-*.acme.org", key: "hash:key", cert_alt: null });
  expect(tlsOf({ secrets: { a: good } })).toEqual(a);
  expect(tlsOf({ secrets: { a: expired }, now: "a" })).toMatchObject({
    sni: a?.sni,
    certificate: { known: undefined },
  });
});
