import { expect, test } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import { unavailable } from "../../src/kube/errors.ts";
import type { KubeResponse } from "../../src/kube/calls.ts";
import { checkCluster, checkKong } from "../../src/operations/preflight.ts";
import type { KongInfo } from "../../src/plan/kong/entities.ts";
import { statusAnswer } from "../kube/fake-api.ts";
import { fakeLog } from "../kube/fake-log.ts";

const url = "http://kong:8001";
const server = "https://cluster.example:6443";

async function kongSays(info: () => Promise<KongInfo>) {
  const log = fakeLog();
  await checkKong({ info }, url, log);
  return log.lines;
}

async function clusterSays(request: () => Promise<KubeResponse>) {
  const log = fakeLog();
  await checkCluster({ server, request }, log);
  return log.lines;
}

const good: KongInfo = {
  version: "3.9.1",
  database: "postgres",
  routerFlavor: "traditional_compatible",
  takeOverMs: 5000,
  otherNodesMs: 5000,
  readsReplica: false,
  srvFirst: false,
  dnsCacheMs: 5_000,
  preFunction: true,
};

test("a Kong that answers is named in the log", async () => {
  expect(await kongSays(async () => good)).toEqual([
    { level: "info", fields: { kong: "3.9.1", url }, message: "Kong answers" },
  ]);
});

test("a Kong that can't be used ends the start with a sentence", async () => {
  await expect(kongSays(async () => ({ ...good, database: "off" }))).rejects.toMatchObject({ name: "Unusable" });
});

test("a Kong that does not answer is waited for, and the log says where it was looked for and why in vain", async () => {
  const silent = new KongError("Kong's Admin API did not serve GET /: nothing listens", { kind: "unavailable" });
  expect(await kongSays(() => Promise.reject(silent))).toEqual([
    { level: "warn", fields: { url, error: silent.message }, message: "Kong can't be used yet; waiting for it" },
  ]);
});

test("an API server that answers is named in the log", async () => {
  expect(await clusterSays(async () => ({ status: 200, headers: {}, body: { gitVersion: "v1.36.0" } }))).toEqual([
    { level: "info", fields: { server, kubernetes: "v1.36.0" }, message: "the API server answers" },
  ]);
});

test("one that can't be reached is waited for, and the log says which and why", async () => {
  const cut = () => Promise.reject<KubeResponse>(unavailable("GET /version", new Error("connect ECONNREFUSED")));
  expect(await clusterSays(cut)).toEqual([
    {
      level: "warn",
      fields: { server, error: "GET /version: connect ECONNREFUSED" },
      message: "the API server can't be used yet; waiting for it",
    },
  ]);
});

test("one that refuses our credentials is told from one that is not there", async () => {
  const [line] = await clusterSays(async () => statusAnswer(401, "Unauthorized"));
  expect(line?.message).toBe("the API server does not accept our credentials; trying again until it does");
});
