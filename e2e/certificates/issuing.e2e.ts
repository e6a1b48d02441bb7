import { afterAll, beforeAll, expect, test } from "vitest";
import { leadsTo } from "../support/cert-manager/tls-secret.ts";
import { waitFor } from "../support/wait.ts";
import { startIssuing } from "./support/issuing.ts";
import type { Issuing } from "./support/issuing.ts";

let issuing: Issuing;

beforeAll(async () => {
  issuing = await startIssuing(["acme.example", "coyote.example"]);
});

afterAll(() => issuing.stop());

test("the CA issues for any name, and what it issues leads to its root", async () => {
  await issuing.order("by-ca", ["acme.example", "*.nowhere.invalid"], "ca");
  const { chain, names, keyFits } = await issuing.issued("by-ca");
  expect(names).toEqual(["*.nowhere.invalid", "acme.example"]);
  expect(keyFits).toBe(true);
  expect(leadsTo(chain, issuing.certManager.roots.ca)).toBe(true);
  expect(leadsTo(chain, issuing.certManager.roots.acme)).toBe(false);
});

test.each([
  ["one", ["www.acme.example"]],
  ["three", ["*.acme.example", "acme.example", "deep.below.coyote.example"]],
])("the ACME server issues for what is proved by DNS: %s", async (name, wanted) => {
  await issuing.order(name, wanted, "acme");
  const { chain, names, keyFits } = await issuing.issued(name);
  expect(names).toEqual(wanted);
  expect(keyFits).toBe(true);
  expect(chain).toHaveLength(2);
  expect(leadsTo(chain, issuing.certManager.roots.acme)).toBe(true);
});

test("the proofs are taken out of the DNS again", async () => {
  const { resolver } = issuing.certManager.dns;
  await issuing.order("proved", ["proved.acme.example"], "acme");
  await issuing.issued("proved");
  await expect.poll(() => resolver.resolveTxt("_acme-challenge.proved.acme.example").catch(codeOf)).toBe("ENOTFOUND");
});

test("a name is added: the old Secret stays as it is until the new certificate is there, with a new key", async () => {
  await issuing.order("grows", ["first.acme.example"], "acme");
  const before = await issuing.issued("grows");
  await issuing.rename("grows", ["first.acme.example", "second.acme.example"]);
  const seen = new Set<string>();
  const after = await waitFor({ what: "the second name", interval: 10 }, async () => {
    const now = await issuing.secret("grows");
    seen.add(String(now?.names ?? "no Secret"));
    return now?.names.length === 2 && now;
  });
  expect([...seen]).toEqual(["first.acme.example", "first.acme.example,second.acme.example"]);
  expect(after.uid).toBe(before.uid);
  expect(after.keyFits).toBe(true);
  expect(after.chain[0].publicKey.equals(before.chain[0].publicKey)).toBe(false);
});

test("a Secret that is deleted is made anew", async () => {
  await issuing.order("rebuilt", ["rebuilt.acme.example"], "acme");
  const before = await issuing.issued("rebuilt");
  await issuing.api.must("DELETE", "/api/v1/namespaces/rebuilt/secrets/rebuilt");
  const after = await waitFor({ what: "the Secret to be back" }, () => issuing.secret("rebuilt"));
  expect(after.uid).not.toBe(before.uid);
  expect(after.names).toEqual(["rebuilt.acme.example"]);
  expect(leadsTo(after.chain, issuing.certManager.roots.acme)).toBe(true);
});

test("cert-manager is killed in the middle of an order: the next one ends it", async () => {
  await issuing.order("survives", ["a.coyote.example", "b.coyote.example"], "acme");
  await issuing.until("survives", "the order", ({ orders }) => orders.length > 0);
  await issuing.certManager.restart();
  expect((await issuing.issued("survives")).names).toEqual(["a.coyote.example", "b.coyote.example"]);
});

test("what a Certificate owns goes with it, and its Secret stays", async () => {
  await issuing.order("leaves", ["leaves.acme.example"], "ca");
  await issuing.issued("leaves");
  await issuing.api.must("DELETE", "/apis/cert-manager.io/v1/namespaces/leaves/certificates/leaves");
  await issuing.until("leaves", "nothing", ({ certificates, requests }) => certificates.length + requests.length === 0);
  expect((await issuing.secret("leaves"))?.names).toEqual(["leaves.acme.example"]);
});

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code;
}
