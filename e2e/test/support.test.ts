import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { cacheFolder, withLock } from "../support/cache.ts";
import { whyUnusable } from "../support/command.ts";
import { freePorts, onFreePorts, PortTaken } from "../support/ports.ts";
import { processRuns } from "../support/proc.ts";
import { startProcess, stopGroup, whenReady } from "../support/process.ts";
import { GiveUp, seconds, waitFor } from "../support/wait.ts";
import { givenKong, wantsDocker } from "../support/world/given-kong.ts";
import { inNamespace } from "../support/world/kubectl.ts";

test("what keeps a program from being used is said as a sentence that a skipped test can show", async () => {
  expect(await whyUnusable("true")).toBeUndefined();
  expect(await whyUnusable("no-such-program", "--version")).toBe("no-such-program --version: it is not installed");
  expect(await whyUnusable("sh", "-c", "echo not here >&2; exit 1")).toMatch(/^sh -c .*: not here$/);
});

describe("waiting", () => {
  test("returns what the probe finds, and takes exceptions for 'not yet'", async () => {
    let calls = 0;
    const probe = (): string | undefined => {
      calls += 1;
      if (calls === 1) throw new Error("not there");
      return calls === 2 ? undefined : "found";
    };
    expect(await waitFor({ what: "it", interval: 1 }, probe)).toBe("found");
    expect(calls).toBe(3);
  });

  test("ends with a sentence and the last exception", async () => {
    const failing = waitFor({ what: "a wonder", timeout: 20, interval: 5 }, () =>
      Promise.reject(new Error("no wonder")),
    );
    await expect(failing).rejects.toMatchObject({
      message: "waited 0.0 s for a wonder",
      cause: { message: "no wonder" },
    });
  });

  test("ends at once when the probe gives up", async () => {
    const failing = waitFor({ what: "it" }, () => Promise.reject(new GiveUp("never")));
    await expect(failing).rejects.toThrow("never");
  });

  test.each([
    [340, "0.3 s"],
    [9_960, "10 s"],
    [12_400, "12 s"],
    [59_600, "1 min 0 s"],
    [200_000, "3 min 20 s"],
  ])("%i milliseconds are %s", (milliseconds, text) => {
    expect(seconds(milliseconds)).toBe(text);
  });
});

describe("ports", () => {
  test("those that are given are distinct and free", async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(ports[0], "127.0.0.1", resolve));
    server.close();
  });

  test("an attempt that finds its port taken is made again with another", async () => {
    const tried: (number | undefined)[] = [];
    const result = await onFreePorts(1, async ([port]) => {
      tried.push(port);
      if (tried.length < 3) throw new PortTaken("taken");
      return "up";
    });
    expect(result).toBe("up");
    expect(tried).toHaveLength(3);
  });

  test("any other failure ends it, and so does the fifth taken port", async () => {
    let attempts = 0;
    const failing = (error: Error): Promise<never> =>
      onFreePorts(1, () => {
        attempts += 1;
        return Promise.reject(error);
      });
    await expect(failing(new Error("broken"))).rejects.toThrow("broken");
    expect(attempts).toBe(1);
    await expect(failing(new PortTaken("taken"))).rejects.toThrow("taken");
    expect(attempts).toBe(6);
  });
});

