import { expect, test } from "vitest";
import { kongClient } from "../../src/kong/client.ts";
import type { KongRequest, KongResponse } from "../../src/kong/calls.ts";
import { fencedKong } from "../../src/leader/fence.ts";
import { settle } from "../support/fake-clock.ts";

const id = "00000000-0000-0000-0000-000000000000";

/** A Kong that answers when it is told to, unless the request was given up before. */
function slowKong() {
  const [work, term] = [new AbortController(), new AbortController()];
  let lead = true;
  let answer = (): void => undefined;
  const sent: string[] = [];
  const request = ({ method, signal }: KongRequest): Promise<KongResponse> =>
    new Promise((resolve, reject) => {
      sent.push(method);
      answer = () => {
        resolve({ status: method === "DELETE" ? 204 : 200, headers: {}, body: { id, tags: [] }, bytes: 1 });
      };
      signal?.addEventListener("abort", () => {
        reject(new Error("given up"));
      });
    });
  const transport = { request, close: () => Promise.resolve() };
  const kong = kongClient(
    fencedKong(transport, () => lead, term.signal),
    { tag: "ours" },
  );
  const ends = (call: Promise<unknown>): (() => string) => {
    let how = "goes on";
    call.then(
      () => (how = "answered"),
      () => (how = "given up"),
    );
    return () => how;
  };
  const remove = () => ends(kong.remove("routes", id, { signal: work.signal }));
  const read = () => ends(kong.get("routes", id, { signal: work.signal }));
  const lose = (): void => {
    lead = false;
  };
  return { work, term, lose, sent, remove, read, answer: () => answer() };
}

test("a write that Kong has begun is waited for when the work ends, since it may yet take effect, and no other is begun", async () => {
  const { answer, remove, sent, work } = slowKong();
  const first = remove();
  await settle();
  work.abort();
  await settle();
  expect(first()).toBe("goes on");
  const second = remove();
  await settle();
  expect([second(), sent]).toEqual(["given up", ["DELETE"]]);
  answer();
  await settle();
  expect(first()).toBe("answered");
});

test("it is given up when the term is over, as somebody else may lead then", async () => {
  const { remove, term } = slowKong();
  const write = remove();
  await settle();
  term.abort();
  await settle();
  expect(write()).toBe("given up");
});

test("a read is given up with its work, and goes on without the lead; a write does not begin without it", async () => {
  const { lose, read, remove, sent, work } = slowKong();
  lose();
  const reads = read();
  const write = remove();
  await settle();
  expect([reads(), write(), sent]).toEqual(["goes on", "given up", ["GET"]]);
  work.abort();
  await settle();
  expect(reads()).toBe("given up");
});
