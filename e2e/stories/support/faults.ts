import { setTimeout as sleep } from "node:timers/promises";
import type { FaultRule } from "@domain-claims/kong-stand-in";
import { onTestFinished } from "vitest";
import type { Story } from "./story.ts";

/** Why a story that needs a misbehaving gateway is left out with a Kong of one's own. */
export const needsGateway = "a given Kong can't be told to misbehave: this story needs the embedded gateway";

/** The embedded gateway's other side: how its Admin API misbehaves, at most until the test ends, and what it was asked. */
export interface Faults {
  /** The Admin API refuses connections from now on; the proxy goes on. */
  readonly away: () => Promise<void>;
  readonly back: () => Promise<void>;
  readonly add: (rule: FaultRule) => Promise<void>;
  /** No rules any more. */
  readonly clear: () => Promise<void>;
  /** How many calls the rules have hit that can still hit. */
  readonly hits: () => Promise<number>;
  /** The calls since the last `forget` that can change something, as "METHOD path". */
  readonly writes: () => Promise<readonly string[]>;
  readonly forget: () => Promise<void>;
}

/** Milliseconds that are more than one turn of each of Kong's timers, by its own settings. */
const awayMs = 8000;

/** The Admin API refuses connections for that long. */
export async function kongAway(story: Story): Promise<void> {
  const faults = faultsOf(story);
  await faults.away();
  await sleep(awayMs);
  await faults.back();
}

/** The faults of the story's gateway; throws where it is a given Kong. */
export function faultsOf({ controlUrl }: Story): Faults {
  if (controlUrl === undefined) throw new Error(needsGateway);
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
    return answer.json();
  };
  const quietly = async (method: string, path: string, body?: object): Promise<void> => {
    await call(method, path, body);
  };
  const back = (): Promise<void> => quietly("POST", "/__faults/back");
  const clear = (): Promise<void> => quietly("DELETE", "/__faults");
  return {
    away: async () => {
      onTestFinished(back);
      await quietly("POST", "/__faults/away");
    },
    back,
    add: async (rule) => {
      onTestFinished(clear);
      await quietly("POST", "/__faults", rule);
    },
    clear,
    hits: async () => {
      const { rules } = (await call("GET", "/__faults")) as { readonly rules: readonly { readonly hits: number }[] };
      return rules.reduce((sum, rule) => sum + rule.hits, 0);
    },
    writes: async () => {
      const { calls } = (await call("GET", "/__calls")) as {
        readonly calls: readonly { method: string; path: string }[];
      };
      return calls.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
    },
    forget: () => quietly("DELETE", "/__calls"),
  };
}
