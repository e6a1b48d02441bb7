import { expect, test } from "vitest";
import type { ClaimRedirect } from "../../src/world/types.ts";
import { acmeServes } from "../support/acme.ts";
import { run } from "../support/controller.ts";
import { Answers } from "./answers.ts";
import { foreignEntities } from "./foreign.ts";
import type { Stage } from "./stage.ts";

const signal = new AbortController().signal;

/** acme.org is served and everything at rest, and what of the world the invariant looks at. */
async function served() {
  const running = run();
  acmeServes(running.cluster, "acme.org");
  await running.settled();
  await running.stop();
  const { cluster, kong } = running;
  const foreign = foreignEntities("somebody-elses", "elsewhere.example");
  const answers = new Answers({ cluster, kong, foreign, handedOver: [], redemptionMs: 0 } as unknown as Stage);
  answers.atRest();
  const [route] = kong.stored.routes.keys();
  return { answers, cluster, kong, remove: () => kong.remove("routes", route ?? "", { signal }) };
}

test("N-a: a host that is to be answered all the time, by its site or by a redirect, is missed when its last route is removed", async () => {
  const redirect: ClaimRedirect = { host: "new.org", statusCode: 308, keepPath: true };
  for (const now of [undefined, redirect]) {
    const { answers, cluster, remove } = await served();
    const known = cluster.get("Domain", "acme-org/acme");
    if (known !== undefined) cluster.put("Domain", { ...known, redirect: now });
    expect(answers.look(false)).toEqual([]);
    await remove();
    expect(answers.look(false)).toEqual(["N-a: acme.org was to be answered all the time, and has no route any more"]);
    expect(answers.look(false)).toEqual([]);
  }
});

test("N-a: what was not to be answered for a moment, what others remove, and what two leaders do is excused", async () => {
  const gone = await served();
  gone.cluster.remove("Ingress", "acme-org", "web");
  expect(gone.answers.look(false)).toEqual([]);
  acmeServes(gone.cluster, "acme.org");
  await gone.remove();
  expect(gone.answers.look(false)).toEqual([]);

  const drifted = await served();
  drifted.kong.stored.routes.clear();
  expect(drifted.answers.look(false)).toEqual([]);

  const both = await served();
  expect(both.answers.look(true)).toEqual([]);
  await both.remove();
  expect(both.answers.look(false)).toEqual([]);
});