describe("processes", () => {
  const folder = mkdtempSync(join(tmpdir(), "domain-claims-processes-"));
  const start = (script: string): ReturnType<typeof startProcess> =>
    startProcess({
      name: "program",
      command: "sh",
      args: ["-c", script],
      logFile: join(folder, `${Math.random()}.log`),
    });

  test("one that ends while it is waited for is an error with the end of its log", async () => {
    const program = await start("echo all is lost; exit 3");
    const failing = whenReady(program, () => Promise.resolve(false));
    await expect(failing).rejects.toThrow(/program has ended \(exit code 3\); the end of its log:[^]*all is lost/);
  });

  test("one that is killed may have been so for want of memory, which it says", async () => {
    const failing = whenReady(await start("echo all is well; kill -KILL $$"), () => Promise.resolve(false));
    await expect(failing).rejects.toThrow(
      /ended \(SIGKILL; for want of memory .* killed (\d+|\?) processes\)[^]*all is well/,
    );
  });

  test("one that ends because its port is taken is told apart", async () => {
    const program = await start("echo 'listen tcp 127.0.0.1:1: bind: address already in use'; exit 1");
    await expect(whenReady(program, () => Promise.resolve(false))).rejects.toBeInstanceOf(PortTaken);
  });

  test("stopping one ends what it has started too", async () => {
    const program = await start("sleep 60 & echo $!; wait");
    const child = await waitFor({ what: "its child" }, () => Number(program.log()) || undefined);
    await program.stop();
    expect(program.ended()).toBe("SIGKILL");
    expect(processRuns(child)).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([0, 1, -1])("the group %i is never signalled", async (group) => {
    await expect(stopGroup(group, "nobody")).rejects.toThrow("is no process group to signal");
  });
});

describe("the cache", () => {
  test.each([
    [{ XDG_CACHE_HOME: "/var/cache/me" }, "/var/cache/me/domain-claims"],
    [{ XDG_CACHE_HOME: "relative" }, "/home/me/.cache/domain-claims"],
    [{}, "/home/me/.cache/domain-claims"],
  ])("with %j is %s", (env, expected) => {
    expect(cacheFolder(env, "/home/me")).toBe(expected);
  });

  test("work under one lock is done by one at a time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "domain-claims-lock-"));
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await sleep(20);
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(join(folder, "lock"), work)));
    expect(most).toBe(1);
    rmSync(folder, { recursive: true });
  });

  test("the lock of a process that died is taken over", async () => {
    const folder = mkdtempSync(join(tmpdir(), "domain-claims-lock-"));
    mkdirSync(folder, { recursive: true });
    const dead = { pid: process.pid, startTicks: 1, bootId: "an earlier one", command: [] };
    writeFileSync(join(folder, "lock"), JSON.stringify(dead));
    expect(await withLock(join(folder, "lock"), () => Promise.resolve("mine"))).toBe("mine");
    rmSync(folder, { recursive: true });
  });
});

describe("a Kong of the caller's", () => {
  const KONG_ADMIN_URL = "http://kong:8001";
  const KONG_PROXY_URL = "http://kong:8000";

  test("is used when both of its addresses are set", () => {
    const addresses = {
      adminUrl: KONG_ADMIN_URL,
      proxyUrl: KONG_PROXY_URL,
      nodeUrls: [KONG_PROXY_URL],
      nodeTls: [],
      embedded: false,
      ours: false,
    };
    expect(givenKong({ KONG_ADMIN_URL, KONG_PROXY_URL })).toMatchObject(addresses);
    expect(givenKong({ KONG_ADMIN_URL, KONG_PROXY_URL, KONG_PROXY_TLS: "kong:8443" })).toMatchObject({
      proxyTls: "kong:8443",
      nodeTls: ["kong:8443"],
    });
  });

  test("is none when nothing is set, or when the addresses are those of our own gateway", () => {
    expect(givenKong({})).toBeUndefined();
    const own = { KONG_ADMIN_URL, KONG_PROXY_URL, KONG_EMBEDDED_GATEWAY: KONG_ADMIN_URL };
    expect(givenKong(own)).toBeUndefined();
  });

  test("is a mistake when one address is missing", () => {
    expect(() => givenKong({ KONG_PROXY_URL })).toThrow("Set both KONG_ADMIN_URL and KONG_PROXY_URL");
  });

  test("is not there where one in Docker is wanted, and a word that is not known says so", () => {
    const address = { KONG_ADMIN_URL, KONG_PROXY_URL };
    expect([wantsDocker({}), wantsDocker(address), wantsDocker({ KONG: "docker" })]).toEqual([false, false, true]);
    expect(wantsDocker({ KONG: "docker", ...address, KONG_EMBEDDED_GATEWAY: KONG_ADMIN_URL })).toBe(true);
    expect(() => wantsDocker({ KONG: "docker", ...address })).toThrow("not both");
    expect(() => wantsDocker({ KONG: "dokcer" })).toThrow("KONG=dokcer is not known");
  });
});

test.each([
  [["get", "pods"], "get pods -n ns"],
  [["domain", "claim", "a.org"], "domain claim a.org -n ns"],
  [["exec", "pod", "--", "ls", "-l"], "exec pod -n ns -- ls -l"],
])("a namespace is named after the command: %j", (args, expected) => {
  expect(inNamespace(args, "ns").join(" ")).toBe(expected);
  expect(inNamespace(args, undefined)).toEqual(args);
});
