import { describe, test } from "vitest";
import { errorOf, unavailable } from "../../src/kube/errors.ts";
import type { KubeError } from "../../src/kube/errors.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";
import { triesAll } from "../support/how-much.ts";
import { expectOrder } from "../support/one-of-each.ts";

const reads = ["get", "namespace", "record", "secret"];
const writes = ["finalizers", "status", "addresses", "create", "update"];

/** What a call can come to, by the API server's own words. */
const failures = {
  "429 with Retry-After": status(429, "TooManyRequests", "please try again later", { "retry-after": "2" }),
  "a failure of the API server": status(500, "InternalError", "induced"),
  "a webhook that denies it": status(403, "Forbidden", 'admission webhook "deny.example" denied the request: induced'),
  "a webhook that does not answer": status(500, "InternalError", 'failed calling webhook "deny.example": induced'),
  "a quota that is used up": status(403, "Forbidden", "exceeded quota: objects, requested: count/x=1, used: count/x=1"),
  "a namespace that is going": status(403, "Forbidden", "unable to create new content because it is being terminated"),
  "a conflict, however often it is read again": status(409, "Conflict", "the object has been modified"),
  "an object that is said to be invalid": status(422, "Invalid", "induced"),
  "a request that is too large": status(500, "", "etcdserver: request is too large"),
  "a connection that is cut": (call: string) => unavailable(`${call} broke off`),
} as const satisfies Readonly<Record<string, (call: string) => KubeError>>;
type Way = keyof typeof failures;

function status(code: number, reason: string, message: string, headers: Readonly<Record<string, string>> = {}) {
  return (call: string): KubeError =>
    errorOf(call, { status: code, headers, body: { kind: "Status", code, reason, message } });
}

const all = (calls: readonly string[], ways: readonly Way[]) =>
  calls.flatMap((call) => ways.map((failing) => [call, failing] as const));

/** Each failure at one of the calls; the failures take turns at them. */
const inTurn = (calls: readonly string[], ways: readonly Way[]) =>
  ways.map((failing, at) => [calls[at % calls.length] as string, failing] as const);

/** Each call with each of the failures; in `make check` each failure at one of the calls. */
const some = triesAll ? all : inTurn;

async function expectOrderWhere(call: string, way: Way, from: "begins" | "is served"): Promise<void> {
  await expectOrder(from, ({ lasts, met }) => {
    const cluster = new FakeCluster();
    cluster.fault = (name) => {
      if (!lasts() || !name.startsWith(`${call} `)) return;
      met();
      throw failures[way](name);
    };
    // What is refused for the object's own sake is tried again after minutes.
    return { cluster, kong: new FakeKong(), restMs: 400_000 };
  });
}

describe("O1, L4, L8: nobody is served a host of somebody else, and in the end all is in order", () => {
  const everything = [
    ...some(writes, Object.keys(failures) as Way[]),
    ...some(reads, ["429 with Retry-After", "a failure of the API server", "a webhook that denies it", "a connection that is cut"]), // prettier-ignore
  ];
  test.each(everything)("where %s meets %s", (call, failing) => expectOrderWhere(call, failing, "is served"));

  test.each(all([...reads, ...writes], ["a webhook that denies it", "a connection that is cut"]))(
    "where, from the beginning, %s meets %s",
    { tags: "long" },
    (call, failing) => expectOrderWhere(call, failing, "begins"),
  );
});
