/** @module-tag long */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { load } from "js-yaml";
import { expect, test } from "vitest";
import { chooseGateway, gatewayManifests } from "../kind/gateway.ts";
import { suitesOf } from "../kind/stories.ts";
import { docBlock } from "../support/doc-blocks.ts";
import { containers } from "../support/docker-kong/containers.ts";
import { manifestsIn, ofKind } from "../support/helm/manifests.ts";
import { PROJECT } from "../support/world/project.ts";

test("without an engine behind Docker make e2e-kind ends with one sentence, which says what to do", async () => {
  const env = { ...process.env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
  const ended = promisify(execFile)(process.execPath, [join(PROJECT, "e2e/kind/run.ts")], { env });
  const { code, stdout, stderr } = (await ended.catch((error: unknown) => error)) as Record<string, unknown>;
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /^error: a cluster of kind runs in Docker, and there is none here \(.+\)\. Install Docker .+\n$/,
  );
});

test("every suite that is run there exists, every suite of the folder is run, and the one that removes all is the last", () => {
  const suites = suitesOf().flat();
  expect(suites.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
  const own = readdirSync(join(PROJECT, "e2e/kind")).filter((name) => name.endsWith(".e2e.ts"));
  expect(suites).toEqual(expect.arrayContaining(own.map((name) => `e2e/kind/${name}`)));
  expect(suites.at(-1)).toBe("e2e/kind/uninstall.e2e.ts");
});

test("ONLY chooses suites by a part of their name, and groups without one are left out", () => {
  expect(suitesOf("pods")).toEqual([["e2e/kind/pods.e2e.ts"]]);
  expect(suitesOf("nothing of the kind")).toEqual([]);
});

test("the stand-in takes Kong's place where that is asked for, and it is said", async () => {
  const said: string[] = [];
  expect(await chooseGateway({ KONG_IMAGE: "none" }, (line) => said.push(line))).toBe("stand-in");
  expect(said).toEqual([expect.stringContaining("kong-stand-in")]);
});

test.each([
  ["stand-in", ["domain-claims-kong-stand-in:e2e"]],
  [{ kong: "kong:3.9", postgres: "postgres:17" }, ["postgres:17", "kong:3.9", "kong:3.9"]],
] as const)(
  "what is applied for the gateway names the images that were loaded, and the ports that are mapped",
  (gateway, images) => {
    const text = gatewayManifests(gateway);
    const manifests = manifestsIn(text);
    expect([...text.matchAll(/^ +image: (.*)$/gm)].map(([, image]) => image)).toEqual(images);
    expect(ofKind("Service", manifests).map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(["kong-kong-proxy", "kong-kong-admin", "from-outside"]),
    );
  },
);

const images = { kong: "kong:3.9", postgres: "postgres:17" };
const [inCluster] = ofKind("ConfigMap", manifestsIn(gatewayManifests(images)));

test.each([
  ["in the cluster", inCluster?.["data"]],
  ["in Docker", containers(images, { postgres: 1, admin: 2, proxy: 3, proxyTls: 4, dns: 5 }).kong.env],
])("a Kong %s remembers addresses for as long as docs/install.md has it", (_, given) => {
  const { env } = load(docBlock("install.md", "yaml", "dns_valid_ttl")) as { env: Readonly<Record<string, number>> };
  const named = Object.entries(env).map(([name, value]) => [`KONG_${name.toUpperCase()}`, String(value)]);
  expect(given).toMatchObject(Object.fromEntries(named));
});
