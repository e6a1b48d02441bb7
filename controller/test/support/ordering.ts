import { expect } from "vitest";
import { letsEncryptLimits } from "../../src/decide/certificates/limits.ts";
import { noOrder } from "../../src/translate/order.ts";
import type { DomainCertificate, OrderedCertificate } from "../../src/world/domain-certificate.ts";
import { acmeServes } from "./acme.ts";
import { run } from "./controller.ts";
import type { Running } from "./controller.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { pairFor } from "./pki.ts";

/** As Let's Encrypt has it, but that a name which is wanted no longer leaves after ten minutes. */
export const orders = {
  issuer: { kind: "ClusterIssuer", name: "letsencrypt" },
  approveRequests: false,
  limits: { ...letsEncryptLimits, forgetMs: 60_000, graceMs: 600_000 },
} as const;

/** What is issued for acme.org, whatever is ordered. */
export const pair = await pairFor(["acme.org", "www.acme.org"]);

/** A controller that orders certificates, over a cluster in which acme-org serves these hosts. */
export async function serving(...hosts: readonly string[]): Promise<Running> {
  const cluster = new FakeCluster();
  acmeServes(cluster, ...hosts);
  const running = run({ cluster, orders });
  await running.settled();
  return running;
}

/** What is remembered of acme-org's orders. */
export function remembered({ cluster }: Running): DomainCertificate | undefined {
  return cluster.get("DomainCertificate", "acme-org/acme.org");
}

/** What was written for the sake of certificates since the last call. */
export function written(running: Running): readonly string[] {
  return running.writes().filter((write) => /group|order|certificate|secret/.test(write));
}

/** Has acme-org serve acme.org with a certificate that was ordered and issued. */
export async function served(): Promise<Running> {
  const running = await serving("acme.org");
  await running.clock.pass(2_000);
  running.cluster.putSecret("acme-org/acme.org-1", pair);
  ends(running, "acme.org-1");
  await running.clock.pass(1_000);
  expect(running.kong.snis()).toEqual(["acme.org -> acme-org/acme.org-1"]);
  return running;
}

/** What cert-manager makes of an order: it is issued for 90 days, or fails for these names. */
export function ends(running: Running, name: string, failed: Readonly<Record<string, string>> = {}): void {
  const key = `acme-org/${name}`;
  const found = running.cluster.get("Certificate", key) as OrderedCertificate;
  const now = running.clock.now();
  if (Object.keys(failed).length > 0) {
    running.cluster.orderStates.set(key, { ...noOrder, failed });
    running.cluster.put("Certificate", { ...found, failure: { at: now, message: "the order is invalid" } });
    return;
  }
  const shown = { ...found.shown, ready: true, notBefore: now, notAfter: now + 90 * 86_400_000 };
  running.cluster.put("Certificate", { ...found, shown, failure: undefined });
}

/** Has acme-org give up acme.org, so that after a while its certificate is not needed any more. */
export async function givesUp({ clock, cluster }: Running): Promise<void> {
  cluster.remove("Domain", "acme-org", "acme");
  await clock.pass(1_000);
}
