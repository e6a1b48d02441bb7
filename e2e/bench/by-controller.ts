import { paths } from "../support/world/objects.ts";
import { waitFor } from "../support/wait.ts";
import type { World } from "../support/world/start-world.ts";
import type { Way } from "./way.ts";

/** Our controller, which runs in the world, does everything; its work for a site is done when the claim is gone. */
export function byController(world: World): Way {
  const { api } = world.cluster;
  return {
    world,
    serve: async () => undefined,
    cease: async () => undefined,
    settle: async ({ team, name }) => {
      const path = `${paths.domains(team.namespace)}/${name}`;
      await waitFor(
        { what: `${path} to be gone`, interval: 5 },
        async () => (await api.call("GET", path)).status === 404,
      );
    },
  };
}
