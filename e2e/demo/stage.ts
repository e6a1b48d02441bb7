import { setTimeout as sleep } from "node:timers/promises";
import { seconds } from "../support/wait.ts";
import type { Output } from "../support/world/kubectl.ts";
import type { ProxyAnswer } from "../support/world/proxy-request.ts";
import type { Tenant, World } from "../support/world/start-world.ts";
import type { Terminal } from "./terminal.ts";

/** The story took another turn than it should; the message is a sentence for people. */
export class WrongOutcome extends Error {
  override readonly name = "WrongOutcome";
}

/** What is expected of a command: how it ends, and texts that its output has to contain. */
export interface Expected {
  readonly code?: number;
  readonly prints?: readonly string[];
}

/** A command as it is typed. */
export interface Typed {
  /** Without quotes or variables: words are what stands between blanks. */
  readonly line: string;
  readonly input?: string;
  readonly expect?: Expected;
}

/** What is expected of the gateway's answer. */
export interface ExpectedAnswer {
  readonly status: number;
  readonly says: string;
}

/** Where the story is played: commands are run by teams, requests go through the gateway, and each outcome is checked. */
export interface Stage extends Terminal {
  readonly run: (team: Tenant, typed: Typed) => Promise<void>;
  /**
   * Asks the gateway for a host until it answers as expected; shows the request, its answer, and how long that took. With the
   * certificate of an authority it is asked over HTTPS, and its own certificate has to be one of that authority's.
   */
  readonly curl: (host: string, expected: ExpectedAnswer, root?: string) => Promise<void>;
}

/** How long anything may take that is expected to happen by itself, in milliseconds. */
const patience = 150_000;

/** A stage in the given world. */
export function stageIn(world: World, screen: Terminal): Stage {
  return {
    ...screen,
    run: async (team, { line, input, expect = {} }) => {
      screen.command(team.namespace, line, input);
      const [program, ...args] = line.split(" ");
      if (program !== "kubectl") throw new Error(`only kubectl can be run, not ${line}`);
      // Something that the command asks about may happen a moment later: then it is asked again.
      const started = Date.now();
      let output = await team.kubectl(args, input === undefined ? {} : { input });
      while (isQuestion(args) && problem(output, expect) !== undefined && Date.now() - started < patience) {
        await sleep(50);
        output = await team.kubectl(args);
      }
      screen.output(output.stdout);
      screen.output(output.stderr);
      if (output.code !== 0) screen.note(`exit code ${String(output.code)}`);
      const wrong = problem(output, expect);
      if (wrong !== undefined) throw new WrongOutcome(`"${line}", run by ${team.namespace}, ${wrong}.`);
    },
    curl: async (host, expected, root) => {
      const started = Date.now();
      const wanted = ({ status, body }: ProxyAnswer): boolean =>
        status === expected.status && body.includes(expected.says);
      const ask = (): Promise<ProxyAnswer> =>
        world.request(root === undefined ? { host } : { host, tls: true, root }).catch(noConnection);
      let answer = await ask();
      let after = "at the first request";
      while (!wanted(answer) && Date.now() - started < patience) {
        await sleep(5);
        answer = await ask();
        after = `${String(Date.now() - started)} ms after the command`;
      }
      screen.command("anybody", root === undefined ? overHttp(world, host) : overHttps(world, host));
      screen.output(answer.body);
      screen.note(`status ${String(answer.status)}, ${after}`);
      if (wanted(answer)) return;
      throw new WrongOutcome(
        `A request for ${host} should be answered with ${String(expected.status)} and "${expected.says}", ` +
          `and after ${seconds(patience)} it still is not.`,
      );
    },
  };
}

function overHttp({ proxyUrl }: World, host: string): string {
  return `curl -H 'Host: ${host}' ${proxyUrl}/`;
}

function overHttps({ proxyTls = "" }: World, host: string): string {
  return `curl --cacert ca.crt --connect-to ${host}:443:${proxyTls} https://${host}/`;
}

/** Before the certificate is there, a visitor gets no connection over HTTPS. */
function noConnection(error: unknown): ProxyAnswer {
  return { status: 0, headers: {}, body: error instanceof Error ? error.message : String(error) };
}

/** True for commands that change nothing, and so may be repeated. */
function isQuestion(args: readonly string[]): boolean {
  const verb = args[0] === "domain" ? args[1] : args[0];
  return ["list", "explain", "whois", "tree", "get", "events"].includes(verb ?? "");
}

/** What is wrong with a command's outcome, as the end of a sentence. */
function problem({ code, stdout, stderr }: Output, { code: wanted = 0, prints = [] }: Expected): string | undefined {
  if (code !== wanted) return `should end with ${String(wanted)}, and ended with ${String(code)}`;
  const missing = prints.find((text) => !`${stdout}${stderr}`.includes(text));
  return missing === undefined ? undefined : `should print "${missing}", and did not`;
}
