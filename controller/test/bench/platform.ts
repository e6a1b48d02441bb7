import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { FakeCluster } from "../support/fake-cluster.ts";

/** How many claims each team has. */
export const claimsPerTeam = 10;

/** The namespace of the team with this number. */
export function teamName(team: number): string {
  return `team-${String(team)}`;
}

/** The domain of the team with this number. */
export function domainOf(team: number): string {
  return `${teamName(team)}.example`;
}

/**
 * A platform that no controller has seen yet: teams with a domain and a Service each, eight names below it, and one name
 * below the domain of the team before, which shares that with them; an Ingress for each of these hosts.
 */
export function platform(claims: number): FakeCluster {
  const cluster = new FakeCluster();
  const teams = teamsOf(claims);
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  for (let team = 0; team < teams; team++) {
    const name = teamName(team);
    const before = (team + teams - 1) % teams;
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
    cluster.put("Domain", claim(`${name}/primary`, domainOf(team), { ...fresh, delegates: [nextTo(team, teams)] }));
    cluster.put("Ingress", ingress(`${name}/primary`, [domainOf(team)]));
    for (let i = 0; i < claimsPerTeam - 2; i++) {
      const sub = `app-${String(i)}`;
      cluster.put("Domain", claim(`${name}/${sub}`, domainOf(team), { ...fresh, sub }));
      cluster.put("Ingress", ingress(`${name}/${sub}`, [`${sub}.${domainOf(team)}`]));
    }
    const parent = teamName(before);
    cluster.put("Domain", claim(`${name}/guest`, domainOf(before), { ...fresh, sub: "guest", parent }));
    cluster.put("Ingress", ingress(`${name}/guest`, [`guest.${domainOf(before)}`]));
  }
  return cluster;
}

/** How many teams have so many claims together. */
export function teamsOf(claims: number): number {
  return claims / claimsPerTeam;
}

/** The namespace that the team with this number shares its domain with. */
export function nextTo(team: number, teams: number): string {
  return teamName((team + 1) % teams);
}
