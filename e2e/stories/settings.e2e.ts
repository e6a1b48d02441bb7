import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeKubeconfig } from "../support/controlplane/kubeconfig.ts";
import type { Output } from "../support/world/kubectl.ts";
import { PROJECT } from "../support/world/project.ts";

describe("a controller that can't run says why, and ends with 1", () => {
  let pretender: Server;
  let root: object = {};
  let folder: string;
  /** The kubeconfig of a cluster that does not answer. */
  let unreachable: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "domain-claims-settings-"));
    unreachable = writeKubeconfig(join(folder, "kubeconfig"), {
      ...{ url: "https://127.0.0.1:1", ca: "", user: "nobody" },
      credentials: { kind: "tokenFile", file: join(folder, "token") },
    });
    pretender = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(root));
    });
    await new Promise<void>((listening) => pretender.listen(0, "127.0.0.1", listening));
  });

  afterAll(() => {
    pretender.close();
    rmSync(folder, { recursive: true });
  });

  const run = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Output> => {
    const child = spawn(process.execPath, [join(PROJECT, "controller/src/main.ts"), ...args], {
      env: { PATH: process.env["PATH"], ...env },
      stdio: "pipe",
      timeout: 300_000,
    });
    const ended = new Promise<number | undefined>((resolve) =>
      child.once("close", (code) => resolve(code ?? undefined)),
    );
    const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { code, stdout, stderr };
  };
  const kongOf = (version: string, configuration: object): object => ({
    version,
    configuration,
    plugins: { available_on_server: { "pre-function": true } },
  });

  test.each([
    [
      "without a database",
      kongOf("3.9.1", { database: "off", router_flavor: "traditional_compatible" }),
      "Kong runs without a database (database = off), but one is needed",
    ],
    [
      "with another router flavor",
      kongOf("3.9.1", { database: "postgres", router_flavor: "expressions" }),
      "Set router_flavor = traditional_compatible",
    ],
    [
      "that is too old",
      kongOf("3.3.1", { database: "postgres", router_flavor: "traditional_compatible" }),
      "Kong is 3.3.1, but 3.4 or newer is needed",
    ],
  ])("a Kong %s is refused at start", async (_name, answer, sentence) => {
    root = answer;
    const { port } = pretender.address() as AddressInfo;
    const args = ["--kong-admin-url", `http://127.0.0.1:${String(port)}`, "--health-address=127.0.0.1:0"];
    // An API server that is away is waited for; the Kong is none to wait for.
    const { code, stderr } = await run(args, { KUBECONFIG: unreachable });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) as string });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
  });

  test.each([
    [["--kong-admin-ulr=http://127.0.0.1:1"], {}, /--kong-admin-ulr.*--kong-admin-url/],
    [[], {}, /set --kong-admin-url or KONG_ADMIN_URL/],
    [["--kong-admin-url=kong:8001"], {}, /--kong-admin-url/],
    [["--kong-resync-period=often"], { KONG_ADMIN_URL: "http://127.0.0.1:1" }, /--kong-resync-period/],
    [[], { KONG_ADMIN_URL: "http://127.0.0.1:1", DOMAIN_CLAIMS_LOG_LEVEL: "loud" }, /DOMAIN_CLAIMS_LOG_LEVEL/],
    [
      ["--publish-status-address=192.0.2.1", "--publish-service=a/b"],
      { KONG_ADMIN_URL: "http://127.0.0.1:1" },
      /are both set/,
    ],
    [["--kong-admin-client-cert-file=/nowhere.pem"], { KONG_ADMIN_URL: "https://127.0.0.1:1" }, /can't be read/],
  ])("the settings %j with %j are refused with a sentence", async (args, env, sentence) => {
    const { code, stdout, stderr } = await run(args, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(sentence);
  });

  test("without any cluster it says how one is named", async () => {
    const { code, stderr } = await run([], { KONG_ADMIN_URL: "http://127.0.0.1:1" });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "error: no cluster: pass --kubeconfig, set KUBECONFIG, or run in a pod with a ServiceAccount\n",
    });
  });

  test("--help tells every setting, and ends with 0", async () => {
    const { code, stdout } = await run(["--help"]);
    expect(code).toBe(0);
    for (const flag of ["--kong-admin-url", "--system-namespace", "--reserved-names", "--leader-election"])
      expect(stdout).toContain(flag);
  });
});
