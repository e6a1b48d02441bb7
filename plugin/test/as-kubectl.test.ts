/** @module-tag long */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";

import { afterAll, beforeAll, expect, test } from "vitest";

import { openSession } from "../src/kube/open-session.ts";
import { mergedView } from "../src/kube/view.ts";
import { runProgram } from "../src/kube/program.ts";
import { processIo } from "../src/cli/io.ts";
import { selfSigned } from "./support/certificate.ts";
import { kubectl } from "./support/kubectl.ts";

const server = selfSigned("server", ["server.example"]);
const client = selfSigned("marvin");
let home: string;
const seen: unknown[] = [];
const servers: http.Server[] = [];
const ports: number[] = [];
const tunnels: Socket[] = [];

/** An API server that writes down who asks. */
function listener(at: number): http.RequestListener {
  return (request, response) => {
    const { headers } = request;
    const given = Object.entries(headers).filter(([key]) => key === "authorization" || key.startsWith("impersonate-"));
    const socket = request.socket as Partial<TLSSocket>;
    const { subject } = (socket.getPeerCertificate?.() ?? {}) as { subject?: { CN: string } };
    // a kubectl that adapts to the server asks for its version first
    if (request.url?.includes("/version") !== true)
      seen.push({ server: at, path: request.url?.replace(/.*\//, ""), cn: subject?.CN, ...Object.fromEntries(given) });
    response.end("{}");
  };
}

/** Makes a server a proxy that tunnels (CONNECT, RFC 9110), and writes down where to. */
function proxying<T extends http.Server>(proxy: T): T {
  proxy.on("connect", (request: http.IncomingMessage, socket: Socket) => {
    tunnels.push(socket);
    seen.push({ proxied: request.url?.replace(/:\d+$/, ""), authorization: request.headers["proxy-authorization"] });
    const to = connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      to.pipe(socket).pipe(to);
    });
    for (const end of [to, socket]) end.on("error", () => socket.destroy());
  });
  return proxy;
}

async function start(made: http.Server): Promise<number> {
  servers.push(made);
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  return (made.address() as AddressInfo).port;
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "as-kubectl-"));
  for (const at of [0, 1])
    ports.push(
      await start(https.createServer({ ...server, requestCert: true, rejectUnauthorized: false }, listener(at))),
    );
  ports.push(await start(http.createServer(listener(2))));
  ports.push(await start(proxying(http.createServer())), await start(proxying(https.createServer(server))));
  const [one = 0, two = 0, plain = 0, proxyPort = 0, tlsProxyPort = 0] = ports;
  writeFileSync(join(home, "ca.pem"), server.cert);
  writeFileSync(join(home, "bundle.pem"), `an odd line\n${client.cert}${server.cert}`);
  writeFileSync(join(home, "nothing.pem"), "no certificate\n");
  writeFileSync(join(home, "token"), "from-file\n");
  writeFileSync(join(home, "client.pem"), client.cert);
  writeFileSync(join(home, "client.key"), client.key);
  writeFileSync(join(home, "plugin"), pluginScript(home));
  chmodSync(join(home, "plugin"), 0o755);
  const at = (port: number): string => `https://127.0.0.1:${String(port)}`;
  const exec = { apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Never", command: "./plugin" };
  const data = (text: string): string => Buffer.from(text).toString("base64");
  const users = {
    token: { token: "given" },
    file: { tokenFile: "token", token: "beside-the-file" },
    basic: { username: "marvin", password: "p:w" },
    cert: { "client-certificate": "client.pem", "client-key": "client.key" },
    certdata: { "client-certificate-data": data(client.cert), "client-key-data": data(client.key) },
    exec: { exec },
    execinfo: { exec: { ...exec, provideClusterInfo: true, env: [{ name: "EXTRA", value: "x" }], args: ["cluster"] } },
    as: {
      token: "given",
      as: "boss",
      "as-groups": ["a", "b"],
      "as-uid": "u1",
      "as-user-extra": { Reason: ["x", "y"] },
    },
    nobody: {},
  };
  const clusters = {
    one: { server: at(one), "certificate-authority": "ca.pem" },
    two: { server: at(two), "insecure-skip-tls-verify": true },
    named: {
      server: `${at(one)}/some/prefix/`,
      "certificate-authority-data": data(server.cert),
      "tls-server-name": "server.example",
    },
    plain: { server: `http://127.0.0.1:${String(plain)}` },
    proxied: {
      server: at(two),
      "certificate-authority": "ca.pem",
      "proxy-url": `http://u:p@127.0.0.1:${String(proxyPort)}`,
    },
    tlsproxied: {
      server: at(two),
      "certificate-authority": "ca.pem",
      "proxy-url": `https://127.0.0.1:${String(tlsProxyPort)}`,
    },
  };
  const contexts = [
    ...Object.keys(users).map((user) => ({ name: user, context: { cluster: "one", user } })),
    ...Object.keys(clusters).map((cluster) => ({ name: `on-${cluster}`, context: { cluster, user: "token" } })),
    { name: "dangling", context: { cluster: "one", user: "gone" } },
  ];
  const list = (key: string, of: Record<string, unknown>): unknown[] =>
    Object.entries(of).map(([name, value]) => ({ name, [key]: value }));
  writeFileSync(
    join(home, "config"),
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "token",
      contexts,
      clusters: list("cluster", clusters),
      users: list("user", users),
    }),
  );
});

