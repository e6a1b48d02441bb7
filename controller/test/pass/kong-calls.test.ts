import { describe, test } from "vitest";
import { brokenAnswers, brokenKong } from "../support/broken-kong.ts";
import type { BrokenAnswer } from "../support/broken-kong.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";
import { expectOrder } from "../support/one-of-each.ts";

const on = (act: string): readonly string[] =>
  ["services", "plugins", "routes", "certificates", "snis"].map((collection) => `${act} ${collection}`);
const reads = ["info", "ready", "list foreign routes", ...on("list"), ...on("get")];
/** A plugin goes with its service. */
const writes = [...on("create"), ...on("update"), ...on("remove")].filter((call) => call !== "remove plugins");

/** What any call may be answered with: Kong does not want to, or can't, or it is not Kong, or nothing comes. */
const always: readonly BrokenAnswer[] = ["429 with Retry-After", "502 with a page of HTML", "somebody else's JSON that says OK", "a connection that is cut"]; // prettier-ignore
/** Those after which nobody knows whether a write took effect. */
const vague = always.filter((one) => one !== "429 with Retry-After");

const all = (calls: readonly string[], answers: readonly BrokenAnswer[]) =>
  calls.flatMap((call) => answers.map((answered) => [call, answered] as const));

/** Plays it with one call answered wrongly, from some moment until all has happened; with `after`, once it took effect. */
async function expectOrderWhere(
  call: string,
  answered: BrokenAnswer,
  from: "begins" | "is served",
  after = false,
): Promise<void> {
  await expectOrder(from, ({ lasts, met }) => {
    const isBroken = (name: string): boolean => {
      if (!lasts() || name !== call) return false;
      met();
      return true;
    };
    const kong = new FakeKong();
    // Kong is looked at where a write had no answer.
    const looked = call === "ready" ? "create routes" : call.replace(/^get /, "create ");
    kong.answerLost = (write) => lasts() && looked !== call && write === looked;
    return {
      cluster: new FakeCluster(),
      kong,
      throughKong: (whole) => brokenKong(whole, answered, { after, isBroken }),
      restMs: 130_000,
    };
  });
}

describe("O1, L4, L8: nobody is served a host of somebody else, and in the end all is in order", () => {
  const everything = [
    ...all(writes, Object.keys(brokenAnswers) as BrokenAnswer[]),
    ...all(reads, [...always, "404 for what is there"]),
  ];
  test.each(everything)("where %s is answered with %s", (call, answered) =>
    expectOrderWhere(call, answered, "is served"),
  );

  test.each(all([...reads, ...writes], ["a connection that is cut"]))(
    "where, from the beginning, %s is answered with %s",
    (call, answered) => expectOrderWhere(call, answered, "begins"),
  );

  test.each(all(writes, vague))("where %s takes effect, and is answered with %s", (call, answered) =>
    expectOrderWhere(call, answered, "is served", true),
  );
});
