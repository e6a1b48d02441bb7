import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { processRuns } from "./support/proc.ts";
import { onStderr, silent } from "./support/progress.ts";
import type { BackendAnswer } from "./support/world/backend.ts";
import { runKubectl } from "./support/world/kubectl.ts";
import { nextSteps } from "./support/world/next-steps.ts";
import { stateOf, takeDown } from "./support/world/run-folder.ts";
import { startWorld } from "./support/world/start-world.ts";
import type { Tenant, World } from "./support/world/start-world.ts";
import { up } from "./support/world/up.ts";

describe("a world for a test", () => {
  let world: World;
  let acme: Tenant;
  let coyote: Tenant;

  beforeAll(async () => {
    world = await startWorld({ progress: onStderr });
    acme = await world.tenant("wile", "acme-org");
    coyote = await world.tenant("coyote", "coyote-org");
  });

  afterAll(() => world.stop());

  const claim = (name: string): string => {
    const spec = { primary: `${name}.example` };
    return JSON.stringify({ apiVersion: "platform.koli.io/v1", kind: "Domain", metadata: { name }, spec });
  };

  test("a tenant claims in the own namespace without naming it", async () => {
    const created = await acme.kubectl(["create", "-f", "-", "-o", "name"], { input: claim("acme") });
    expect(created).toEqual({ code: 0, stdout: "domain.platform.koli.io/acme\n", stderr: "" });
    expect((await acme.kubectl(["get", "domains", "-o", "name"])).stdout).toBe("domain.platform.koli.io/acme\n");
  });

  test("a tenant neither reads nor writes another's claims", async () => {
    const created = await coyote.kubectl(["create", "-f", "-"], { input: claim("theirs"), namespace: "acme-org" });
    expect(created.code).toBe(1);
    expect(created.stderr).toContain('User "coyote" cannot create resource "domains"');
    const read = await coyote.kubectl(["get", "domains", "-A"]);
    expect(read.stderr).toContain("at the cluster scope");
  });

  test("a tenant cannot write a status", async () => {
    const path = "/apis/platform.koli.io/v1/namespaces/acme-org/domains/acme/status";
    const written = await acme.kubectl(["replace", "--raw", path, "-f", "-"], { input: claim("acme") });
    expect(written.stderr).toContain('cannot update resource "domains/status"');
  });

  test("everybody reads the register of hosts, and no tenant writes it", async () => {
    expect(await coyote.kubectl(["get", "hostrecords"])).toMatchObject({ code: 0, stderr: "No resources found\n" });
    const mayWrite = await coyote.kubectl(["auth", "can-i", "create", "hostrecords"]);
    expect(mayWrite.stdout.trim()).toBe("no");
  });

  test("a user is one and the same in several namespaces, with a tenant for each", async () => {
    const second = await world.tenant("wile", "acme-labs");
    expect((await second.kubectl(["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"])).stdout).toBe(
      "wile",
    );
    expect((await second.kubectl(["get", "domains"])).stderr).toContain("in acme-labs namespace");
    expect((await acme.kubectl(["get", "domains", "-o", "name"])).stdout).toContain("acme");
  });

  test("commands can be run as the admin or as any tenant, and as nobody else", async () => {
    const whoami = ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"];
    expect((await world.kubectl(whoami)).stdout).toBe("cluster-admin");
    expect((await world.kubectl(whoami, { as: "coyote" })).stdout).toBe("coyote");
    expect(() => world.kubectl(whoami, { as: "bugs" })).toThrow("nobody is called bugs");
  });

  test("the controller's account may do what the chart's rights say, and write no Secrets", async () => {
    const account = "--as=system:serviceaccount:kong-system:domain-claims";
    const may = async (...action: string[]): Promise<string> =>
      (await world.kubectl(["auth", "can-i", ...action, account])).stdout.trim();
    expect(await may("create", "hostrecords")).toBe("yes");
    expect(await may("patch", "domains", "--subresource=status", "-A")).toBe("yes");
    expect(await may("update", "secrets", "-A")).toBe("no");
  });

  test("a backend answers at its Service's port, and tells what reached it", async () => {
    const backend = await world.backend({ namespace: "acme-org", service: "shop", portName: "http" });
    const { stdout } = await acme.kubectl(["get", "service", "shop", "-o", "jsonpath={.spec.ports[0].port}"]);
    expect(stdout).toBe(String(backend.port));
    const answer = await fetch(`http://127.0.0.1:${backend.port}/cart?x=1`);
    const body = (await answer.json()) as BackendAnswer;
    expect(body).toMatchObject({ service: "shop", namespace: "acme-org", method: "GET", path: "/cart?x=1" });
    expect(backend.requests).toEqual(["GET /cart?x=1"]);
  });

  test("controllers come and go: all that were asked for are ready, and the one that is killed is gone", async () => {
    const [first, second] = await world.startController(2);
    expect(first?.healthUrl).not.toBe(second?.healthUrl);
    // The one that begins to lead is not ready for a moment, until it has listed what Kong has.
    for (const { healthUrl } of world.runningControllers())
      await expect.poll(async () => (await fetch(`${healthUrl}/readyz`)).status).toBe(200);
    const killed = await world.killController();
    expect(killed.pid).toBe(first?.pid);
    expect(killed.ended()).toBe("SIGKILL");
    expect(processRuns(killed.pid)).toBe(false);
    expect(world.runningControllers().map(({ pid }) => pid)).toEqual([second?.pid]);
    await world.killController("SIGTERM");
    await expect(world.killController()).rejects.toThrow("no controller runs");
  });

  test("the gateway answers, and knows no host yet", async () => {
    const { status, body } = await world.request({ host: "nobody.example" });
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ message: "no Route matched with those values" });
  });
});

