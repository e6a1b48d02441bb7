import { describe, expect, test } from "vitest";
import { settleTime } from "../../src/apply/kong/settle-time.ts";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";
import { accept, acmeAndCoyote, handOver, recordOfAcme } from "../support/handing-over.ts";
import { LateWorkers } from "../support/late-workers.ts";
import { pairFor } from "../support/pki.ts";
import { rename, serves } from "../support/renames.ts";

/** How long after the rename began a name is handed over: in each of its steps, and when all is done. */
const steps = [500, 9_000, 12_000, 40_000];
const acmes = "acme-org.web.80";
const coyotes = "coyote-org.web.80";

const statusOf = ({ cluster }: Running, at: string) => cluster.get("Domain", at)?.status;
const holderOf = ({ cluster }: Running, host: string) => cluster.get("HostRecord", host)?.holder;

function told(running: Running, at: string, type: string): string | undefined {
  const found = statusOf(running, at)?.conditions.find((condition) => condition.type === type);
  return found === undefined ? undefined : `${found.status} ${found.reason}`;
}

describe("N2 and N4: a name that is handed over while its site gets another", () => {
  interface Stage extends Running {
    readonly workers: LateWorkers;
  }

  /** acme-org renames old.org, which it serves, to new.org; coyote-org would serve either. */
  async function renaming(): Promise<Stage> {
    const [clock, kong] = [new FakeClock(), new FakeKong()];
    const running = run({ clock, kong, proverFor: () => settleTime(clock, 10_000) });
    const { cluster } = running;
    serves(running, "old.org");
    cluster.put("Namespace", namespace("coyote-org"));
    cluster.put("Service", service("coyote-org/web"));
    cluster.put("Ingress", ingress("coyote-org/web", ["old.org", "new.org"]));
    await clock.pass(20_000);
    cluster.put("Domain", rename("new", "new.org", "old"));
    return { ...running, workers: new LateWorkers(kong, clock, 5_000) };
  }

  function acceptedBy(cluster: FakeCluster, host: string): void {
    const at = `coyote-org/${host.split(".")[0] ?? ""}`;
    cluster.put("Domain", claim(at, host, { ...fresh, acceptFrom: "acme-org" }));
  }

  /** What workers answer for a host, from one look to the next for a minute. */
  async function answersFor({ clock, workers }: Stage, hosts: readonly string[]): Promise<readonly Set<string>[]> {
    const seen = hosts.map(() => new Set<string>());
    for (let passed = 0; passed < 60_000; passed += 250) {
      for (const [i, host] of hosts.entries()) for (const answer of workers.answers(host)) seen[i]?.add(answer);
      await clock.pass(250);
    }
    return seen;
  }

  test.each(steps)("the old one, %d ms after it began, is the receiver's, and the new one serves on", async (at) => {
    for (const offeredBefore of [true, false]) {
      const stage = await renaming();
      const { cluster, clock, kong } = stage;
      if (offeredBefore) handOver(cluster, "coyote-org", "acme-org/old");
      await clock.pass(at);
      if (!offeredBefore) handOver(cluster, "coyote-org", "acme-org/old");
      acceptedBy(cluster, "old.org");
      const [old = new Set(), now = new Set()] = await answersFor(stage, ["old.org", "new.org"]);
      expect([...old].filter((answer) => ![acmes, coyotes, "http://new.org"].includes(answer))).toEqual([]);
      if (at > 500) expect([...now]).toEqual([acmes]);
      expect(kong.routes()).toEqual([`new.org / -> ${acmes}`, `old.org / -> ${coyotes}`]);
      expect(kong.stored.plugins.size).toBe(0);
      expect(told(stage, "acme-org/new", "Ready")).toBe("True Live");
      const renamed = statusOf(stage, "acme-org/new")?.conditions.find(({ type }) => type === "Renamed");
      expect(renamed).toMatchObject({ status: "True", message: expect.stringMatching(/the claim old does not hold it any more/) }); // prettier-ignore
      expect(statusOf(stage, "acme-org/old")).toMatchObject({ reason: "Transferred" });
      expect(holderOf(stage, "old.org")?.renamedTo).toBeUndefined();
      expect(holderOf(stage, "new.org")).toMatchObject({ renamedFrom: [{ host: "old.org" }] });
      // L9: the Ingress that names the old host is served for the new one.
      expect(cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([{ ip: "192.0.2.1" }]);
      stage.writes();
      await clock.pass(120_000);
      expect(stage.writes()).toEqual([]);
      await stage.stop();
    }
  });

  test.each(steps)("the new one, %d ms after it began, is the receiver's, and the old one serves again", async (at) => {
    const stage = await renaming();
    const { cluster, clock, kong } = stage;
    await clock.pass(at);
    handOver(cluster, "coyote-org", "acme-org/new");
    acceptedBy(cluster, "new.org");
    const [old = new Set()] = await answersFor(stage, ["old.org"]);
    expect([...old].filter((answer) => ![acmes, "http://new.org"].includes(answer))).toEqual([]);
    expect(kong.routes()).toEqual([`new.org / -> ${coyotes}`, `old.org / -> ${acmes}`]);
    expect(kong.stored.plugins.size).toBe(0);
    expect(told(stage, "acme-org/old", "Ready")).toBe("True Live");
    expect(told(stage, "acme-org/old", "TransferPending")).toBeUndefined();
    expect(holderOf(stage, "old.org")?.renamedTo).toBeUndefined();
    expect(holderOf(stage, "new.org")).toMatchObject({ namespace: "coyote-org", givers: [{ namespace: "acme-org" }] });
    expect(holderOf(stage, "new.org")?.renamedFrom).toBeUndefined();
    stage.writes();
    await clock.pass(120_000);
    expect(stage.writes()).toEqual([]);
    await stage.stop();
  });
});

describe("N4 and N5: a host that is handed over, and whose claim is deleted by accident", () => {
  const until = { settings: { redemptionMs: 600_000 } };

  async function offered(): Promise<Running> {
    const cluster = new FakeCluster();
    acmeAndCoyote(cluster);
    const running = run({ cluster, ...until });
    await running.settled();
    handOver(cluster, "coyote-org");
    await running.settled();
    cluster.remove("Domain", "acme-org", "acme");
    await running.settled();
    return running;
  }

  const again = claim("acme-org/acme", "acme.org", { ...fresh, uid: "uid-again", transferTo: "coyote-org" });

  test("goes to nobody meanwhile, and to the namespace that was meant once it is back", async () => {
    const { cluster, settled, stop } = await offered();
    accept(cluster);
    await settled();
    expect(recordOfAcme(cluster)).toMatchObject({ holder: undefined, redemption: { namespace: "acme-org" } });
    cluster.put("Domain", again);
    await settled();
    expect(recordOfAcme(cluster)?.holder?.namespace).toBe("coyote-org");
    await stop();
  });

  test("goes to none that was made anew meanwhile under the name of the one that was meant", async () => {
    const running = await offered();
    const { cluster, settled, stop } = running;
    cluster.put("Namespace", namespace("coyote-org", "uid-somebody-else"));
    accept(cluster);
    cluster.put("Domain", again);
    await settled();
    expect(recordOfAcme(cluster)?.holder?.namespace).toBe("acme-org");
    expect(told(running, "acme-org/acme", "TransferPending")).toBe("False StaleTransfer");
    handOver(cluster, undefined);
    await settled();
    handOver(cluster, "coyote-org");
    await settled();
    expect(recordOfAcme(cluster)?.holder?.namespace).toBe("coyote-org");
    await stop();
  });

  test("is handed over no more once it is free", async () => {
    const { clock, cluster, settled, stop } = await offered();
    await clock.pass(600_000);
    await settled();
    expect(recordOfAcme(cluster)).toMatchObject({ holder: undefined, redemption: undefined, transfer: undefined });
    await stop();
  });
});

test("N4 and T6: the giver's certificate stays while the receiver's is not there, unless the giver uses it for other hosts alone by then", async () => {
  const cluster = new FakeCluster();
  acmeAndCoyote(cluster);
  const tls = [{ secretName: "web-tls", hosts: ["acme.org", "other.org"] }];
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org", "other.org"], { tls }));
  cluster.put("Domain", claim("acme-org/other", "other.org", fresh));
  cluster.putSecret("acme-org/web-tls", await pairFor(["acme.org", "other.org"]));
  const { kong, settled, stop } = run({ cluster });
  await settled();
  cluster.put(
    "Ingress",
    ingress("coyote-org/web", ["acme.org"], { tls: [{ secretName: "own", hosts: ["acme.org"] }] }),
  );
  handOver(cluster, "coyote-org");
  accept(cluster);
  await settled();
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls", "other.org -> acme-org/web-tls"]);
  cluster.putSecret("acme-org/web-tls", await pairFor(["other.org"]));
  await settled();
  expect(kong.snis()).toEqual(["other.org -> acme-org/web-tls"]);
  await stop();
});
