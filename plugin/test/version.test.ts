import { afterEach, beforeEach, expect, test } from "vitest";

import { version } from "../src/cli/version.ts";
import { discovery } from "./support/discovery.ts";
import { openTerminal } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
const client = `Client: kubectl-domain v${version} (Node ${process.version})\n`;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

test("version tells the plugin's, what is served, and who leads", async () => {
  terminal.api.intercept = discovery;
  terminal.api.put("leases", {
    metadata: {
      name: "domain-claims",
      namespace: "kong-system",
      annotations: { "platform.koli.io/version": "0.2.0", "platform.koli.io/checks": "[]" },
    },
    spec: { holderIdentity: "pod-1", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:59:57.000000Z" },
  });
  expect(await terminal.type(["version"])).toEqual({
    code: 0,
    stdout: `${client}API: platform.koli.io/v1\nController: v0.2.0; Lease kong-system/domain-claims is held by pod-1, last renewed 3s ago\nWarning: the plugin is of version ${version} and the controller of 0.2.0: update the plugin, which may not know what the other says\n`,
    stderr: "",
  });
  const { stdout } = await terminal.type(["version", "-o", "json"]);
  expect(JSON.parse(stdout)).toEqual({
    client: { version: `v${version}`, node: process.version },
    api: { group: "platform.koli.io", versions: ["v1"] },
    controller: {
      namespace: "kong-system",
      lease: "domain-claims",
      version: "0.2.0",
      leader: "pod-1",
      renewed: "2026-01-03T23:59:57.000000Z",
      away: false,
      late: false,
    },
    skew: expect.stringContaining("update the plugin"),
  });
});

test("a cluster without our kinds, and a Lease that may not be read, are said", async () => {
  terminal.api.deny = (_verb, plural) => plural === "leases";
  expect((await terminal.type(["version"])).stdout).toBe(
    `${client}API: platform.koli.io is not served: Domain Claims for Kong is not installed\nController: not known: its Lease may not be read, or is not there\n`,
  );
});

test("--client asks nobody; formats are those of kubectl version", async () => {
  expect((await terminal.type(["version", "--client", "-o", "yaml"])).stdout).toBe(
    `client:\n  node: ${process.version}\n  version: v${version}\n`,
  );
  expect(terminal.api.received).toEqual([]);
  expect((await terminal.type(["version", "-o", "name"])).stderr).toBe("error: --output must be 'yaml' or 'json'\n");
});
