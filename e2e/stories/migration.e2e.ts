import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { docBlock } from "../support/doc-blocks.ts";
import { PROJECT } from "../support/world/project.ts";
import { eventually } from "./support/eventually.ts";
import { kongAdmin } from "./support/kong.ts";
import type { KongAdmin } from "./support/kong.ts";
import { moreLooks } from "./support/metrics.ts";
import { ingress } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// A cluster whose Ingresses another controller serves moves to domain claims by the commands of docs/migrate.md: nobody edits an
// Ingress, and nobody who visits a host in the meantime notices.

const otherController = "ingress-controllers.konghq.com/kong";
const otherTag = "managed-by-ingress-controller";
const controllerArgs = [`--ingress-controller-name=${otherController}`, "--kong-resync-period=3s"];
const label = "platform.koli.io/foreign-hosts";

/** 300 hosts: a domain with names of two teams below it, one that nobody serves itself, and one for each of many customers. */
const hostsOf = {
  "acme-org": ["acme.example", ...names(99, (at) => `a${at}.acme.example`)],
  "coyote-org": [...names(60, (at) => `c${at}.acme.example`), ...names(40, (at) => `c${at}.shared.example`)],
  "marvin-org": [...names(40, (at) => `m${at}.shared.example`), ...names(60, (at) => `customer${at}.example`)],
} as const;
const namespaces = Object.keys(hostsOf) as (keyof typeof hostsOf)[];
const all = namespaces.flatMap((namespace) => hostsOf[namespace].map((host) => ({ host, answer: `${namespace}/web` })));

let story: Story;
let kong: KongAdmin;
let visits: Visits;
/** The kubeconfig of a user who may read everything, and write only in a namespace without anything. */
let auditor: string;

beforeAll(async () => {
  story = await startStory({ controllerArgs });
  kong = kongAdmin(story);
  const otherClass = { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "other" } };
  const input = JSON.stringify({ ...otherClass, spec: { controller: otherController } });
  expect((await story.kubectl(["apply", "-f", "-"], { input })).code).toBe(0);
  const otherDeployment =
    "create namespace kong; kubectl create deployment kong-ingress-controller --image=other -n kong";
  await story.script(`kubectl ${otherDeployment}`);
  for (const namespace of namespaces) await startServing(await story.team(namespace));
  for (const { host, answer } of all) await eventually(async () => expect(await story.visit(host)).toBe(answer));
  // A worker that has the route that was written last has those before.
  await story.serves(hostsOf["marvin-org"].at(-1) ?? "", "marvin-org/web");
  visits = visitsOf(story);
  auditor = await readerOf(story);
});

afterAll(() => story.stop());

async function readerOf({ kubectl, team }: Story): Promise<string> {
  const { user, kubeconfig } = await team("audit-org");
  const ours = ["domains", "hostrecords", "domaincertificates"].map((kind) => `${kind}.platform.koli.io`);
  const theirs = [
    "namespaces",
    "services",
    "secrets",
    "ingresses.networking.k8s.io",
    "ingressclasses.networking.k8s.io",
  ];
  const resources = [...ours, ...theirs].join(",");
  for (const line of [
    ["create", "clusterrole", "auditor", "--verb=get,list,watch", `--resource=${resources}`],
    ["create", "clusterrolebinding", "auditor", "--clusterrole=auditor", `--user=${user}`],
  ])
    expect(await kubectl(line)).toMatchObject({ code: 0 });
  return kubeconfig;
}

/** One of the teams has its Ingresses, and the other controller its routes for them in Kong. */
async function startServing(team: Team): Promise<void> {
  const namespace = team.namespace as keyof typeof hostsOf;
  const { port } = await team.site();
  await team.apply(...hostsOf[namespace].map((host) => ingress(host, [host], { className: "other" })));
  const host = `web.${namespace}.svc.cluster.local.`;
  await kong.call("POST", "/services", { name: `${namespace}.web`, host, port, tags: [otherTag] });
  await otherRoutes(namespace);
}

/** What the other controller writes for the Ingresses of a namespace. */
async function otherRoutes(namespace: keyof typeof hostsOf): Promise<void> {
  for (const host of hostsOf[namespace])
    await kong.call("PUT", `/routes/${namespace}.${host}`, {
      hosts: [host],
      paths: ["/"],
      strip_path: false,
      preserve_host: true,
      service: { name: `${namespace}.web` },
      tags: [otherTag],
    });
}

/** Somebody who visits all hosts again and again, and keeps what was answered otherwise than it should be. */
interface Visits {
  readonly wrong: readonly string[];
  /** How many visits there were. */
  readonly count: () => number;
  /** Waits until each host was visited once more. */
  readonly round: () => Promise<void>;
  readonly end: () => Promise<void>;
}

function visitsOf(of: Story): Visits {
  const wrong: string[] = [];
  let count = 0;
  let goOn = true;
  const running = (async () => {
    for (; goOn; await sleep(5)) {
      const { host, answer } = all[count % all.length] ?? { host: "", answer: "" };
      const answered = await of.visit(`${host}/some/path`);
      if (answered !== answer) wrong.push(`${host}: ${answered}`);
      count += 1;
    }
  })();
  const round = async (): Promise<void> => {
    const until = count + all.length;
    while (count < until) await Promise.race([sleep(20), running]);
  };
  // A failure is told by `end`.
  running.catch(() => undefined);
  return { wrong, count: () => count, round, end: async () => ((goOn = false), await running) };
}

