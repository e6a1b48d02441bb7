import type { RouteHost } from "@domain-claims/crds/hostname";
import { sourceMessages } from "@domain-claims/crds/messages/sources";
import type { Notice, SourceVerdict } from "../plan/source.ts";
import { add, has } from "./small-set.ts";
import type { SmallSet } from "./small-set.ts";

/** What a source was told last. */
export interface ToldSource {
  readonly messages: SmallSet<string>;
  /** What was a problem, with the host that it was about. */
  readonly problems: ReadonlyMap<string, RouteHost | undefined>;
}

/** Shared by the many that have no problem, as an empty map takes room, too. */
const noProblems: ToldSource["problems"] = new Map();

/** Problems that are gone and wait for being told as solved, of one source: while Kong is away tenants go on writing. */
const mostWaiting = 100;

/**
 * What of a verdict has not been said yet, and what has been said with it. A problem that was told and is gone is told as
 * solved, once; that its host has gone live says as much. While all is not known, nothing is solved.
 */
export function news(
  { notices, live }: SourceVerdict,
  told: ToldSource | undefined,
): { readonly notices: readonly Pick<Notice, "type" | "reason" | "message">[]; readonly now: ToldSource } {
  const fresh = notices.filter(({ message }) => !has(told?.messages, message));
  const current = new Map(notices.flatMap(({ type, about, host }) => (type === "Warning" ? [[about, host]] : [])));
  const before = [...(told?.problems ?? [])].filter(([about]) => !current.has(about));
  const messages = notices.reduce<SmallSet<string>>((all, { message }) => add(all, message), undefined);
  if (live === undefined)
    return { notices: fresh, now: { messages, problems: new Map([...before.slice(-mostWaiting), ...current]) } };
  const wentLive = new Set(fresh.flatMap(({ type, host }) => (type === "Normal" ? [host] : [])));
  const solved = before.filter(([, host]) => host === undefined || !wentLive.has(host)).map(([about]) => about);
  const message = sourceMessages.resolved(solved);
  const resolved = solved.length === 0 ? [] : [{ type: "Normal", reason: "Resolved", message } as const];
  return {
    notices: [...fresh, ...resolved],
    now: { messages, problems: current.size === 0 ? noProblems : current },
  };
}
