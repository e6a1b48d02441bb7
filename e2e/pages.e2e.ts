import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { docBlock } from "./support/doc-blocks.ts";
import { docShell } from "./support/doc-shell.ts";
import type { DocShell } from "./support/doc-shell.ts";
import { docSteps, missingLine } from "./support/doc-steps.ts";
import type { DocStep } from "./support/doc-steps.ts";
import { certificateAuthority } from "./support/pki.ts";
import { freePorts } from "./support/ports.ts";
import { silent } from "./support/progress.ts";
import { envFileOf, takeDown } from "./support/world/run-folder.ts";
import { up } from "./support/world/up.ts";

// Pages as they are written, typed into a shell in the world of `make up`.

const folder = mkdtempSync(join(tmpdir(), "domain-claims-pages-"));
let shell: DocShell;

beforeAll(async () => {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(KUBE|KONG_)/.test(name)));
  await up({ folder, controller: true, env, progress: silent });
  shell = docShell(folder, env);
  await shell.typed(`source '${envFileOf(folder)}'; ADMIN=$KUBECONFIG`);
});

afterAll(async () => {
  shell.end();
  await takeDown(folder);
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  const namespaces = "acme-org marvin-org coyote-org shop-org";
  await succeeds(`
    export KUBECONFIG=$ADMIN
    kubectl delete namespace ${namespaces} --ignore-not-found
    kubectl delete hostrecords --all`);
});

/** Types a script of which every command has to succeed; returns what it printed. */
async function succeeds(script: string): Promise<string> {
  const { output, failed } = await shell.typed(script);
  expect(failed, `${script}\nanswered:\n${output}`).toEqual([]);
  return output;
}

/** Makes the namespace of a team, and lets wile, who has edit rights there, type what follows. */
async function asTeam(namespace: string): Promise<void> {
  await succeeds(`
    kubectl create namespace ${namespace}
    kubectl create rolebinding team --clusterrole=edit --user=wile -n ${namespace}
    export KUBECONFIG=$ACME_KUBECONFIG
    until kubectl auth can-i create domains -n ${namespace}; do sleep 0.1; done`);
}

/** What only asks: it may be asked again, since what it asks for may happen a moment later. */
const question = /^(visit|curl|\w+ (auth|wait|domain (list|tree|whois|explain|doctor))) |--dry-run=server$/;

/** Types a step, and asks its questions again until it has answered what the page shows. */
async function answers(step: DocStep): Promise<void> {
  const { script } = step;
  let { output } = await shell.typed(script);
  // The backends have begun to listen a moment after they were started, and rights are in force a moment after they were given.
  const questions = linesOf(script)
    .filter((line) => question.test(line))
    .join("\n");
  const deadline = Date.now() + 150_000;
  while (questions !== "" && missingLine(step, output) !== undefined && Date.now() < deadline)
    output += (await shell.typed(questions)).output;
  expect(missingLine(step, output), `${script}\nanswered:\n${output}`).toBeUndefined();
}