/** How many of the hosts of a namespace our routes serve. */
async function ours(namespace: keyof typeof hostsOf): Promise<number> {
  const hosts = new Set((await kong.tagged("routes")).flatMap((route) => route.hosts ?? []));
  return hostsOf[namespace].filter((host) => hosts.has(host)).length;
}

test("300 live Ingresses are claimed by one command, which changes nothing of what is served", async () => {
  const tried = await story.script(
    `${docBlock("migrate.md", "sh", "> claims.yaml")}grep -c ' kind: Domain$' claims.yaml`,
  );
  expect(tried).toContain("nobody serves shared.example itself");
  expect(tried).toMatch(/^300$/m);
  await story.script(docBlock("migrate.md", "sh", "--timeout=5m"));
  await eventually(async () => {
    const listed = await story.script(docBlock("migrate.md", "sh", "-o wide"));
    expect(listed.match(/ OK +Held +False /g)).toHaveLength(600);
  });
  const held = (await story.records()).map(({ spec }) => `${spec.host} ${spec.holder?.namespace ?? ""}`);
  const wanted = namespaces.flatMap((namespace) => hostsOf[namespace].map((host) => `${host} ${namespace}`));
  expect(held.sort()).toEqual(wanted.sort());
  for (const namespace of namespaces) expect(await ours(namespace)).toBe(0);
  await visits.round();
  expect(visits.wrong).toEqual([]);
});

test("a report says beforehand what the controller would write once hosts are handed over, and writes nothing", async () => {
  const there = await kong.everything();
  const before = await reported("");
  expect(before).toMatch(/^Claims: 300 would be OK, 0 would not\.$/m);
  expect(before).toMatch(/^ {2}acme\.example \(acme-org\/acme\.example\): ForeignHost: /m);
  expect(before).toContain("\nKong: nothing would be written.\n");
  const after = await reported(all.map(({ host }) => host).join(","));
  expect(after).toContain("\nAll that OK claims are asked to serve would be served.\n");
  expect(after).toContain("\nKong: it would create 300 routes, create 3 services.\n");
  expect(await kong.everything()).toEqual(there);
});

test("a report that watches is printed again when something else would come of it, and ends when it is asked to", async () => {
  const line = [join(PROJECT, "controller/src/main.ts"), "--report-only", "--watch", "--report-format=json"];
  const env = { ...process.env, KUBECONFIG: auditor };
  const child = spawn(process.execPath, [...line, ...controllerArgs, `--kong-admin-url=${story.adminUrl}`], { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const reports: { readonly claims: { readonly ok: number } }[] = [];
  createInterface(child.stdout).on("line", (text) => reports.push(JSON.parse(text) as (typeof reports)[number]));
  await eventually(() => expect(reports.map(({ claims }) => claims.ok)).toEqual([300]));
  expect((await story.kubectl(["domain", "claim", "later.example", "-n", "acme-org", "--timeout=150s"])).code).toBe(0);
  await eventually(() => expect(reports.at(-1)?.claims.ok).toBe(301));
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

/** What the command of the page says with these hosts handed over, to somebody who may read and nothing else. */
async function reported(handedOver: string): Promise<string> {
  const script = docBlock("migrate.md", "sh", "--report-only")
    .replace("http://127.0.0.1:8001", story.adminUrl)
    .replace("'*.acme.org,acme.org'", `'${handedOver}'`);
  expect(script).toContain(`--ingress-controller-name ${otherController}`);
  return await story.script(script, { cwd: PROJECT, env: { KUBECONFIG: auditor } });
}

test("namespace by namespace hosts are handed over, and back, beside the routes that are there", async () => {
  for (const namespace of namespaces) {
    await story.script(docBlock("migrate.md", "sh", "foreign-hosts=allowed").replaceAll("acme-org", namespace));
    await eventually(async () => expect(await ours(namespace)).toBe(hostsOf[namespace].length));
  }
  await visits.round();
  expect((await story.kubectl(["label", "namespace", "coyote-org", `${label}-`])).code).toBe(0);
  await eventually(async () => expect(await ours("coyote-org")).toBe(0));
  await visits.round();
  expect((await story.kubectl(["label", "namespace", "coyote-org", `${label}=allowed`])).code).toBe(0);
  await eventually(async () => expect(await ours("coyote-org")).toBe(100));
  await visits.round();
  expect(visits.wrong).toEqual([]);
});

test("the other controller's routes are taken away, and put back, and nobody notices", async () => {
  const takeAway = docBlock("migrate.md", "sh", "tag=managed-by-ingress-controller");
  await story.script(docBlock("migrate.md", "sh", "kubectl scale"));
  for (const again of [true, false]) {
    await story.script(takeAway);
    expect(await kong.tagged("routes", otherTag)).toEqual([]);
    await visits.round();
    if (again) for (const namespace of namespaces) await otherRoutes(namespace);
    await visits.round();
  }
  expect(visits.wrong).toEqual([]);
  expect(visits.count()).toBeGreaterThan(6 * all.length);
});

test("then labels may go at once, and nobody notices: nothing is foreign any more", async () => {
  await story.script(docBlock("migrate.md", "sh", "namespace --all"));
  await moreLooks(story.runningControllers()[0], 3);
  await visits.round();
  await visits.end();
  expect(visits.wrong).toEqual([]);
  for (const namespace of namespaces) expect(await ours(namespace)).toBe(hostsOf[namespace].length);
});

function names(count: number, name: (at: string) => string): readonly string[] {
  return Array.from({ length: count }, (_, at) => name(String(at)));
}
