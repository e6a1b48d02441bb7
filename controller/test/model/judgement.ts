import { settings } from "../support/builders.ts";
import type { FakeKong } from "../support/fake-kong.ts";
import type { AllowedRegisters } from "./allowed-registers.ts";
import { wrongSnis } from "./certificates.ts";
import { actualRoutes, clusterOf, expectedRoutes, registerOf, wrongStatuses } from "./observed.ts";
import { wrongRedirects } from "./redirects.ts";
import { preparedServices, wrongRenames } from "./renames.ts";
import { describeRegister, steps } from "./ownership.ts";
import { wrongStages } from "./stages.ts";
import type { Stage } from "./stage.ts";

/**
 * I5: what is wrong when everything has come to rest, in sentences. The register has to be one that the rules allow and
 * at which they rest, Kong has to have exactly what it asks for, and every claim has to be told what it says.
 */
export function judgement(stage: Stage, allowed: AllowedRegisters): readonly string[] {
  const { cluster, kong, clock } = stage;
  const wrong: string[] = [];
  const register = registerOf(cluster);
  const text = describeRegister(register);
  const settled = allowed.settled(clusterOf(stage));
  if (settled !== undefined && !settled.has(text)) {
    wrong.push(`the register is\n${text}\nbut the rules allow\n${[...settled].join("\nor\n")}`);
  }
  if (steps(clusterOf(stage), register).length > 0) wrong.push(`the register is not settled:\n${text}`);
  const [expected, actual] = [expectedRoutes(stage), actualRoutes(kong)];
  if (expected.join("\n") !== actual.join("\n")) {
    wrong.push(`Kong has [${actual.join("; ")}], expected [${expected.join("; ")}]`);
  }
  wrong.push(...wrongStatuses(stage), ...wrongSnis(stage), ...wrongRedirects(stage));
  wrong.push(...wrongStages(stage), ...wrongRenames(cluster));
  for (const { host, redemption } of cluster.all("HostRecord")) {
    if (redemption === undefined || Date.parse(redemption.until) > clock.now()) continue;
    wrong.push(`${host} is kept for ${redemption.namespace}, whose time for it is over`);
  }
  const prepared = preparedServices(cluster);
  for (const name of unusedServices(kong))
    if (!prepared.some((start) => name.startsWith(start))) wrong.push(`service ${name} is left over`);
  return wrong.map((sentence) => `I5: ${sentence}`);
}

function unusedServices({ stored }: FakeKong): readonly string[] {
  const used = new Set([...stored.routes.values()].map((route) => route.service.id));
  return [...stored.services.values()]
    .filter(({ id, tags }) => tags.includes(settings.kongTag) && !used.has(id))
    .map(({ name }) => name);
}
