import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./stories/support/eventually.ts";
import { faultsOf, needsGateway } from "./stories/support/faults.ts";
import { primary } from "./stories/support/objects.ts";
import { withoutWaiting } from "./stories/support/patient.ts";
import { startStory } from "./stories/support/story.ts";
import type { Story } from "./stories/support/story.ts";
import type { Team } from "./stories/support/team.ts";
import type { Output } from "./support/world/kubectl.ts";

let story: Story;
let acme: Team;
let coyote: Team;
let marvin: Team;

beforeAll(async () => {
  story = await startStory();
  [acme, coyote, marvin] = await story.teams("acme-org", "coyote-org", "marvin-org");
});

afterAll(() => story.stop());

test("a team claims a domain, another one is refused below it with the fix, and the fix works", async () => {
  const claimed = await acme.domain("claim", "HTTPS://Fix.Example./");
  expect(claimed).toMatchObject({ code: 0, stdout: expect.stringContaining("fix.example is held by acme-org") });
  expect(withoutWaiting(claimed.stderr)).toBe('note: reading "HTTPS://Fix.Example./" as fix.example\n');
  const refused = await marvin.domain("claim", "marvin.fix.example");
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain("a shared claim below fix.example, looked for in acme-org");
  expect(refused.stderr).toContain("error: marvin.fix.example was refused: NotDelegated: ");
  const fix = /kubectl (domain share .*)$/m.exec(refused.stderr)?.[1] ?? "";
  expect(fix).toBe("domain share fix.example --with marvin-org -n acme-org");
  await acme.must(...fix.split(" "));
  expect(await marvin.domain("claim", "marvin.fix.example")).toMatchObject({
    stdout: expect.stringContaining("domain.platform.koli.io/marvin.fix.example unchanged\n"),
  });
  await marvin.decided("marvin.fix.example", { phase: "OK", parent: "acme-org" });
  expect((await marvin.domain("claim", "marvin.fix.example")).code).toBe(0);
});

test("the table is that of kubectl get domains, in a namespace and in all, with labels and wide", async () => {
  await acme.must("domain", "claim", "table.example", "-l", "team=acme");
  await coyote.domain("claim", "table.example", "--wait=false");
  await coyote.decided("table.example", { phase: "Failed", reason: "AlreadyClaimed" });
  const ageless = ({ stdout }: Output): string => stdout.replace(/ +\d+[smh]\d*[sm]?( |$)/gm, " AGE$1");
  // Between the two a claim may be told more.
  const alike = (ours: () => Promise<Output>, theirs: () => Promise<Output>): Promise<void> =>
    eventually(async () => expect(ageless(await ours())).toBe(ageless(await theirs())));
  for (const flags of [[], ["-o", "wide"], ["--show-labels"], ["-l", "team=acme"], ["-o", "name"], ["--no-headers"]])
    for (const team of [acme, coyote])
      await alike(
        () => team.domain("list", ...flags),
        () => team.kubectl(["get", "domains", ...flags]),
      );
  await alike(
    () => story.kubectl(["domain", "list", "-A"]),
    () => story.kubectl(["get", "domains", "-A"]),
  );
});

test("who holds what is everybody's to see: whois and tree, by a tenant of another namespace", async () => {
  await acme.must("domain", "claim", "tree.example", "--share-with", "coyote-org");
  await coyote.must("domain", "claim", "shop.tree.example");
  await acme.must("domain", "claim", "*.tree.example");
  const { stdout } = await marvin.domain("tree", "tree.example");
  expect(stdout).toMatch(
    /^tree\.example +acme-org\/tree\.example +primary\n├─ \*\.tree\.example +acme-org\/wc--any\.tree\.example +shared\n└─ shop\.tree\.example +coyote-org\/shop\.tree\.example +shared\n$/,
  );
  const whois = await marvin.domain("whois", "tree.example");
  expect(whois.stdout).toContain("holder       acme-org/tree.example (primary)\n");
  await eventually(async () => {
    expect((await marvin.domain("whois", "tree.example")).stdout).toContain("shared with  coyote-org\n");
  });
});

