import { setTimeout as sleep } from "node:timers/promises";

import type { View } from "../../src/kube/kubeconfig.ts";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import { FakeApi } from "./fake-api.ts";

/** What a command line came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A cluster with a fake API server, and a terminal in front of it. */
export interface Terminal {
  readonly api: FakeApi;
  readonly view: View;
  /** Runs `kubectl domain ARGV`; `answer` is what the person says when asked, undefined where nobody can be. */
  readonly type: (argv: readonly string[], answer?: string) => Promise<Outcome>;
  readonly close: () => Promise<void>;
}

/** Sleeps no longer than 20 ms. */
export const shortSleep: Io["sleep"] = async (milliseconds, signal) => await aSleep(Math.min(milliseconds, 20), signal);

/** A deadline in the time that the process has for itself: on a machine that leaves it little it is as much later. */
function patientDeadline(milliseconds: number): AbortSignal {
  const over = new AbortController();
  let left = 20;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    over.abort();
  }, milliseconds / left).unref();
  return over.signal;
}

async function aSleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
}

/**
 * Opens a terminal whose context has the namespace marvin-org. Retries come soon there. Two seconds, after which whoever waits
 * is told why, are two seconds: else a busy machine would say it where nothing is slow.
 */
export async function openTerminal(surroundings: Partial<Io> = {}): Promise<Terminal> {
  const api = new FakeApi();
  const port = await api.start();
  const view: View = {
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace: "marvin-org" } }],
    clusters: [{ name: "test", cluster: { server: `http://127.0.0.1:${String(port)}` } }],
    users: [{ name: "test", user: {} }],
  };
  const type = async (argv: readonly string[], answer?: string): Promise<Outcome> => {
    let stdout = "";
    let stderr = "";
    const io: Io = {
      env: {},
      out: (text) => void (stdout += `${text}\n`),
      err: (text) => void (stderr += `${text}\n`),
      colour: false,
      width: undefined,
      errorWidth: undefined,
      kubectl: async () => await Promise.reject(new Error("no kubectl here")),
      ask:
        answer === undefined
          ? undefined
          : async (question) => await Promise.resolve(((stderr += `${question}\n`), answer)),
      view: async () => await Promise.resolve(view),
      readFile: () => undefined,
      now: () => Date.parse("2026-01-04T00:00:00Z"),
      sleep: async (milliseconds, signal) => await (milliseconds < 2000 ? shortSleep : aSleep)(milliseconds, signal),
      onInterrupt: () => () => undefined,
      deadline: patientDeadline,
      ...surroundings,
    };
    const code = await run(argv, io, () => ({ commands: {} }));
    return { code, stdout, stderr };
  };
  return { api, view, type, close: async () => await api.stop() };
}

/** A claim as a test puts it in, decided. */
export function claim(
  namespace: string,
  name: string,
  spec: { primary: string; sub?: string; parent?: string; delegates?: string[]; renames?: string },
  status: { phase: string; reason: string; [field: string]: unknown } = { phase: "OK", reason: "Held" },
): {
  metadata: { name: string; namespace: string; generation: number };
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
} {
  const host = spec.sub === undefined ? spec.primary : `${spec.sub}.${spec.primary}`;
  return {
    metadata: { name, namespace, generation: 1 },
    spec,
    status: { host, observedGeneration: 1, message: `${host}: ${status.reason}`, ...status },
  };
}

/** Plays the controller: every new claim gets this answer. */
export function answerClaims(
  api: FakeApi,
  phase: string,
  reason: string,
  message: string,
  more: Record<string, unknown> = {},
): void {
  api.controller = (object, type) => {
    if (type === "DELETED" || object.kind !== "Domain" || object.status !== undefined) return;
    api.put("domains", { ...object, status: { phase, reason, message, observedGeneration: 1, ...more } });
  };
}

/** A register entry as a test puts it in. */
export function record(
  host: string,
  holder:
    { kind: "primary" | "shared"; namespace: string; name: string; authority?: object; renamedTo?: object } | undefined,
  more: Record<string, unknown> = {},
): { metadata: { name: string }; spec: Record<string, unknown> } {
  const name = host.startsWith("*.") ? `wc--any.${host.slice(2)}` : host;
  const held = holder && {
    since: "2026-01-01T00:00:00Z",
    namespaceUID: `uid-${holder.namespace}`,
    uid: `uid-domains/${holder.namespace}/${holder.name}`,
    ...holder,
  };
  return { metadata: { name }, spec: { host, ...(held === undefined ? {} : { holder: held }), ...more } };
}

/** Has marvin-org hold acme.org by the claim `acme`, and coyote-org hand coyote.org over to it. */
export function holdAndOffer(api: FakeApi): void {
  api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }));
  api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }));
  const transfer = { namespace: "marvin-org", uid: "uid-marvin-org" };
  api.put(
    "hostrecords",
    record("coyote.org", { kind: "primary", namespace: "coyote-org", name: "coyote" }, { transfer }),
  );
}
