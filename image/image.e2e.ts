import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { command, whyUnusable } from "../e2e/support/command.ts";
import { version } from "./programs.ts";

// The image from Debian's packages, which can be built wherever these tests run: its bytes, and what is in it.

const checkout = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "domain-claims-image-e2e-"));
const architecture = process.arch === "x64" ? "amd64" : "arm64";

const build = (output: string, ...args: readonly string[]): Promise<string> =>
  command(process.execPath, [
    join(checkout, "image/build.ts"),
    "controller",
    ...["--architecture", architecture, "--output", join(folder, output), ...args],
  ]);

const hash = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

/** Why no image can be built from Debian's packages here, and why nobody can be somebody else in it. */
const noPackages = (await whyUnusable("apt-get", "--version")) ?? (await whyUnusable("dpkg-deb", "--version"));
const noUsers = await whyUnusable("unshare", "--user", "--map-user=65532", "--map-group=65532", "true");

beforeAll(async () => {
  if (noPackages === undefined) await build("first", "--base", "debian");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("built again, every file has the same bytes", async ({ skip }) => {
  skip(noPackages !== undefined, `the image is made of Debian's packages: ${String(noPackages)}`);
  await build("second", "--base", "debian");
  const files = (name: string): readonly string[] =>
    readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  const hashes = (name: string): readonly string[] =>
    files(name).map((file) => `${file.slice(join(folder, name).length)} ${hash(file)}`);
  expect(hashes("second")).toEqual(hashes("first"));
  expect(hashes("first").length).toBeGreaterThan(5);
});

test("its controller runs with nothing but what is in it, as a user that is not root, and says its version", async ({
  skip,
}) => {
  skip(noPackages !== undefined, `the image is made of Debian's packages: ${String(noPackages)}`);
  skip(
    noUsers !== undefined,
    `the image is run in a namespace of users, which this machine refuses: ${String(noUsers)}`,
  );
  const [archive, root] = [join(folder, "archive"), join(folder, "root")];
  for (const made of [archive, root]) mkdirSync(made);
  await command("tar", ["--extract", "--file", join(folder, "first", `${architecture}.tar`), "--directory", archive]);
  const [{ Config, Layers }] = JSON.parse(readFileSync(join(archive, "manifest.json"), "utf8")) as [
    { readonly Config: string; readonly Layers: readonly string[] },
  ];
  for (const layer of Layers)
    await command("tar", ["--extract", "--gzip", "--file", join(archive, layer), "--directory", root]);
  const { config } = JSON.parse(readFileSync(join(archive, Config), "utf8")) as {
    readonly config: Readonly<Record<"Entrypoint" | "User" | "Labels", unknown>>;
  };
  expect(config).toMatchObject({
    User: "65532:65532",
    Labels: { "org.opencontainers.image.title": "domain-claims", "org.opencontainers.image.version": version },
  });
  const inside = ["--user", "--map-user=65532", "--map-group=65532", `--root=${root}`];
  const entrypoint = config.Entrypoint as readonly string[];
  expect(await command("unshare", [...inside, ...entrypoint, "--version"], { env: {} })).toBe(`${version}\n`);
  expect(
    await command("unshare", [...inside, "node", "--version"], { env: { PATH: "/usr/local/bin:/usr/bin:/bin" } }),
  ).toBe(`${process.version}\n`);
});

test("a base image that a registry does not have is said, and nothing is left of the build", async () => {
  const registry = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((listening) => registry.listen(0, "127.0.0.1", listening));
  const base = `127.0.0.1:${String((registry.address() as AddressInfo).port)}/base:nonroot`;
  await expect(build("third", "--base", base)).rejects.toThrow(`the base image ${base} cannot be pulled`);
  registry.close();
  expect(readdirSync(folder)).not.toContain("third");
});
