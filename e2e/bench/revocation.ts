import { setTimeout as sleep } from "node:timers/promises";
import { domain, ingress, paths } from "../support/world/objects.ts";
import type { World } from "../support/world/start-world.ts";
import type { BareWatch } from "./bare-watch.ts";
import { change } from "./attack-acts.ts";
import { times } from "./stopwatch.ts";
import type { Times } from "./stopwatch.ts";
import { answers } from "./way.ts";

const owner = "acme-org";
const guest = "coyote-org";
const primary = "acme.example";
const host = "shop.acme.example";
const byHand = "by-hand.example";
/** A namespace that the name is shared with besides, in turns: it takes nothing from anybody. */
const besides = (count: number): string => `besides-${String(count)}`;

/** How long something took by our controller, and by the calls that nobody could do without, in turns. */
export interface Revocations {
  readonly ours: Times;
  readonly bare: Times;
}

/**
 * Two teams that have nothing to do with what else happens: one shares a name with the other, which serves it. Beside them
 * a host that is routed by hand.
 */
export async function uninvolvedTeams(world: World): Promise<void> {
  const { api } = world.cluster;
  for (const name of [owner, guest]) await api.must("POST", "/api/v1/namespaces", { metadata: { name } });
  const { port } = await world.backend({ namespace: guest, service: "web" });
  await api.must("POST", paths.domains(owner), domain(primary, { primary, delegates: [guest] }));
  await api.must("POST", paths.domains(guest), domain("shop", { primary, sub: "shop", parent: owner }));
  await api.must("POST", paths.ingresses(guest), ingress("shop", [host], "kong", port));
  await kong(world, "POST", "/services", { name: byHand, host: `web.${guest}.svc`, port });
  await route(world);
  for (const served of [host, byHand]) await answers(world, served, 200);
}

/**
 * Takes the share back and gives it again, until `enough`: how long it takes from the owner's command until the gateway
 * answers for the host no more. Beside it, the same by hand: the claim is written, and as soon as a watch shows that, a route
 * is removed.
 */
export async function revocations(
  world: World,
  watch: BareWatch,
  enough: (count: number) => boolean,
): Promise<Revocations> {
  const [ours, bare] = [times(), times()];
  for (let count = 0; !enough(count); count += 1) {
    await ours.take(async () => {
      await change(world, owner, primary, { primary });
      await answers(world, host, 404);
    });
    await change(world, owner, primary, { primary, delegates: [guest] });
    await answers(world, host, 200);
    await sleep(50);

    await bare.take(async () => {
      // Another spec than before: what changes nothing is shown by no watch.
      await watch.shown(await change(world, owner, primary, { primary, delegates: [guest, besides(count)] }));
      await kong(world, "DELETE", `/routes/${byHand}`);
      await answers(world, byHand, 404);
    });
    await route(world);
    await answers(world, byHand, 200);
    await sleep(50);
  }
  return { ours, bare };
}

function route(world: World): Promise<void> {
  return kong(world, "POST", "/routes", { name: byHand, service: { name: byHand }, hosts: [byHand], paths: ["/"] });
}

async function kong(world: World, method: "POST" | "DELETE", path: string, body?: object): Promise<void> {
  const json = { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const answer = await fetch(`${world.adminUrl}${path}`, { method, ...(body === undefined ? {} : json) });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)}`);
}
