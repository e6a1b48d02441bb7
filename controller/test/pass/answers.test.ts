import { expect, test } from "vitest";
import type { ClaimStatus } from "../../src/world/claim-status.ts";
import { acmeServes } from "../support/acme.ts";
import { backend, ingress, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";

const two = [path("/"), path("/shop", { backend: backend("shop", 80) })];

function statusOf({ cluster }: Running): ClaimStatus | undefined {
  return cluster.get("Domain", "acme-org/acme")?.status;
}

function readyOf(running: Running): string | undefined {
  const ready = statusOf(running)?.conditions.find(({ type }) => type === "Ready");
  return ready === undefined ? undefined : `${ready.status} ${ready.reason} ${String(ready.observedGeneration)}`;
}

const said = ({ events }: Running, kind: string, from = 0): readonly string[] =>
  events
    .slice(from)
    .filter(({ regarding }) => regarding.kind === kind)
    .map(({ type, reason, note }) => `${type} ${reason}: ${note}`);

test("X8: what is refused stands in the claim's status, with one write; that it is solved is told once", async () => {
  const running = run();
  const { cluster, events, settled, writes, stop } = running;
  acmeServes(cluster, "acme.org");
  cluster.put("Ingress", ingress("acme-org/web", [], { rules: [{ host: "acme.org", paths: two }] }));
  await settled();
  expect(statusOf(running)).toMatchObject({
    stage: "Routing",
    sources: [
      {
        ...{ kind: "Ingress", name: "web", live: 1, refused: 1 },
        refusals: [{ path: "/shop", reason: "ServiceNotFound" }],
      },
    ],
  });
  expect(readyOf(running)).toBe("False ServiceNotFound 1");
  expect(writes().filter((write) => write.startsWith("status"))).toEqual(["status acme-org/acme OK Held"]);

  const before = events.length;
  cluster.put("Service", service("acme-org/shop"));
  await settled();
  expect(statusOf(running)).toMatchObject({ stage: "Live", sources: [{ live: 2, refused: 0, refusals: [] }] });
  expect(readyOf(running)).toBe("True Live 1");
  expect(writes().filter((write) => write.startsWith("status"))).toEqual(["status acme-org/acme OK Held"]);
  expect(said(running, "Ingress", before)).toEqual(["Normal Resolved: no longer a problem: acme.org/shop"]);
  await stop();
});

test("a claim that nothing asks for is ready; an Ingress takes its routes back to Held", async () => {
  const running = run();
  const { cluster, settled, stop } = running;
  acmeServes(cluster, "acme.org");
  await settled();
  expect(statusOf(running)).toMatchObject({ stage: "Live", sources: [{ name: "web", live: 1 }] });
  cluster.remove("Ingress", "acme-org", "web");
  await settled();
  expect(statusOf(running)?.stage).toBe("Held");
  expect(statusOf(running)?.sources).toBeUndefined();
  expect(readyOf(running)).toBe("True Unasked 1");
  await stop();
});

test("with Kong away the claim says so; that it is back is an event, and all is as it was", async () => {
  const running = run();
  const { cluster, clock, events, kong, settled, stop } = running;
  acmeServes(cluster, "acme.org");
  await settled();
  const live = statusOf(running)?.sources;
  kong.away = true;
  cluster.put("Ingress", ingress("acme-org/web", [], { rules: [{ host: "acme.org", paths: two.slice(0, 1) }, { host: "acme.org", paths: [path("/more")] }] })); // prettier-ignore
  await settled();
  expect(readyOf(running)).toBe("False KongUnreachable 1");
  expect(statusOf(running)).toMatchObject({ stage: "Routing", sources: [{ name: "web", refused: 0 }] });
  expect(statusOf(running)?.sources?.[0]).not.toHaveProperty("live");
  const before = events.length;
  kong.away = false;
  await clock.pass(2_000);
  expect(readyOf(running)).toBe("True Live 1");
  expect(statusOf(running)?.sources).toEqual([{ ...live?.[0], live: 2 }]);
  expect(said(running, "Domain", before)).toEqual(["Normal Programmed: 2 routes are live in Kong"]);
  expect(said(running, "Ingress", before)).toEqual(["Normal Programmed: acme.org is live in Kong"]);
  await stop();
});

test("L6: a restart says nothing anew, not even while it is not known what Kong has", async () => {
  const first = run();
  acmeServes(first.cluster, "acme.org");
  await first.settled();
  const before = statusOf(first);
  await first.stop();
  const { cluster, kong } = first;
  const second = run({ cluster, kong });
  await second.settled();
  await second.clock.pass(120_000);
  expect(second.writes()).toEqual([]);
  expect(statusOf(second)).toEqual(before);
  await second.stop();
});

test("O8: what somebody else wrote of sources and stage into a status is set right", async () => {
  const running = run();
  const { cluster, settled, stop } = running;
  acmeServes(cluster, "acme.org");
  await settled();
  const right = cluster.get("Domain", "acme-org/acme");
  if (right?.status === undefined) throw new Error("the claim has no status");
  cluster.put("Domain", { ...right, status: { ...right.status, stage: "Held", sources: [], moreSources: 9 } });
  await settled();
  expect(statusOf(running)).toEqual(right.status);
  await stop();
});
