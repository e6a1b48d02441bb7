import { claim, fresh, ingress, path } from "../support/builders.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";
import { domainOf, nextTo, teamName, teamsOf } from "./platform.ts";

/** Something that happens on a platform. */
export interface Change {
  readonly what: string;
  readonly make: (on: Place) => void;
}

/** Where a change is made: a team, and a number that no other change of its kind has had. */
export interface Place {
  readonly cluster: FakeCluster;
  readonly team: number;
  readonly teams: number;
  readonly round: number;
}

/** The changes of one round, in their order: whatever a round makes, it takes away again. */
export const changes: readonly Change[] = [
  { what: "nothing (the wait alone)", make: () => undefined },
  {
    what: "a host is claimed and routed",
    make: ({ cluster, team, round }) => {
      cluster.put(
        "Domain",
        claim(`${teamName(team)}/new`, newDomain(round), { ...fresh, uid: `new-${String(round)}` }),
      );
      cluster.put("Ingress", ingress(`${teamName(team)}/new`, [newDomain(round)]));
    },
  },
  {
    what: "its Ingress gets one more path",
    make: ({ cluster, team, round }) => {
      const rules = [{ host: newDomain(round), paths: [path("/"), path("/more")] }];
      cluster.put("Ingress", ingress(`${teamName(team)}/new`, [], { rules }));
    },
  },
  {
    what: "the Ingress is seen once more",
    make: ({ cluster, team }) => {
      const same = cluster.get("Ingress", `${teamName(team)}/new`);
      if (same !== undefined) cluster.put("Ingress", same);
    },
  },
  {
    what: "another team claims it, too, and is refused",
    make: ({ cluster, team, teams, round }) => {
      const uid = `rival-${String(round)}`;
      cluster.put("Domain", claim(`${nextTo(team, teams)}/rival`, newDomain(round), { ...fresh, uid }));
    },
  },
  {
    what: "it is released, and goes to who waited",
    make: ({ cluster, team }) => {
      cluster.remove("Domain", teamName(team), "new");
      cluster.remove("Ingress", teamName(team), "new");
    },
  },
  {
    what: "it is released for good",
    make: ({ cluster, team, teams }) => {
      cluster.remove("Domain", nextTo(team, teams), "rival");
    },
  },
  { what: "a share is taken back", make: (place) => share(place, []) },
  { what: "a share is given again", make: (place) => share(place, [nextTo(place.team, place.teams)]) },
];

/** Where the changes of a round are made: rounds go all over the platform, so that no cache of the processor flatters. */
export function placeOf(cluster: FakeCluster, claims: number, round: number): Place {
  const teams = teamsOf(claims);
  return { cluster, team: (round * 7919) % teams, teams, round };
}

function newDomain(round: number): string {
  return `new-${String(round)}.example`;
}

function share({ cluster, team }: Place, delegates: readonly string[]): void {
  const primary = cluster.get("Domain", `${teamName(team)}/primary`);
  if (primary === undefined) throw new Error(`${domainOf(team)} has no claim`);
  cluster.put("Domain", { ...primary, delegates, generation: primary.generation + 1 });
}
