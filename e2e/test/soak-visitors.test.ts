import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { visitors } from "../soak/visitors.ts";

test("visitors ask no more of a gateway that does not answer than it can catch up with", async () => {
  const waiting: ServerResponse[] = [];
  let answers = false;
  const gateway = createServer((_request, response) => {
    if (answers) response.writeHead(404).end();
    else waiting.push(response);
  });
  await new Promise<void>((listening) => gateway.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void gateway.close());
  const { port } = gateway.address() as AddressInfo;
  const expected = { allowed: ["404"], follows: undefined };
  const visits = visitors(`http://127.0.0.1:${String(port)}`, "acme.example", expected);
  await expect.poll(() => waiting.length).toBe(8);
  await sleep(300);
  expect(waiting).toHaveLength(8);
  answers = true;
  for (const response of waiting) response.writeHead(404).end();
  expect(await visits.leave()).toEqual([]);
});
