import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { downloadedBinaries } from "../support/controlplane/download.ts";
import { silent } from "../support/progress.ts";

let root: string;
let archive: Buffer;
let sum: string;
let requests: string[];

const server = createServer((request, response) => {
  requests.push(request.url ?? "");
  if (request.url === "/assets.tar.gz") response.end(archive);
  else response.writeHead(404).end();
});

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "domain-claims-download-"));
  const folder = join(root, "controller-tools/envtest");
  mkdirSync(folder, { recursive: true });
  for (const name of ["etcd", "kube-apiserver", "kubectl"]) {
    writeFileSync(join(folder, name), "#!/bin/sh\n");
    chmodSync(join(folder, name), 0o755);
  }
  execFileSync("tar", ["-czf", join(root, "assets.tar.gz"), "-C", root, "controller-tools"]);
  archive = readFileSync(join(root, "assets.tar.gz"));
  sum = createHash("sha256").update(archive).digest("hex");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

beforeEach(() => {
  requests = [];
  rmSync(join(root, "cache"), { recursive: true, force: true });
});

afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

function settings(path: string, checksum = sum): NodeJS.ProcessEnv {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  return {
    CONTROL_PLANE_ASSETS_URL: url,
    CONTROL_PLANE_ASSETS_SHA256: checksum,
    XDG_CACHE_HOME: join(root, "cache"),
    PATH: process.env["PATH"],
  };
}

test("an archive with the right checksum is unpacked into the cache, and fetched once", async () => {
  const found = await downloadedBinaries(settings("/assets.tar.gz"), silent);
  const folder = join(root, "cache/domain-claims/download", sum, "controller-tools/envtest");
  expect(found).toEqual({
    etcd: join(folder, "etcd"),
    "kube-apiserver": join(folder, "kube-apiserver"),
    kubectl: join(folder, "kubectl"),
  });
  expect(await downloadedBinaries(settings("/assets.tar.gz"), silent)).toEqual(found);
  expect(requests).toEqual(["/assets.tar.gz"]);
});

test("an archive with another checksum is refused, and nothing of it is kept", async () => {
  const wrong = "0".repeat(64);
  const attempt = downloadedBinaries(settings("/assets.tar.gz", wrong), silent);
  await expect(attempt).rejects.toThrow(`its SHA-256 is ${sum}, not ${wrong}`);
  expect(readdirSync(join(root, "cache/domain-claims/download"))).toEqual([]);
});

test("where the archive cannot be had, that is said and the search goes on", async () => {
  const lines: string[] = [];
  expect(await downloadedBinaries(settings("/missing"), (line) => lines.push(line))).toBeUndefined();
  expect(lines.at(-1)).toContain("cannot be had (HTTP 404); going on without");
});

test("an address without a checksum is refused", async () => {
  const attempt = downloadedBinaries(settings("/assets.tar.gz", ""), silent);
  await expect(attempt).rejects.toThrow("set CONTROL_PLANE_ASSETS_SHA256");
  expect(requests).toEqual([]);
});

test("nothing is downloaded unless an address is set", async () => {
  expect(await downloadedBinaries({}, silent)).toBeUndefined();
});
