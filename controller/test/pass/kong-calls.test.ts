import { describe, expect, test } from "vitest";
import { brokenAnswers, brokenKong } from "../support/broken-kong.ts";
import type { BrokenAnswer } from "../support/broken-kong.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";
import { triesAll } from "../support/how-much.ts";
import { expectOrder } from "../support/one-of-each.ts";

const on = (act: string): readonly string[] =>
  ["services", "plugins", "routes", "certificates", "snis"].map((collection) => `${act} ${collection}`);
const reads = ["info", "ready", "list foreign routes", ...on("list"), ...on("get")];
/** A plugin goes with its service. */
const writes = [...on("create"), ...on("update"), ...on("remove")].filter((call) => call !== "remove plugins");

/** Answers after which nobody knows whether a write took effect: to the client they are the same error. */
const vague: readonly BrokenAnswer[] = ["a connection that is cut", "500 in Kong's words", "502 with a page of HTML", "an answer that never ends"]; // prettier-ignore
/** Answers that only look as if Kong had done it. */
const pleasant: readonly BrokenAnswer[] = ["somebody else's JSON that says OK", "somebody else's JSON that says Created"]; // prettier-ignore
/** The others: the client makes something else of each. */
const plain = (Object.keys(brokenAnswers) as BrokenAnswer[]).filter((one) => ![...vague, ...pleasant].includes(one));

const all = (calls: readonly string[], answers: readonly BrokenAnswer[]) =>
  calls.flatMap((call) => answers.map((answered) => [call, answered] as const));

/** Each call with one of answers that come to the same; the calls take turns at them. */
const inTurn = (calls: readonly string[], answers: readonly BrokenAnswer[]) =>
  calls.map((call, at) => [call, answers[at % answers.length] as BrokenAnswer] as const);

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

test.each(vague)("of a write that is answered with %s nobody knows whether it took effect", async (answered) => {
  const kong = brokenKong(new FakeKong(), answered, { after: false, isBroken: () => true });
  const error = { kind: "unavailable", outcomeUnknown: true };
  await expect(kong.remove("routes", "00000000-0000-0000-0000-000000000000")).rejects.toMatchObject(error);
});

/** Each call with each of the answers; in `make check` with one of them. */
const some = triesAll ? all : inTurn;

describe("O1, L4, L8: nobody is served a host of somebody else, and in the end all is in order", () => {
  const everything = [
    ...some(writes, [...plain, ...pleasant]),
    ...some(reads, ["429 with Retry-After", "404 for what is there", "somebody else's JSON that says OK"]),
  ];
  test.each(everything)("where %s is answered with %s", (call, answered) =>
    expectOrderWhere(call, answered, "is served"),
  );

  test.each([...inTurn(writes, vague), ...inTurn(reads, vague)])(
    "where %s is answered with %s",
    { tags: "long" },
    (call, answered) => expectOrderWhere(call, answered, "is served"),
  );

  test.each(all([...reads, ...writes], ["a connection that is cut"]))(
    "where, from the beginning, %s is answered with %s",
    { tags: "long" },
    (call, answered) => expectOrderWhere(call, answered, "begins"),
  );

  test.each([...inTurn(writes, vague), ...inTurn(writes, pleasant)])(
    "where %s takes effect, and is answered with %s",
    { tags: "long" },
    (call, answered) => expectOrderWhere(call, answered, "is served", true),
  );
});
