import { listOf, paths } from "../support/world/objects.ts";
import type { StoredDomain } from "../support/world/objects.ts";
import { waitFor } from "../support/wait.ts";
import type { World } from "../support/world/start-world.ts";
import { hostile, removeAll } from "./attack-acts.ts";
import type { Attack } from "./attack-acts.ts";
import { attacksByClaims } from "./attacks-by-claims.ts";
import { attacksByIngresses } from "./attacks-by-ingresses.ts";
import { attacksByOthers } from "./attacks-by-others.ts";

/** The attacks of `docs/attacks.md` that are made by amount. */
export const attacks: readonly Attack[] = [...attacksByIngresses, ...attacksByClaims, ...attacksByOthers];

/** Leaves nothing of an attack, and returns when the controller has nothing more to do with it. */
export async function cleanUp(world: World): Promise<void> {
  for (const namespace of hostile) {
    await removeAll(world, paths.ingresses(namespace));
    for (const claim of await listOf<StoredDomain>(world.cluster.api, paths.domains(namespace)))
      if ((claim.metadata.finalizers ?? []).length > 1)
        await world.kubectl(["patch", "domain", claim.metadata.name, "--type=json", "-p", noOthersFinalizers], {
          namespace,
        });
    await removeAll(world, paths.domains(namespace));
    await waitFor(
      { what: `the claims of ${namespace} to be gone` },
      async () => (await listOf(world.cluster.api, paths.domains(namespace))).length === 0,
    );
  }
}

/** The controller puts its own back where it still needs it. */
const noOthersFinalizers = JSON.stringify([{ op: "replace", path: "/metadata/finalizers", value: [] }]);
