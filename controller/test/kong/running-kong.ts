import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { request } from "undici";
import { tempFolder } from "../support/temp-folder.ts";

/** A Kong to test against: the one at `KONG_ADMIN_URL` and `KONG_PROXY_URL`, else the embedded gateway in a process of its own. */
export interface RunningKong {
  readonly adminUrl: string;
  readonly proxyUrl: string;
  readonly stop: () => Promise<void>;
}

/** The embedded gateway, which also misbehaves on demand. */
export interface EmbeddedGateway extends RunningKong {
  /** Adds a fault for one of the next calls; undefined forgets all faults. */
  readonly misbehave: (fault: object | undefined) => Promise<void>;
  /** Refuses connections, or takes them again. */
  readonly go: (where: "away" | "back") => Promise<void>;
}

/** Finds or starts one. */
export async function runningKong(): Promise<RunningKong> {
  const { KONG_ADMIN_URL: adminUrl = "", KONG_PROXY_URL: proxyUrl = "" } = process.env;
  return adminUrl === "" ? embeddedGateway() : { adminUrl, proxyUrl, stop: () => Promise.resolve() };
}

/** Starts the embedded gateway. Throws with its own words if it does not start within 15 s. */
export async function embeddedGateway(): Promise<EmbeddedGateway> {
  const program = join(import.meta.dirname, "../../../kong-stand-in/src/main.ts");
  const readyFile = join(tempFolder(), "ready.json");
  const ports = ["--admin-port", "0", "--proxy-port", "0", "--tls-port", "0", "--control-port", "0"];
  const gateway = spawn(process.execPath, [program, ...ports, "--ready-file", readyFile]);
  const said: Buffer[] = [];
  gateway.stdout.on("data", (chunk: Buffer) => said.push(chunk));
  gateway.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<void>((resolve) => gateway.once("exit", () => resolve()));
  for (let tries = 0; !existsSync(readyFile); tries++) {
    if (gateway.exitCode !== null || tries > 150) {
      gateway.kill();
      throw new Error(`the gateway does not start: ${Buffer.concat(said).toString("utf8")}`);
    }
    await wait(100);
  }
  const addresses = JSON.parse(readFileSync(readyFile, "utf8")) as Record<"admin" | "control" | "proxy", string>;
  const { admin, control, proxy } = addresses;
  const ask = async (method: "POST" | "DELETE", path: string, body?: object): Promise<void> => {
    const text = body === undefined ? null : JSON.stringify(body);
    const answer = await request(`${control}/${path}`, { method, body: text });
    if (answer.statusCode !== 200) throw new Error(`the gateway's control: ${await answer.body.text()}`);
    await answer.body.dump();
  };
  return {
    adminUrl: admin,
    proxyUrl: proxy,
    misbehave: (fault) => (fault === undefined ? ask("DELETE", "__faults") : ask("POST", "__faults", fault)),
    go: (where) => ask("POST", `__faults/${where}`),
    stop: async () => {
      gateway.kill();
      await ended;
    },
  };
}
