import type { World } from "../support/world/start-world.ts";

/** A team's namespace with something to serve: the Service `web`, on this port. */
export interface Team {
  readonly namespace: string;
  readonly port: number;
}

/** A host of a team. */
export interface Site {
  readonly team: Team;
  /** The name of its claim and of its Ingress. */
  readonly name: string;
  readonly host: string;
}

/** So many teams share a world, whatever the number of their hosts. */
const teamCount = 20;

/** Makes the teams of a world. */
export function teams(world: World): Promise<readonly Team[]> {
  return Promise.all(
    Array.from({ length: teamCount }, async (_, i) => {
      const namespace = `team-${String(i)}`;
      await world.cluster.api.must("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
      const { port } = await world.backend({ namespace, service: "web" });
      return { namespace, port };
    }),
  );
}

/** The site with this number, which each world has alike. */
export function site(all: readonly Team[], number: number): Site {
  const team = all[number % all.length];
  if (team === undefined) throw new Error("there are no teams");
  const name = `site-${String(number)}`;
  return { team, name, host: `${name}.example` };
}
