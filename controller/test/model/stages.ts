import { settings } from "../support/builders.ts";
import { taggedNamespace } from "../../src/plan/kong/tags.ts";
import { hostOf } from "./ownership.ts";
import { actualRedirects } from "./actual-redirects.ts";
import type { Stage } from "./stage.ts";

/** The stages in which a claim may be `Ready`: all is there, or nothing is asked for. */
const ready: ReadonlySet<string | undefined> = new Set(["Held", "Live", "Redirecting"]);

/** How far a rename is, which rests on two hosts. */
const ofRename = ["RenameRouting", "RenameHTTPS", "RenameCleanup"] as const;

/**
 * Stages that say more or less than what Kong has, when everything has come to rest: `Live` is a host with a route that serves,
 * `Redirecting` one that redirects, `Held` one with neither, and a claim without a host is in none. Nobody waits for the gateway any more.
 */
export function wrongStages({ cluster, kong }: Pick<Stage, "cluster" | "kong">): readonly string[] {
  const redirected = actualRedirects(kong);
  const routes = [...kong.stored.routes.values()].filter(
    ({ name, tags }) => tags.includes(settings.kongTag) && !name.startsWith("guard~"),
  );
  return cluster.all("Domain").flatMap((claim) => {
    const host = hostOf(claim);
    const { conditions = [], phase, stage } = claim.status ?? {};
    const isReady = conditions.some(({ type, status }) => type === "Ready" && status === "True");
    const waits = conditions.some(({ type, reason }) => type === "Ready" && reason === "RoutesNotShown");
    const has = redirected.has(host)
      ? "a redirect"
      : routes.some(({ hosts, tags }) => hosts?.includes(host) === true && taggedNamespace(tags) === claim.namespace)
        ? "routes"
        : "nothing";
    const may: Readonly<Record<typeof has, readonly (string | undefined)[]>> = {
      "a redirect": ["Redirecting", "HTTPS"],
      routes: ["Live", "Routing", "HTTPS", ...ofRename],
      nothing: ["Held", "Routing", ...ofRename],
    };
    if (waits) return [`${claim.namespace}/${claim.name} waits until the gateway shows ${host}, which it does`];
    const right = phase === "OK" ? may[has].includes(stage) && (!isReady || ready.has(stage)) : stage === undefined && !isReady; // prettier-ignore
    const told = `${stage ?? "no stage"}${isReady ? ", Ready" : ""}`;
    return right ? [] : [`${claim.namespace}/${claim.name}, ${phase ?? "new"}, is told ${told}, and Kong has ${has} for ${host}`]; // prettier-ignore
  });
}