/** The lines of a block in which each line is a command. */
function linesOf(block: string): readonly string[] {
  return block.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("the story in the README goes as its comments say", async () => {
  const [port] = await freePorts(1);
  const [first, ...lines] = linesOf(docBlock("../README.md", "sh", "kubectl domain unshare"));
  const last = lines.pop();
  // The world is up for all pages, and goes down after them.
  expect([first, last]).toEqual([expect.stringMatching(/^make up && source .run\/env /), "kill %1; make down"]);
  const said: Record<string, string> = {
    "kubectl domain claim marvin.acme.org": "was refused: NotDelegated",
    "kubectl domain list": "OK",
    "kubectl domain explain": "NotDelegated",
    "kubectl domain whois": "marvin-org",
    "kubectl domain doctor": "ok kong",
  };
  for (const line of lines) {
    const [, shown] = /^curl .* # ([^,]+)/.exec(line) ?? [];
    const answer = shown ?? Object.entries(said).find(([command]) => line.startsWith(command))?.[1] ?? "";
    await answers({ script: line.replaceAll("8088", String(port)), answer: [[answer]] });
  }
  await shell.typed("kill %1");
});

test("every step of the tutorial answers what the page shows", async () => {
  const [one, two] = await freePorts(2);
  for (const step of docSteps("tutorial.md")) {
    const script = step.script.replaceAll("8088", String(one)).replaceAll("8089", String(two));
    await answers({ ...step, script });
  }
});

test("the recipes for rights give these rights and no others", async () => {
  for (const step of docSteps("rbac.md")) await answers(step);
});

test("a name is given beforehand, and to a namespace with a label for a moment, as docs/primaries.md says", async () => {
  expect(await succeeds(docBlock("primaries.md", "sh", "rolebinding"))).toContain("acme.org is held");
  await succeeds("kubectl domain release acme.org -n acme-org --yes");
  expect(await succeeds(docBlock("primaries.md", "sh", "primaries=allowed"))).toContain("acme.org is held");
});

test("a claim of docs/gitops.md is waited for in both ways", async () => {
  await asTeam("acme-org");
  writeFileSync(join(folder, "claim.yaml"), docBlock("gitops.md", "yaml", "kind: Domain"));
  const [port] = await freePorts(1);
  await succeeds(`
    kubectl create service clusterip web --tcp=${String(port)} -n acme-org
    kubectl create ingress web --class=kong --rule='acme.org/*=web:${String(port)}' -n acme-org
    kubectl apply -f claim.yaml`);
  const said = await succeeds(docBlock("gitops.md", "sh", "kubectl wait"));
  expect(said).toContain("domain.platform.koli.io/acme.org condition met");
  expect(said).toContain("Kong has every route that is asked for");
});

test("the redirects of docs/names.md are written, and taken back", async () => {
  await asTeam("acme-org");
  await succeeds("kubectl domain claim acme.org www.acme.org old.acme.org sale.acme.org");
  await succeeds(docBlock("names.md", "sh", "domain redirect"));
  const columns = ["metadata.name", "host", "statusCode", "keepPath"].map((field, at) =>
    at === 0 ? `A:.${field}` : `A:.spec.redirect.${field}`,
  );
  const shown = await succeeds(`kubectl get domains --no-headers -o custom-columns=${columns.join(",")}`);
  expect(
    shown
      .trim()
      .split("\n")
      .map((line) => line.split(/ +/)),
  ).toEqual([
    ["acme.org", "<none>", "<none>", "<none>"],
    ["old.acme.org", "www.example.com", "301", "true"],
    ["sale.acme.org", "acme.org", "302", "false"],
    ["www.acme.org", "<none>", "<none>", "<none>"],
  ]);
});

test("a rename as docs/names.md has it says its steps, and for how long the old name redirects", async () => {
  await asTeam("acme-org");
  await succeeds("kubectl domain claim acme.org");
  const [forEver, forDays, dryRun] = linesOf(docBlock("names.md", "sh", "domain rename"));
  expect(await succeeds(forEver ?? "")).toMatch(/^acme\.org redirects to roadrunner\.example since .*, for ever$/m);
  expect(await succeeds(forDays ?? "")).toMatch(/^acme\.org redirects to roadrunner\.example since .*, for 90 days$/m);
  expect(await succeeds(dryRun ?? "")).toContain("unchanged (dry run)");
});

test("a transfer as docs/names.md has it is taken back, and accepted", async () => {
  await succeeds("kubectl create namespace acme-org; kubectl create namespace coyote-org");
  await succeeds("kubectl domain claim acme.org -n acme-org");
  const [dryRun, offer, accept, cancel] = linesOf(docBlock("names.md", "sh", "domain transfer"));
  const said = [
    "configured (dry run)",
    "goes to namespace coyote-org as soon as it is accepted there",
    "acme.org is handed over to nobody",
    "goes to namespace coyote-org as soon as it is accepted there",
    "acme.org is held by coyote-org",
  ];
  for (const [at, line] of [dryRun, offer, cancel, offer, accept].entries())
    expect(await succeeds(line ?? "")).toContain(said[at]);
});

test("a Secret as docs/https.md has it is made", async () => {
  await asTeam("acme-org");
  const { certificate, key } = await (await certificateAuthority("acme")).issue({ commonName: "shop", use: "server" });
  writeFileSync(join(folder, "shop.crt"), certificate);
  writeFileSync(join(folder, "shop.key"), key);
  expect(await succeeds(docBlock("https.md", "sh", "create secret tls"))).toBe("secret/shop-tls created\n");
});

test("what docs/operate.md has people look at is there", async () => {
  const said = await succeeds(docBlock("operate.md", "sh", "who leads, since when"));
  expect(said).toMatch(/^ok +controller .* leads/m);
  expect(said).toContain("holderIdentity: ");
});
