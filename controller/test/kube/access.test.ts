import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { clusterAccess } from "../../src/kube/access.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { kubeconfig } from "./kubeconfig-kit.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** A path at which there is nothing. */
const missing = join(tempFolder(), "missing");
const env = { HOME: missing };

/** A kubeconfig whose credential plugin counts its runs in a file, and the file. */
function withPlugin(expires?: string): { readonly file: string; readonly runs: string } {
  const runs = join(tempFolder(), "runs");
  writeFileSync(runs, "");
  const credential = {
    ...{ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential" },
    status: { token: "from-plugin", ...(expires === undefined ? {} : { expirationTimestamp: expires }) },
  };
  const script = `require("fs").appendFileSync(${JSON.stringify(runs)},"x");console.log(${JSON.stringify(JSON.stringify(credential))})`;
  const exec = { apiVersion: credential.apiVersion, command: process.execPath, args: ["-e", script] };
  return { file: kubeconfig("https://a.example", { exec }), runs };
}

/** A home folder with that kubeconfig. */
function homeWith(file: string): string {
  const home = tempFolder();
  mkdirSync(join(home, ".kube"));
  copyFileSync(file, join(home, ".kube", "config"));
  return home;
}

describe("the cluster is", () => {
  test("the one of the given kubeconfig, whatever KUBECONFIG says", () => {
    const given = kubeconfig("https://given.example/prefix/");
    const access = clusterAccess({ kubeconfig: given }, new FakeClock(), {
      ...env,
      KUBECONFIG: kubeconfig("https://other.example"),
    });
    expect(access).toMatchObject({ server: "https://given.example/prefix", namespace: "test-ns" });
  });

  test("the first file's of KUBECONFIG, as kubectl merges them: the first to say something wins, missing files are passed over", () => {
    const files = [
      missing,
      kubeconfig("https://one.example", {}, "one"),
      kubeconfig("https://two.example", {}, "two"),
      kubeconfig("https://late.example", {}, "one"),
    ];
    const KUBECONFIG = files.join(delimiter);
    expect(clusterAccess({}, new FakeClock(), { ...env, KUBECONFIG }).server).toBe("https://one.example");
    expect(clusterAccess({ context: "two" }, new FakeClock(), { ...env, KUBECONFIG }).server).toBe(
      "https://two.example",
    );
  });

  test.each([
    ["there is none", {}, "pass --kubeconfig"],
    ["the file is missing", { kubeconfig: missing }, `${missing} can't be read as a kubeconfig`],
    ["the context is unknown", { kubeconfig: kubeconfig("https://a.example"), context: "typo" }, "no context typo"],
    [
      "it is behind a SOCKS proxy",
      { kubeconfig: kubeconfig("https://a.example", {}, "a", { "proxy-url": "socks5://p:1" }) },
      "only http and https proxies",
    ],
  ])("refused with a sentence where %s", (_, options, sentence) => {
    expect(() => clusterAccess(options, new FakeClock(), env)).toThrow(sentence);
  });

  test("not guessed where KUBECONFIG names files and none of them exists", () => {
    const set = { ...env, HOME: homeWith(kubeconfig("https://home.example")), KUBECONFIG: missing };
    expect(() => clusterAccess({}, new FakeClock(), set)).toThrow(`KUBECONFIG names no file that exists: ${missing}`);
    expect(clusterAccess({}, new FakeClock(), { HOME: set.HOME }).server).toBe("https://home.example");
  });
});

describe("credentials are", () => {
  test("a token file's content, read again so that a rotated token is used, relative to the kubeconfig", async () => {
    const clock = new FakeClock();
    const file = kubeconfig("https://a.example", { tokenFile: "token", token: "older" });
    const token = join(file, "..", "token");
    writeFileSync(token, "first\n");
    const access = clusterAccess({ kubeconfig: file }, clock, env);
    expect((await access.credentials()).headers).toEqual({ authorization: "Bearer first" });
    writeFileSync(token, "second\n");
    clock.stall(10_001);
    access.refused();
    expect((await access.credentials()).headers).toEqual({ authorization: "Bearer second" });
  });

  test("client certificates, with a fingerprint that changes when they do", async () => {
    const clock = new FakeClock();
    const dir = tempFolder();
    const [cert, key] = [join(dir, "cert"), join(dir, "key")];
    writeFileSync(cert, "cert 1");
    writeFileSync(key, "key 1");
    const file = kubeconfig("https://a.example", { "client-certificate": cert, "client-key": key });
    const access = clusterAccess({ kubeconfig: file }, clock, env);
    const before = await access.credentials();
    expect(String(before.tls.cert)).toBe("cert 1");
    writeFileSync(cert, "cert 2");
    expect((await access.credentials()).tlsFingerprint).toBe(before.tlsFingerprint);
    clock.stall(10_001);
    expect((await access.credentials()).tlsFingerprint).not.toBe(before.tlsFingerprint);
  });

  test("asked of a credential plugin once, however many calls wait for them", async () => {
    const { file, runs } = withPlugin();
    const access = clusterAccess({ kubeconfig: file }, new FakeClock(), env);
    const all = await Promise.all(Array.from({ length: 5 }, () => access.credentials()));
    expect(new Set(all.map(({ headers }) => headers["authorization"]))).toEqual(new Set(["Bearer from-plugin"]));
    expect(sizeOf(runs)).toBe(1);
  });

  test("asked of the plugin again after the API server refused them, but not at every refusal", async () => {
    const clock = new FakeClock();
    const { file, runs } = withPlugin();
    const access = clusterAccess({ kubeconfig: file }, clock, env);
    await access.credentials();
    for (let refusals = 0; refusals < 3; refusals += 1) {
      access.refused();
      await access.credentials();
    }
    expect(sizeOf(runs)).toBe(2);
    clock.stall(10_000);
    access.refused();
    await access.credentials();
    expect(sizeOf(runs)).toBe(3);
  });

  test("tried for again after the plugin failed", async () => {
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: ["-e", "process.exit(3)"],
    };
    const access = clusterAccess({ kubeconfig: kubeconfig("https://a.example", { exec }) }, new FakeClock(), env);
    await expect(access.credentials()).rejects.toThrow();
    await expect(access.credentials()).rejects.toThrow();
  });

  test("a user's name and password, a fixed token, an impersonation", async () => {
    const headersOf = async (user: object) =>
      (await clusterAccess({ kubeconfig: kubeconfig("https://a.example", user) }, new FakeClock(), env).credentials())
        .headers;
    expect(await headersOf({ username: "u", password: "p" })).toEqual({ authorization: "Basic dTpw" });
    expect(await headersOf({ token: "t", as: "marvin" })).toEqual({
      authorization: "Bearer t",
      "impersonate-user": "marvin",
    });
  });
});

function sizeOf(file: string): number {
  return readFileSync(file, "utf8").length;
}
