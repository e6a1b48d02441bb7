import { describe, expect, test } from "vitest";
import { ingress, path, plainOptions, service } from "../support/builders.ts";
import { answersFor, renameWaits } from "../support/late-stage.ts";
import type { LateStage } from "../support/late-stage.ts";
import { renamed } from "../support/renames.ts";

const acmes = "acme-org.web.80";

/** What visitors of the old name may meet who follow its redirect, from one look to the next for a minute. */
async function followed(stage: LateStage, at: string): Promise<readonly string[]> {
  const met = new Set<string>();
  for (let passed = 0; passed < 60_000; passed += 250) {
    const first = stage.workers.answers("old.org", at);
    const then = first.includes("http://new.org") ? stage.workers.answers("new.org", at) : [];
    for (const answer of then) met.add(answer);
    await stage.clock.pass(250);
  }
  return [...met].sort();
}

const withTls = [{ secretName: "old-tls", hosts: ["old.org"] }];

/** What acme-org serves under the old name. Without TLS there nothing but what is in effect is left to wait for. */
const serving = (at: string, tls: typeof withTls | [] = []) =>
  ingress("acme-org/web", ["old.org"], { rules: [{ host: "old.org", paths: [path(at)] }], tls });

describe("X3 and N2: what the gateway has shown of a new name says nothing of what is written for it later", () => {
  test("a path that takes the place of another is shown before the old name gives way", async () => {
    const stage = await renameWaits();
    stage.cluster.put("Ingress", serving("/before", withTls));
    await stage.clock.pass(60_000);
    stage.cluster.put("Ingress", serving("/shop"));
    expect(await followed(stage, "/shop")).toEqual([acmes]);
    expect(renamed(stage, "new")).toBe("True Renamed");
    await stage.stop();
  });

  test("so is a Service's other way to be spoken to, which is written once for all hosts that lead there", async () => {
    const stage = await renameWaits();
    stage.cluster.put("Service", service("acme-org/web", { options: { ...plainOptions, readTimeout: 5_000 } }));
    const written = stage.clock.monotonic();
    await stage.clock.pass(1_000);
    stage.cluster.put("Ingress", serving("/"));
    while (renamed(stage, "new") !== "True Renamed") await stage.clock.pass(250);
    expect(stage.clock.monotonic() - written).toBeGreaterThan(9_000);
    await stage.stop();
  });

  test("and a route that somebody else removed, and that was written once more", async () => {
    const stage = await renameWaits();
    const { kong } = stage;
    const ofNew = () => [...kong.stored.routes.values()].filter(({ hosts }) => hosts?.includes("new.org"));
    for (const { id } of ofNew()) await kong.remove("routes", id, { signal: new AbortController().signal });
    for (let passed = 0; passed < 120_000 && ofNew().length === 0; passed += 250) await stage.clock.pass(250);
    stage.cluster.put("Ingress", serving("/"));
    expect(await answersFor(stage, "old.org", 250)).toEqual([acmes]);
    expect(await followed(stage, "/")).toEqual([acmes]);
    expect(renamed(stage, "new")).toBe("True Renamed");
    await stage.stop();
  });
});