test("explain names the search, the holder, and what RBAC keeps from a tenant, and its command fixes it", async () => {
  await acme.must("domain", "claim", "why.example");
  await marvin.domain("claim", "marvin.why.example");
  const { code, stdout } = await marvin.domain("explain", "marvin.why.example");
  expect(code).toBe(0);
  expect(stdout).toContain("1. parent acme-org: holds why.example and does not share it with marvin-org\n");
  expect(stdout).toContain("2. own namespace marvin-org: does not hold why.example\n");
  expect(stdout).toContain("  kubectl domain share why.example --with marvin-org -n acme-org\n");
  const blind = await coyote.domain("explain", "why.example", "-n", "acme-org");
  expect(blind.code).toBe(1);
  expect(blind.stderr).toContain('User "coyote-org" cannot list resource "domains"');
});

test("a claim without an Ingress is explained, and the command for one makes it live", async () => {
  await acme.site("shop");
  await acme.must("domain", "claim", "live.example");
  await eventually(async () => {
    const { stdout } = await acme.domain("explain", "live.example");
    const command = /kubectl (create ingress .*)$/m.exec(stdout)?.[1] ?? "";
    expect(command).toBe("create ingress live.example --class=kong --rule='live.example/*=SERVICE:PORT' -n acme-org");
  });
  await acme.must("create", "ingress", "live.example", "--class=kong", "--rule=live.example/*=shop:http");
  await story.serves("live.example", "acme-org/shop");
  expect((await acme.domain("explain", "live.example")).stdout).toContain(
    "Ingress live.example (class kong): / -> shop:http",
  );
});

test("unshare says what goes down and needs --yes where nobody can be asked; then it goes", async () => {
  await acme.must("domain", "claim", "down.example", "--share-with", "coyote-org");
  await coyote.must("domain", "claim", "shop.down.example");
  const asked = await acme.domain("unshare", "down.example", "--with", "coyote-org");
  expect(asked.code).toBe(1);
  expect(asked.stderr).toMatch(
    /^this goes down:\n {2}shop\.down\.example +coyote-org\/shop\.down\.example +shared\nerror: nobody can be asked here/,
  );
  await acme.must("domain", "unshare", "down.example", "--with", "coyote-org", "--yes");
  await coyote.decided("shop.down.example", { phase: "Failed", reason: "NotDelegated" });
});

test("a namespace that was made anew is shared with again by the same command", async () => {
  const old = await story.team("phoenix-org");
  await acme.must("domain", "claim", "anew.example", "--share-with", "phoenix-org");
  await old.must("domain", "claim", "p.anew.example");
  await story.kubectl(["delete", "namespace", "phoenix-org"]);
  await acme.condition("anew.example", "DelegatesResolved", { status: "False", reason: "StaleGrant" });
  const anew = await story.team("phoenix-org", "phoenix-two");
  expect((await anew.domain("claim", "p.anew.example")).code).toBe(1);
  const shared = await acme.domain("share", "anew.example", "--with", "phoenix-org");
  expect(shared).toMatchObject({ code: 0, stderr: expect.stringContaining("sharing anew") });
  await anew.decided("p.anew.example", { phase: "OK" });
});

test("release waits until the host is free, and says who takes it", async () => {
  await acme.must("domain", "claim", "next.example");
  expect((await coyote.domain("claim", "next.example")).stderr).toContain("this claim waits in line");
  expect((await acme.domain("release", "next.example")).stderr).toContain("say --yes");
  expect(await acme.domain("release", "next.example", "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^domain\.platform\.koli\.io "next\.example" deleted\nnext\.example is /),
  });
  expect(await acme.claim("next.example")).toBeUndefined();
  await coyote.decided("next.example", { phase: "OK" });
});

test("a dry run and explain tell a tenant what a claim would be told, and the claim is told that", async () => {
  await acme.must("domain", "claim", "outlook.example");
  const tried = await marvin.domain("claim", "m.outlook.example", "--dry-run=server");
  expect(tried.stdout).toContain(
    "a claim would be refused: NotDelegated: outlook.example is held by namespace acme-org",
  );
  const { stdout } = await marvin.domain("explain", "m.outlook.example");
  expect(stdout).toContain("Claim:      none in marvin-org\n");
  expect(stdout).toContain("  kubectl domain share outlook.example --with marvin-org -n acme-org\n");
  const refused = await marvin.domain("claim", "m.outlook.example");
  expect(refused.stderr).toContain("NotDelegated: outlook.example is held by namespace acme-org");
  await acme.must("domain", "share", "outlook.example", "--with", "marvin-org");
  await marvin.decided("m.outlook.example", { phase: "OK" });
  expect((await marvin.domain("claim", "n.outlook.example", "--dry-run")).stdout).toContain("a claim would be OK: ");
  const wildcard = await marvin.domain("explain", "*.outlook.example");
  expect(wildcard.stdout).toContain("  kubectl domain claim '*.outlook.example' -n acme-org\n");
});