describe("a world in the background", () => {
  const folder = mkdtempSync(join(tmpdir(), "domain-claims-run-"));
  const options = { folder, controller: true, env: process.env, progress: silent };

  afterAll(async () => {
    await takeDown(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  test("is used by its environment file, goes on when asked for twice, and leaves nothing when taken down", async () => {
    const lines: string[] = [];
    await up(options);
    await up({ ...options, progress: (line) => lines.push(line) });
    expect(lines).toEqual(["it is up already", ...nextSteps(folder)]);
    const { processes } = stateOf(folder);
    const pids = processes.map(({ identity }) => identity.pid);
    expect(pids.map(String)).toEqual(
      processes.map(({ name }) => readFileSync(join(folder, `${name}.pid`), "utf8").trim()),
    );
    const env = readFileSync(join(folder, "env"), "utf8");
    const [, kubeconfig = ""] = /^export KUBECONFIG='(.*)'$/m.exec(env) ?? [];
    const [, path = ""] = /^export PATH='(.*)':"\$PATH"$/m.exec(env) ?? [];
    const kubectl = join(path.split(":")[0] ?? "", "kubectl");
    const run = await runKubectl(kubectl, ["get", "ingressclass", "kong", "-o", "jsonpath={.spec.controller}"], {
      kubeconfig,
    });
    expect(run.stdout).toBe("platform.koli.io/kong");
    expect(await takeDown(folder)).toEqual(processes.map(({ name }) => name));
    expect(pids.some(processRuns)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  test("that was interrupted leaves nothing running", async () => {
    const interruption = new AbortController();
    const pids = new Set<number>();
    const watch = setInterval(() => {
      stateOf(folder).processes.forEach(({ identity }) => pids.add(identity.pid));
      if (pids.size > 1) interruption.abort(new Error("no more"));
    }, 10);
    const rising = up({ ...options, signal: interruption.signal });
    await expect(rising).rejects.toThrow("no more");
    clearInterval(watch);
    expect(pids.size).toBeGreaterThan(1);
    expect([...pids].filter(processRuns)).toEqual([]);
    expect(stateOf(folder).state).toBe("down");
  });
});
