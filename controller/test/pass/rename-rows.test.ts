import fc from "fast-check";
import { expect, test } from "vitest";
import { claim, fresh, ingress, namespace } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { triesAll } from "../support/how-much.ts";
import { backends, rename, renamed, sentTo, serves } from "../support/renames.ts";

test(
  "X1: renames in a row are done one by one, no path is ever served under more than two names, and what a name would lose holds it up",
  { tags: "long" },
  async () => {
    const running = run();
    const { cluster, kong, clock, settled, stop } = running;
    serves(running, "n0.org");
    cluster.put("Domain", claim("acme-org/n0", "n0.org", fresh));
    cluster.remove("Domain", "acme-org", "old");
    await settled();
    let most = 0;
    kong.onWrite = () => void (most = Math.max(most, backends(running).length));
    for (let i = 56; i > 0; i--)
      cluster.put("Domain", rename(`n${String(i)}`, `n${String(i)}.org`, `n${String(i - 1)}`));
    for (let i = 0; i < 200 && renamed(running, "n50") !== "True Renamed"; i++) await settled();
    await clock.pass(1_000);
    expect(renamed(running, "n50")).toBe("True Renamed");
    expect(most).toBe(2);
    // A record keeps fifty names: the next one would not serve what only the very first is named for.
    expect(renamed(running, "n51")).toBe("False RenameRouting");
    expect(renamed(running, "n52")).toBe("False OldNameInRename");
    expect(backends(running)).toEqual(["n50.org / -> acme-org.web.80"]);
    expect(sentTo(running, "n49.org")).toBe("http://n50.org");
    expect(sentTo(running, "n20.org")).toBe("http://n40.org");
    cluster.put("Ingress", ingress("acme-org/web", ["n0.org", "n30.org"]));
    for (let i = 0; i < 100 && renamed(running, "n56") !== "True Renamed"; i++) await settled();
    await clock.pass(1_000);
    expect(renamed(running, "n56")).toBe("True Renamed");
    expect(backends(running)).toEqual(["n56.org / -> acme-org.web.80"]);
    expect(cluster.get("HostRecord", "n56.org")?.holder?.renamedFrom).toHaveLength(50);
    await stop();
  },
);

test("X1: many claims that rename each other in a row hold nobody up", { tags: "long" }, async () => {
  const running = run();
  const { cluster, settled, stop } = running;
  cluster.put("Namespace", namespace("mallory"));
  const count = 60;
  for (let i = count; i > 0; i--) {
    const more = { ...fresh, renames: `n${String(i - 1)}` };
    cluster.put("Domain", claim(`mallory/n${String(i)}`, `n${String(i)}.test`, more));
  }
  serves(running, "old.org");
  await settled();
  expect(backends(running)).toEqual(["old.org / -> acme-org.web.80"]);
  expect(cluster.get("Domain", `mallory/n${String(count)}`)?.status?.stage).not.toBe("Live");
  await stop();
});

test("N2: in whichever order the claims of a row of renames come together, no name is passed by", async () => {
  const orders = fc.sample(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), {
    seed: 3,
    numRuns: triesAll ? 20 : 4,
  });
  for (const order of orders) {
    const running = run();
    const { cluster, settled, stop } = running;
    serves(running, "n0.org");
    cluster.remove("Domain", "acme-org", "old");
    for (const i of order) {
      const more = { uid: `uid-${String(i)}`, ...(i === 0 ? { renames: undefined } : {}) };
      cluster.put("Domain", rename(`n${String(i)}`, `n${String(i)}.org`, `n${String(i - 1)}`, more));
    }
    for (let i = 0; i < 10; i++) await settled();
    expect(backends(running), order.join()).toEqual(["n4.org / -> acme-org.web.80"]);
    for (let i = 0; i < 4; i++) expect(sentTo(running, `n${String(i)}.org`), order.join()).toBe("http://n4.org");
    await stop();
  }
});