test("a typo in a share is noted to a tenant who may not read namespaces", async () => {
  await acme.must("domain", "claim", "typo.example");
  await coyote.must("domain", "claim", "meant.example");
  // For this the controller is waited for no longer than two seconds: whoever shares again is told then.
  await eventually(async () =>
    expect(await acme.domain("share", "typo.example", "--with", "coyot-org,marvin-org")).toMatchObject({
      code: 0,
      stderr:
        "note: there is no namespace coyot-org yet (did you mean coyote-org?): whoever creates it gets the share\n",
    }),
  );
});

test("share and unshare by a claim that does not hold are refused", async () => {
  await acme.must("domain", "claim", "holder.example");
  await coyote.domain("claim", "holder.example");
  for (const command of ["share", "unshare"])
    expect(await coyote.domain(command, "holder.example", "--with", "marvin-org")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/holder\.example does not hold holder\.example, .*\nAlreadyClaimed: /),
    });
  expect((await marvin.domain("share", "holder.example", "--with", "coyote-org")).stderr).toContain(
    "acme-org holds it, by the claim holder.example",
  );
});

test("several hosts are claimed, looked up and released in one call", async () => {
  expect((await acme.domain("claim", "one.example", "two.example", "-o", "name")).stdout).toBe(
    "domain.platform.koli.io/one.example\ndomain.platform.koli.io/two.example\n",
  );
  expect(
    (await acme.domain("whois", "one.example", "two.example", "-o", "jsonpath={.items[*].spec.host}")).stdout,
  ).toBe("one.example two.example");
  expect((await acme.domain("list", "one.example", "-o", "jsonpath={.status.phase}")).stdout).toBe("OK");
  expect((await acme.domain("list", "--sort-by=.spec.primary", "-o", "name")).code).toBe(0);
  const tried = await acme.domain("release", "one.example", "two.example", "--dry-run=server");
  expect(tried.stdout).toBe(
    'domain.platform.koli.io "one.example" deleted (server dry run)\ndomain.platform.koli.io "two.example" deleted (server dry run)\n',
  );
  expect((await acme.domain("release", "one.example", "two.example", "--yes")).code).toBe(0);
  expect(await acme.claim("one.example")).toBeUndefined();
  expect((await acme.domain("whois", "never.example")).code).toBe(1);
});

test("version tells everybody what is served, and who leads", async () => {
  expect((await marvin.domain("version")).stdout).toMatch(
    /^Client: kubectl-domain v(\S+) \(Node v\S+\)\nAPI: platform\.koli\.io\/v1\nController: v\1; Lease \S+\/domain-claims is held by \S+, last renewed \d+s ago\n$/,
  );
});

test("doctor tells a tenant that all is well, and then what is not", async () => {
  const [patient] = await story.teams("patient-org");
  const well = await patient.domain("doctor");
  expect(well).toMatchObject({ code: 0, stderr: "" });
  expect(well.stdout).toMatch(/^ok +controller +\S+ \(version \S+\) leads/m);
  expect(well.stdout).toMatch(/^ok +kong +answers; all that is ours in it was looked at \d+ s ago$/m);
  expect(well.stdout).toMatch(/^ok +rights +you may claim, share and release in patient-org/m);
  await acme.must("domain", "claim", "doctor.example");
  await patient.domain("claim", "doctor.example", "--wait=false");
  await patient.decided("doctor.example", { phase: "Failed", reason: "AlreadyClaimed" });
  const ill = await patient.domain("doctor");
  expect(ill.code).toBe(1);
  expect(ill.stdout).toMatch(/^problem +claims +doctor\.example: AlreadyClaimed$/m);
  expect(ill.stdout).toContain("kubectl domain explain doctor.example -n patient-org");
});

