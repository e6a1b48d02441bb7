import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { answersOf } from "../stories/support/answers.ts";
import { containers, runArguments, whileFed } from "../support/docker-kong/containers.ts";
import { serveServiceNames } from "../support/docker-kong/service-dns.ts";
import { startDockerKong } from "../support/world/gateway-process.ts";

const ports = { postgres: 1, admin: 2, proxy: 3, proxyTls: 4, dns: 5 };

describe("a Kong in Docker", () => {
  test("and its database listen on loopback alone, in the network of this machine", () => {
    const { postgres, kong } = containers({ kong: "kong:3.9", postgres: "postgres:17" }, ports);
    for (const container of [postgres, kong]) expect(runArguments(container)).toContain("--network=host");
    expect(postgres.script).toMatch(/ -p 1 -c listen_addresses=127\.0\.0\.1$/);
    const listeners = Object.entries(kong.env).filter(([name]) => name.endsWith("_LISTEN"));
    expect(Object.fromEntries(listeners)).toEqual({
      KONG_ADMIN_LISTEN: "127.0.0.1:2",
      KONG_PROXY_LISTEN: "127.0.0.1:3, 127.0.0.1:4 ssl",
      KONG_ADMIN_GUI_LISTEN: "off",
      KONG_STATUS_LISTEN: "off",
    });
  });

  test.each([
    ["its input", "sleep 60", true],
    ["its program", "true", false],
  ])("ends with %s", async (_, script, close) => {
    const shell = spawn("sh", ["-c", whileFed(script)], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    const ended = once(shell, "exit");
    if (close) shell.stdin.end();
    await ended;
    // In a container what is left ends with the shell.
    if (close) process.kill(-(shell.pid ?? 0), "SIGKILL");
    shell.stdin.destroy();
  });

  test("is refused with a sentence where there is no Docker", async () => {
    const place = { dataDir: "", logDir: "", detached: false, onStart: () => undefined };
    const env = { ...process.env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
    await expect(startDockerKong(place, env)).rejects.toThrow(
      /^the Kong of KONG=docker runs in Docker, and there is none here \(.+\)\. Install Docker and start it; /,
    );
  });
});

describe("the names of Services, for a Kong outside of a cluster", () => {
  async function asked<T>(ask: (resolver: Resolver) => Promise<T>): Promise<T> {
    const socket = await serveServiceNames(0);
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    resolver.setServers([`127.0.0.1:${socket.address().port}`]);
    return ask(resolver).finally(() => socket.close());
  }

  test.each(["web.acme-org.svc", "web.acme-org.svc.cluster.local", "WEB.acme-org.svc.cluster.local."])(
    "%s is this machine",
    async (name) => {
      expect(await asked((resolver) => resolver.resolve4(name))).toEqual(["127.0.0.1"]);
    },
  );

  test("a Service has no record of another type, and another name is not there", async () => {
    const code = (ask: Promise<unknown>) => ask.catch((error: unknown) => (error as NodeJS.ErrnoException).code);
    expect(await asked((resolver) => code(resolver.resolveSrv("web.acme-org.svc")))).toBe("ENODATA");
    expect(await asked((resolver) => code(resolver.resolve4("example.org")))).toBe("ENOTFOUND");
    expect(await asked((resolver) => code(resolver.resolve4("svc.cluster.local")))).toBe("ENOTFOUND");
  });

  test("what is no query is not answered, and harms nobody", async () => {
    const server = await serveServiceNames(0);
    const { port } = server.address();
    const client = createSocket("udp4");
    const received: Buffer[] = [];
    client.on("message", (message) => received.push(message));
    client.send(Buffer.from("nonsense"), port, "127.0.0.1");
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${port}`]);
    expect(await resolver.resolve4("web.acme-org.svc")).toEqual(["127.0.0.1"]);
    expect(received).toEqual([]);
    client.close();
    server.close();
  });
});

test("a host is served when the workers agree: one that has not heard of a change is seen", async () => {
  let n = 0;
  const everyFifthBehind = () => Promise.resolve(n++ % 5 === 4 ? "nobody" : "acme-org/web");
  expect(await answersOf(everyFifthBehind)).toEqual(["acme-org/web", "nobody"]);
  expect(await answersOf(() => Promise.resolve("acme-org/web"))).toEqual(["acme-org/web"]);
});
