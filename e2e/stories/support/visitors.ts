import { expect } from "vitest";
import { eventually } from "./eventually.ts";
import { probe } from "./prober.ts";
import type { Probe, Probing } from "./prober.ts";
import type { Story } from "./story.ts";

/** Visitors of a host, over HTTP and as many over HTTPS. */
export interface Visitors {
  /** Waits until the last answers of every node, of either kind, are all right. */
  readonly see: (isRight: (probe: Probe) => boolean) => Promise<void>;
  /** Ends it; all that was seen. */
  readonly leave: () => Promise<readonly Probe[]>;
}

/** As many answers in a row are taken for what a node answers from now on: its workers and the paths all had their turns. */
const inARow = 30;

/** Begins to visit the paths of a host, whose certificate is to lead to the root (PEM): fifty times a second unless told otherwise. */
export function visitors(
  story: Story,
  host: string,
  paths: readonly string[],
  root: string,
  rate: Pick<Probing, "everyMs"> = {},
): Visitors {
  const probers = [probe(story, host, paths, rate), probe(story, host, paths, { ...rate, root })];
  return {
    see: (isRight) =>
      eventually(() => {
        for (const { seen } of probers) {
          for (const node of story.nodeUrls) {
            const last = seen.filter((one) => one.node === node).slice(-inARow);
            expect(last.length, `answers of ${node} for ${host}`).toBe(inARow);
            expect(last.filter((one) => !isRight(one)).map(shown), host).toEqual([]);
          }
        }
      }),
    leave: async () => (await Promise.all(probers.map((prober) => prober.stop()))).flat(),
  };
}

/** True for an answer that sends the visitor to the same path of the host, for good. */
export function sentTo(root: string): (probe: Probe) => boolean {
  return ({ answer, path }) => answer === `308 ${root}${path}`;
}

/**
 * What was lost in a rename: of the old name whatever is neither the site's answer nor the redirect to `root`, the new name's,
 * with the path as it came; of the new name whatever is not the site's once somebody was sent there.
 */
export function lostInRename(
  old: readonly Probe[],
  now: readonly Probe[],
  { root, site }: { readonly root: string; readonly site: string },
): readonly string[] {
  const since = Math.min(...old.filter(sentTo(root)).map(({ answeredAt }) => answeredAt));
  expect(since, `when somebody was sent to ${root} first`).toBeLessThan(Infinity);
  const wrong = old.filter((one) => one.answer !== site && !sentTo(root)(one));
  const missed = now.filter((one) => one.at > since && one.answer !== site);
  return [...wrong, ...missed].map(shown);
}

/** An answer, for people. */
export function shown({ answer, at, node, path, tls }: Probe): string {
  return `${answer} at ${String(Math.round(at))} ms for ${path} ${tls ? "over TLS, " : ""}by ${node}`;
}