afterAll(async () => {
  for (const tunnel of tunnels) tunnel.destroy();
  for (const made of servers) {
    made.closeAllConnections();
    await new Promise((resolve) => made.close(resolve));
  }
  rmSync(home, { recursive: true });
});

/** A credential plugin: its token tells what it was told. */
function pluginScript(folder: string): string {
  return `#!/bin/sh
printf '%s' "$KUBERNETES_EXEC_INFO" > ${folder}/info
echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"exec-'"$1$EXTRA"'"}}'
`;
}

const rows: readonly (readonly string[])[] = [
  [],
  ...[
    "file",
    "basic",
    "cert",
    "certdata",
    "exec",
    "execinfo",
    "as",
    "on-two",
    "on-named",
    "on-plain",
    "on-proxied",
    "on-tlsproxied",
  ].map((context) => [`--context=${context}`]),
  ["--cluster=two"],
  ["--user=basic"],
  ["--cluster=two", "--user=file"],
  ["--token=flag"],
  ["--token=flag", "--context=exec"],
  ["--token=flag", "--context=file"],
  ["--as=boss", "--as-group=a", "--as-group=b", "--as-uid=7"],
  ["--as=other", "--context=as"],
  ["--context=on-named", "--server=SERVER-TWO", "--insecure-skip-tls-verify"],
  ["--context=on-tlsproxied", "--certificate-authority=", "--insecure-skip-tls-verify"],
  ["--context=on-tlsproxied", "--tls-server-name=server.example"],
  ["--context=on-tlsproxied", "--tls-server-name=wrong.example"],
  ["--context=on-tlsproxied", "--client-certificate=HOME/client.pem", "--client-key=HOME/client.key"],
  ["--server=SERVER-TWO", "--certificate-authority=HOME/ca.pem"],
  ["--context=on-two", "--certificate-authority=HOME/ca.pem"],
  ["--certificate-authority=HOME/bundle.pem"],
  ["--certificate-authority=HOME/client.pem"],
  ["--certificate-authority=HOME/nothing.pem"],
  ["--context=nobody", "--client-certificate=HOME/client.pem", "--client-key=HOME/client.key"],
  ["--tls-server-name=server.example"],
  ["--tls-server-name=wrong.example"],
  ["--context=gone"],
  ["--cluster=gone"],
  ["--user=gone"],
  ["--as-group=a"],
  ["--kubeconfig=HOME/config", "--context=basic"],
  ["--kubeconfig=HOME/gone"],
];

test.each(rows.map((flags) => [flags]))(
  "with %j the same server sees the same person as from kubectl",
  async (given) => {
    const flags = given.map((flag) =>
      flag.replace("HOME", home).replace("SERVER-TWO", `https://127.0.0.1:${String(ports[1])}`),
    );
    const env = {
      PATH: process.env["PATH"],
      HOME: home,
      KUBECONFIG: join(home, "config"),
      KUBECTL: kubectl,
    };
    const ran = await runProgram(kubectl, ["get", "--raw", "/who", ...flags], env);
    const theirs = { failed: ran.code !== 0, seen: seen.splice(0), info: execInfo() };
    let said = "";
    const ours = { failed: false, seen: [] as unknown[], info: undefined as unknown };
    try {
      const io = {
        ...processIo(),
        env,
        err: () => undefined,
        ask: undefined,
        view: async (path: string | undefined) => await mergedView(path, env),
      };
      const session = await openSession(values(flags), io);
      await (await session.send({ method: "GET", path: "/who", headers: {} })).text();
      await session.close();
    } catch (error) {
      ours.failed = true;
      said = (error as Error).message;
    }
    ours.seen = seen.splice(0);
    ours.info = execInfo();
    expect(ours, `kubectl: ${ran.stderr} ours: ${said}`).toEqual(theirs);
  },
);

function execInfo(): unknown {
  try {
    const text = readFileSync(join(home, "info"), "utf8");
    rmSync(join(home, "info"));
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The flags as oclif hands them over. */
function values(flags: readonly string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const flag of flags) {
    const [name = "", value] = flag.slice(2).split("=");
    if (name === "as-group") found[name] = [...((found[name] as string[] | undefined) ?? []), value];
    else found[name] = value ?? true;
  }
  return found;
}
