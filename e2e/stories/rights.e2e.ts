import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { SYSTEM_NAMESPACE } from "../support/world/project.ts";
import { eventually } from "./support/eventually.ts";
import { ingress, primary } from "./support/objects.ts";
import { replaceRole, rolesIn } from "./support/roles.ts";
import type { Role } from "./support/roles.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// The controller has each of its rights for something that a team would miss, and so has everybody else. That the controller has no
// others says rights.test.ts, that nobody else has rbac.e2e.ts. Those for certificates
// are taken away in e2e/certificates/rights.e2e.ts.

const allRoles = rolesIn("rbac.yaml");
const ofController = ["domain-claims", "domain-claims-leader"];
const roles = allRoles.filter(({ metadata }) => ofController.includes(metadata.name));
const others = allRoles.filter(({ metadata }) => !ofController.includes(metadata.name));

/** What a team misses without the right to a resource; without any other, that anything is served. */
const missed: Readonly<Record<string, string>> = {
  "domains/status": "decided",
  "ingresses/status": "addressed",
  events: "told",
};

let story: Story;
let acme: Team;
/** How many controllers were started. */
let started = 0;

beforeAll(async () => {
  story = await startStory({ controller: false });
  acme = await story.team("acme-org");
  await acme.site();
});

afterAll(() => story.stop());

test.each(
  roles.flatMap((role) => role.rules.map((rule, index) => ({ role, rule, index, what: rule.resources.join(" and ") }))),
)(
  "without rule $index of $role.metadata.name, $what, a team misses something, and has it when the rule is back",
  async ({ role, rule, index }) => {
    onTestFinished(async () => {
      await replace(role);
      for (const controller of story.runningControllers()) await controller.stop("SIGTERM"); // which gives the Lease back
    });
    const name = `${role.metadata.name}-${String(index)}`;
    const host = `${name}.example`;
    // A Lease that is there already needs no right to create one.
    if (rule.resources[0] === "leases" && rule.verbs.includes("create"))
      await admin(["delete", "lease", "domain-claims", "--namespace", SYSTEM_NAMESPACE, "--ignore-not-found"]);
    await replace({ ...role, rules: role.rules.toSpliced(index, 1) });
    const starting = story.startController();
    started += 1;
    const log = join(story.place.logDir, `controller-${String(started)}.log`);
    await acme.apply(primary(host), ingress(name, [host]));
    for (const resource of rule.resources)
      await eventually(() => expect(readFileSync(log, "utf8")).toContain(`resource \\"${resource}\\" in API group`));
    expect(await missing(host, name)).toContain(missed[rule.resources[0]] ?? "served");
    // An event that could not be written is not written later: the claim's only one has to be refused while the rule is not there.
    const forGood = rule.resources[0] === "events" ? ["told"] : [];
    if (forGood.length > 0)
      await eventually(() => expect(readFileSync(log, "utf8")).toContain(`"name":"${host}","reason":"Held"`));
    await replace(role);
    await starting;
    await eventually(async () => expect(await missing(host, name)).toEqual(forGood));
  },
);

/** What people with the cluster's own roles `edit` and `view` in acme-org do by the right of each role, and what it answers. */
const asks: Readonly<Record<string, { readonly by: "edit" | "view"; readonly line: string; readonly answer: RegExp }>> =
  {
    "domain-claims-edit": { by: "edit", line: "domain claim asked.example --dry-run=server", answer: /created/ },
    "domain-claims-view": { by: "view", line: "get domains,domaincertificates", answer: /asked-before\.example/ },
    "domain-claims-register": {
      by: "view",
      line: "get hostrecord asked-before.example",
      answer: /asked-before\.example/,
    },
    "domain-claims-state": { by: "view", line: "domain doctor", answer: /^ok +controller .* leads/m },
  };

describe("of everybody else's rights", () => {
  beforeAll(async () => {
    await story.startController();
    await acme.apply(primary("asked-before.example"));
    await acme.decided("asked-before.example", { phase: "OK" });
  });

  test.each(others)(
    "without $metadata.name somebody is refused or not told, and is answered when it is back",
    async (role) => {
      const ask = asks[role.metadata.name];
      if (ask === undefined) throw new Error(`nobody asks by ${role.metadata.name}`);
      onTestFinished(() => replace(role));
      const user = `${ask.by}-by-${role.metadata.name}`;
      await admin(["create", "rolebinding", user, `--clusterrole=${ask.by}`, `--user=${user}`, "-n=acme-org"]);
      const line = [...ask.line.split(" "), "-n", "acme-org", `--as=${user}`];
      const answered = async (): Promise<string> => (await story.kubectl(line)).stdout;
      await eventually(async () => expect(await answered()).toMatch(ask.answer));
      await replace({ ...role, rules: [] });
      await eventually(async () => expect(await answered()).not.toMatch(ask.answer));
      await replace(role);
      await eventually(async () => expect(await answered()).toMatch(ask.answer));
    },
  );
});

/** What a team does not have yet of a host that it has claimed and routed. */
async function missing(host: string, route: string): Promise<readonly string[]> {
  const has = {
    decided: (await acme.claim(host))?.status?.phase === "OK",
    served: (await story.visit(host)) === "acme-org/web",
    addressed: (await acme.addresses(route)) !== undefined,
    told: (await acme.events("Domain", host)).length > 0,
  };
  return Object.entries(has).flatMap(([what, itHas]) => (itHas ? [] : [what]));
}

const replace = (role: Role): Promise<void> => replaceRole(story, role);

async function admin(args: readonly string[]): Promise<void> {
  const { code, stderr } = await story.kubectl(args);
  expect(code, stderr).toBe(0);
}
