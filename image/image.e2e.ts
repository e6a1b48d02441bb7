import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { qemu, whyNoArm64 } from "../e2e/support/arm64.ts";
import { command, whyUnusable } from "../e2e/support/command.ts";
import type { Architecture } from "./architectures.ts";
import { version } from "./programs.ts";

// The image from Debian's packages, which can be built wherever these tests run: its bytes, and what is in it.

const checkout = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "domain-claims-image-e2e-"));
const here = process.arch === "x64" ? "amd64" : "arm64";

const build = (output: string, base: string, architecture: Architecture = here): Promise<string> =>
  command(process.execPath, [
    join(checkout, "image/build.ts"),
    "controller",
    ...["--architecture", architecture, "--output", join(folder, output), "--base", base],
  ]);

const hash = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

/** Why no image can be built from Debian's packages here, or none for arm64, and why nobody can be somebody else in it. */
const noPackages = (await whyUnusable("apt-get", "--version")) ?? (await whyUnusable("dpkg-deb", "--version"));
const noArchive =
  (await whyUnusable("grep", "--quiet", "^ID=debian$", "/etc/os-release")) &&
  "this is not Debian, whose archive has the packages of every architecture";
const refused = await whyUnusable("unshare", "--user", "--map-user=65532", "--map-group=65532", "true");
const noUsers =
  refused === undefined
    ? undefined
    : `the image is run in a namespace of users, which this machine refuses: ${refused}`;

beforeAll(async () => {
  if (noPackages === undefined) await build("first", "debian");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("built again, every file has the same bytes", async ({ skip }) => {
  skip(noPackages !== undefined, `the image is made of Debian's packages: ${String(noPackages)}`);
  await build("second", "debian");
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
  skip(noUsers !== undefined, noUsers);
  await runs("first", here);
});

test("so does the controller of the image for arm64, where qemu runs it", async ({ skip }) => {
  skip(here === "arm64", "this is arm64, and the test above ran it");
  const why = noPackages ?? noArchive ?? noUsers ?? (await whyNoArm64());
  skip(why !== undefined, why);
  await build("arm64", "debian", "arm64");
  const program = await command("sh", ["-c", `command -v ${qemu}`]);
  await runs("arm64", "arm64", program.trim());
});

/** What an image of ours has to do, in a root of its own; `emulator` is a program without libraries that runs what is in it. */
async function runs(name: string, architecture: Architecture, emulator?: string): Promise<void> {
  const [archive, root] = [join(folder, `${name}-archive`), join(folder, `${name}-root`)];
  for (const made of [archive, root]) mkdirSync(made);
  await command("tar", ["--extract", "--file", join(folder, name, `${architecture}.tar`), "--directory", archive]);
  const [{ Config, Layers }] = JSON.parse(readFileSync(join(archive, "manifest.json"), "utf8")) as [
    { readonly Config: string; readonly Layers: readonly string[] },
  ];
  for (const layer of Layers)
    await command("tar", ["--extract", "--gzip", "--file", join(archive, layer), "--directory", root]);
  const image = JSON.parse(readFileSync(join(archive, Config), "utf8")) as {
    readonly architecture: string;
    readonly config: Readonly<Record<"Entrypoint" | "User" | "Labels", unknown>>;
  };
  expect(image).toMatchObject({
    architecture,
    config: {
      User: "65532:65532",
      Labels: { "org.opencontainers.image.title": "domain-claims", "org.opencontainers.image.version": version },
    },
  });
  if (emulator !== undefined) copyFileSync(emulator, join(root, "emulator"));
  const inside = ["--user", "--map-user=65532", "--map-group=65532", `--root=${root}`];
  const through = emulator === undefined ? [] : ["/emulator"];
  const entrypoint = image.config.Entrypoint as readonly string[];
  expect(await command("unshare", [...inside, ...through, ...entrypoint, "--version"], { env: {} })).toBe(
    `${version}\n`,
  );
  const node = emulator === undefined ? "node" : "/usr/local/bin/node";
  expect(
    await command("unshare", [...inside, ...through, node, "--version"], {
      env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    }),
  ).toBe(`${process.version}\n`);
}

test("a base image that a registry does not have is said, and nothing is left of the build", async () => {
  const registry = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((listening) => registry.listen(0, "127.0.0.1", listening));
  const base = `127.0.0.1:${String((registry.address() as AddressInfo).port)}/base:nonroot`;
  await expect(build("third", base)).rejects.toThrow(`the base image ${base} cannot be pulled`);
  registry.close();
  expect(readdirSync(folder)).not.toContain("third");
});