test("what RBAC denies is said with who can grant it, and impersonation is kubectl's", async () => {
  const denied = await marvin.domain("claim", "denied.example", "-n", "acme-org");
  expect(denied.code).toBe(1);
  expect(denied.stderr).toContain('User "marvin-org" cannot create resource "domains"');
  expect(denied.stderr).toContain(
    'Ask an administrator of the namespace acme-org for the verb "create" on domains.platform.koli.io (RBAC)\n',
  );
  const as = await story.kubectl(["domain", "claim", "as.example", "-n", "acme-org", "--as", "marvin-org"]);
  expect(as.stderr).toContain('User "marvin-org" cannot create');
  expect(
    (await story.kubectl(["domain", "claim", "as.example", "-n", "acme-org", "--as", "acme-org", "--timeout=150s"]))
      .code,
  ).toBe(0);
  expect((await marvin.domain("list", "-A")).stderr).toContain(
    'cannot list resource "domains" in API group "platform.koli.io" at the cluster scope',
  );
});

test("--dry-run=server lets the API server check, and its sentence is passed on", async () => {
  const { code, stdout } = await acme.domain("claim", "dry.example", "--dry-run=server");
  expect({ code, first: stdout.split("\n")[0] }).toEqual({
    code: 0,
    first: "domain.platform.koli.io/dry.example created (server dry run)",
  });
  expect(await acme.claim("dry.example")).toBeUndefined();
  await acme.apply(primary("dry2.example"));
  const long = await acme.domain("claim", "dry2.example", "--parent", "x");
  expect(long.code).toBe(1);
});

test("kubectl completes the plugin's commands, hosts and namespaces", async () => {
  await acme.must("domain", "claim", "complete.example");
  const lines = async (...words: readonly string[]): Promise<string> =>
    (await acme.kubectl(["__complete", "domain", ...words])).stdout;
  expect(await lines("whoi")).toContain("whois\t");
  // Where the cluster has not answered in a moment, nothing is offered: whoever types presses the key again.
  await eventually(async () => expect(await lines("share", "compl")).toContain("complete.example\tOK\n"));
  await eventually(async () =>
    expect(await lines("share", "complete.example", "--with", "coyo")).toContain("coyote-org\n"),
  );
});

test("a host in U-labels is shown in both forms everywhere", async () => {
  await acme.must("domain", "claim", "Bücher.Example");
  const both = "xn--bcher-kva.example (bücher.example)";
  for (const command of [
    ["list"],
    ["tree", "bücher.example"],
    ["whois", "bücher.example"],
    ["explain", "bücher.example"],
  ])
    expect((await acme.domain(...command)).stdout, command.join(" ")).toContain(both);
});

test("a Kong that is away is said by list and explain, and by a release that waits for it", async ({ skip }) => {
  skip(!story.embedded, needsGateway);
  const faults = faultsOf(story);
  await acme.must("domain", "claim", "away.example");
  await acme.must("create", "ingress", "away.example", "--class=kong", "--rule=away.example/*=shop:http");
  await story.serves("away.example", "acme-org/shop");
  await faults.away();
  await acme.must("domain", "release", "away.example", "--yes", "--wait=false");
  await acme.condition("away.example", "Programmed", { status: "False", reason: "KongUnreachable" });
  expect((await acme.domain("list", "away.example")).stderr).toBe(
    "note: being released: away.example\nnote: Kong does not answer, so nothing changes there for away.example\n",
  );
  const { stdout } = await acme.domain("explain", "away.example");
  expect(stdout).toMatch(/^Deleted: +\d+s ago; it goes when its routes have left Kong$/m);
  expect(stdout).toMatch(/^Kong: +does not answer, so nothing changes there: /m);
  const waiting = await acme.domain("release", "away.example", "--yes", "--timeout=10s");
  expect(waiting).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^note: waiting for \d+s: KongUnreachable: /m),
  });
  await faults.back();
  await eventually(async () => expect(await acme.claim("away.example")).toBeUndefined());
});

test("a controller that is away is said to everybody", async () => {
  await acme.must("domain", "claim", "alone.example");
  await story.killController("SIGTERM");
  const gone = "nobody has held the controller's Lease ";
  expect((await acme.domain("list")).stderr).toContain(`note: ${gone}`);
  expect((await acme.domain("explain", "alone.example")).stdout).toMatch(
    /^Controller: +nobody has held the controller's Lease [^]*^Conditions, as last said:$/m,
  );
  const waiting = await acme.domain("release", "alone.example", "--yes", "--timeout=10s");
  expect(waiting.code).toBe(1);
  expect(waiting.stderr).toContain(`goes when it can: ${gone}`);
  expect((await acme.domain("list", "alone.example")).stderr).toMatch(
    /^note: being released: alone\.example\nnote: nobody /,
  );
  await story.startController();
  await eventually(async () => expect(await acme.claim("alone.example")).toBeUndefined());
});
