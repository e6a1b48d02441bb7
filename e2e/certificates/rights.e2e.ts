import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
import { ingress, primary } from "../stories/support/objects.ts";
import { replaceRole, rolesIn } from "../stories/support/roles.ts";
import type { Role, Rule } from "../stories/support/roles.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { startCertManager } from "../support/cert-manager/cert-manager.ts";
import type { CertManager } from "../support/cert-manager/cert-manager.ts";
import { unprovable } from "../support/cert-manager/dns-server.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";
import { tlsSecret } from "../support/cert-manager/tls-secret.ts";
import { otherIssuer } from "./support/other-issuer.ts";

// The controller has each of its rights to order and to approve for something that a team would miss. cert-manager's webhook asks who
// may approve; without it nobody would.

const roles = ["rbac-orders.yaml", "rbac-approvals.yaml"].flatMap(rolesIn);
const [orders, approvals] = roles as [Role, Role];

/** The issuer for which charts/domain-claims/files/rbac-approvals.yaml lets the controller approve. */
const issuer = "letsencrypt";

/** The rights one by one; that to Issuers has a test of its own, as they are watched only where such sign (--issuer-kind). */
const rights = roles
  .flatMap((role) => role.rules.flatMap((rule) => rule.resources.map((resource) => ({ role, rule, resource }))))
  .filter(({ resource }) => resource !== "issuers")
  .map((right, index) => ({ ...right, name: right.role.metadata.name, host: `right-${String(index)}.example` }));

/** What is done while a right is away, and what comes of it when it is back. */
interface Play {
  readonly act: (host: string) => Promise<void>;
  readonly comes: (host: string) => Promise<void>;
}

/** By what somebody notices that a right is away; without any other play, by an order. */
const plays: Readonly<Record<string, Play>> = {
  secrets: { act: leave, comes: cleared },
  certificaterequests: { act: fail, comes: told },
  orders: { act: fail, comes: told },
  challenges: { act: fail, comes: told },
};
const order: Play = { act: serve, comes: certified };

let story: Story;
let certManager: CertManager;
let acme: Team;
/** How many controllers were started. */
let started = 1;

beforeAll(async () => {
  const { crds } = await certManagerPrograms();
  story = await startStory({ crds: [crds], controllerArgs: [`--issuer-name=${issuer}`, "--approve-requests"] });
  const args = ["--controllers=*,-certificaterequests-approver"];
  certManager = await startCertManager(story, { zones: rights.map(({ host }) => host), webhook: true, args });
  await otherIssuer(story.cluster.api, issuer);
  acme = await story.team("acme-org");
  await acme.site();
});

afterAll(() => story.stop());

test.each(rights)(
  "without the right to $resource of $name, something is refused, and done when it is back",
  async ({ host, resource, role, rule }) => {
    onTestFinished(async () => {
      for (const each of roles) await replaceRole(story, each);
    });
    const { act, comes } = (role === approvals ? undefined : plays[resource]) ?? order;
    if (act === leave) {
      await serve(host);
      await certified(host);
    }
    // Of what is watched for approvals it may make lists, too.
    if (act === fail) await replaceRole(story, withoutVerb(approvals, resource, "list"));
    await replaceRole(story, without(role, rule, resource));
    const before = log().length;
    // What is watched is asked for once.
    const starting = resource === "clusterissuers" ? startAnew() : undefined;
    await act(host);
    await eventually(() => expect(log().slice(starting ? 0 : before)).toContain(refusal(resource)));
    await replaceRole(story, role);
    await starting;
    await comes(host);
  },
);

test("without the right to issuers, nothing is ordered of a namespace's own, and it is when the right is back", async () => {
  const host = "own-issuer.example";
  const rule = orders.rules.find(({ resources }) => resources.includes("issuers"));
  if (rule === undefined) throw new Error("rbac-orders.yaml has no right to issuers");
  onTestFinished(async () => {
    for (const each of roles) await replaceRole(story, each);
    await startAnew();
  });
  // As the chart does where Issuers sign.
  const rules = approvals.rules.map((one) =>
    one.resources.includes("signers") ? { ...one, resourceNames: ["issuers.cert-manager.io/*"] } : one,
  );
  await replaceRole(story, { ...approvals, rules });
  await story.cluster.api.must("POST", "/apis/cert-manager.io/v1/namespaces/acme-org/issuers", {
    ...{ apiVersion: "cert-manager.io/v1", kind: "Issuer", metadata: { name: issuer } },
    spec: { selfSigned: {} },
  });
  await replaceRole(story, without(orders, rule, "issuers"));
  const starting = startAnew(["--issuer-kind=Issuer"]);
  await serve(host);
  await eventually(() => expect(log()).toContain(refusal("issuers")));
  await replaceRole(story, orders);
  await starting;
  await certified(host);
});

/** What the log says of a call that needs the right; the webhook has words of its own. */
function refusal(resource: string): string {
  return resource === "signers"
    ? "does not have permissions to set approved/denied conditions"
    : `resource \\"${resource}\\" in API group`;
}

function without(role: Role, rule: Rule, resource: string): Role {
  const others = rule.resources.filter((one) => one !== resource);
  const changed = role.rules.map((one) => (one === rule ? { ...one, resources: others } : one));
  return { ...role, rules: changed.filter(({ resources }) => resources.length > 0) as readonly Rule[] };
}

function withoutVerb(role: Role, resource: string, verb: string): Role {
  const rules = role.rules.map((rule) =>
    rule.resources.includes(resource) ? { ...rule, verbs: rule.verbs.filter((one) => one !== verb) } : rule,
  );
  return { ...role, rules };
}

/** Stops the controller and starts another, with these arguments beside its own; resolves when that is ready. */
async function startAnew(args: readonly string[] = []): Promise<unknown> {
  started += 1;
  for (const controller of story.runningControllers()) await controller.stop("SIGTERM");
  return await story.startController(1, args);
}

const log = (): string => readFileSync(join(story.place.logDir, `controller-${String(started)}.log`), "utf8");

async function serve(host: string): Promise<void> {
  await acme.apply(primary(host), ingress(host, [host]));
}

async function certified(host: string): Promise<void> {
  await eventually(async () => expect(await certifiedNames(story, host), host).toBe(`DNS:${host}`));
}

/** Serves a host for which no order succeeds. */
async function fail(host: string): Promise<void> {
  await certManager.dns.serve(host, [unprovable(host)]);
  await serve(host);
}

async function told(host: string): Promise<void> {
  await acme.condition(host, "CertificateReady", { status: "False", reason: "NotValidated" });
}

/** Ends what a host has; what was ordered for it would be kept for a while. */
async function leave(host: string): Promise<void> {
  await acme.remove("ingress", host);
  await acme.must("domain", "release", host, "--yes");
  const args = ["delete", "domaincertificate", host, "--wait=false"];
  const { code, stderr } = await story.kubectl(args, { namespace: "acme-org" });
  expect(code, stderr).toBe(0);
}

async function cleared(host: string): Promise<void> {
  const secret = (): Promise<unknown> => tlsSecret(story.cluster.api, "acme-org", `${host}-1`);
  await eventually(async () => expect(await secret()).toBeUndefined());
}
