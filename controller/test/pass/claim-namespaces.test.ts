import { expect, test } from "vitest";
import { KubeError } from "../../src/kube/errors.ts";
import { claim, fresh, namespace } from "../support/builders.ts";
import { run } from "../support/controller.ts";

const unavailable = new KubeError("induced: no answer", { status: 0, reason: "", kind: "unavailable" });

/** A controller that can't write into claims before it is let, and the calls that it makes. */
function withoutFinalizers() {
  const running = run();
  const { cluster } = running;
  const calls: string[] = [];
  let may = false;
  cluster.fault = (call) => {
    calls.push(call);
    if (call.startsWith("finalizers") && !may) throw unavailable;
  };
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  return { ...running, calls, allow: () => (may = true) };
}

const reads = (calls: readonly string[]): number => calls.filter((call) => call === "namespace acme-org").length;

test("a claim's namespace is read while our finalizer is being written, and not once more for the record", async () => {
  const { allow, calls, clock, cluster, settled, stop } = withoutFinalizers();
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  expect(reads(calls)).toBe(1);
  expect(cluster.get("HostRecord", "acme.org")).toBeUndefined();

  allow();
  await clock.pass(1_000);
  expect(cluster.get("HostRecord", "acme.org")?.holder).toMatchObject({ namespace: "acme-org" });
  expect(reads(calls)).toBe(1);
  await stop();
});

test("O7: what was read ahead is asked for again when the finalizer came late", async () => {
  const { allow, calls, clock, cluster, settled, stop } = withoutFinalizers();
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  await clock.pass(11_000);
  const before = reads(calls);
  allow();
  await clock.pass(60_000);
  expect(cluster.get("HostRecord", "acme.org")?.holder).toMatchObject({ namespace: "acme-org" });
  expect(reads(calls)).toBe(before + 1);
  await stop();
});

test("attack, O7: a host is not given in a namespace that was made anew, which was read ahead and the watch has not shown", async () => {
  const { allow, clock, cluster, settled, stop } = withoutFinalizers();
  await settled();
  cluster.hold("Namespace");
  cluster.put("Namespace", { ...namespace("acme-org"), uid: "uid-made-anew" });
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  allow();
  await clock.pass(5_000);
  expect(cluster.get("HostRecord", "acme.org")).toBeUndefined();

  cluster.release();
  await clock.pass(60_000);
  expect(cluster.get("HostRecord", "acme.org")?.holder).toMatchObject({ namespaceUid: "uid-made-anew" });
  await stop();
});
