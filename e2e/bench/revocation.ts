import { setTimeout as sleep } from "node:timers/promises";
import { domain, ingress, paths } from "../support/world/objects.ts";
import type { World } from "../support/world/start-world.ts";
import { change } from "./attack-list.ts";
import { times } from "./stopwatch.ts";
import type { Times } from "./stopwatch.ts";
import { answers } from "./way.ts";

const owner = "acme-org";
const guest = "coyote-org";
const primary = "acme.example";
const host = "shop.acme.example";

/** Two teams that have nothing to do with what else happens: one shares a name with the other, which serves it. */
export async function uninvolvedTeams(world: World): Promise<void> {
  const { api } = world.cluster;
  for (const name of [owner, guest]) await api.must("POST", "/api/v1/namespaces", { metadata: { name } });
  const { port } = await world.backend({ namespace: guest, service: "web" });
  await api.must("POST", paths.domains(owner), domain(primary, { primary, delegates: [guest] }));
  await api.must("POST", paths.domains(guest), domain("shop", { primary, sub: "shop", parent: owner }));
  await api.must("POST", paths.ingresses(guest), ingress("shop", [host], "kong", port));
  await answers(world, host, 200);
}

/**
 * Takes the share back and gives it again, until `enough`: how long it takes from the owner's command until the gateway
 * answers for the host no more.
 */
export async function revocations(world: World, enough: (count: number) => boolean): Promise<Times> {
  const taken = times();
  for (let count = 0; !enough(count); count += 1) {
    await taken.take(async () => {
      await change(world, owner, primary, { primary });
      await answers(world, host, 404);
    });
    await change(world, owner, primary, { primary, delegates: [guest] });
    await answers(world, host, 200);
    await sleep(50);
  }
  return taken;
}
