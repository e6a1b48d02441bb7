import { describe, expect, test } from "vitest";
import { errorOf } from "../../src/kube/errors.ts";
import { statusAnswer } from "./fake-api.ts";

describe("a failed call is told apart by what its caller can do", () => {
  test.each([
    ["404", statusAnswer(404, "NotFound"), "notFound"],
    ["409 of a changed object", statusAnswer(409, "Conflict"), "conflict"],
    ["409 of a taken name", statusAnswer(409, "AlreadyExists"), "alreadyExists"],
    [
      "422 about the uid",
      statusAnswer(422, "Invalid", { details: { causes: [{ field: "metadata.uid" }] } }),
      "conflict",
    ],
    ["422 about anything else", statusAnswer(422, "Invalid", { details: { causes: [{ field: "spec" }] } }), "refused"],
    ["403", statusAnswer(403, "Forbidden"), "refused"],
    [
      "403 of a namespace that is being deleted",
      statusAnswer(403, "Forbidden", { details: { causes: [{ reason: "NamespaceTerminating" }] } }),
      "notFound",
    ],
    ["400", statusAnswer(400, "BadRequest"), "refused"],
    ["401", statusAnswer(401, "Unauthorized"), "unavailable"],
    ["429", statusAnswer(429, "TooManyRequests"), "unavailable"],
    ["500", statusAnswer(500, "InternalError"), "unavailable"],
    [
      "500 of a kind that is older than what is written",
      statusAnswer(500, "", {
        message:
          "failed to create typed patch object (acme-org/acme; platform.koli.io/v1, Kind=Domain): .status.stage: field not declared in schema",
      }),
      "refused",
    ],
    [
      "500 of an object that etcd does not take",
      statusAnswer(500, "", { message: "etcdserver: request is too large" }),
      "tooLarge",
    ],
    [
      "500 of an object that is not even sent to etcd",
      statusAnswer(500, "", {
        message:
          "rpc error: code = ResourceExhausted desc = trying to send message larger than max (2257081 vs. 2097152)",
      }),
      "tooLarge",
    ],
    [
      "413",
      statusAnswer(413, "RequestEntityTooLarge", { message: "Request entity too large: limit is 3145728" }),
      "tooLarge",
    ],
    ["502 of something in between", { status: 502, headers: {}, body: "<html>" }, "unavailable"],
  ])("%s", (_, answer, kind) => {
    expect(errorOf("GET /x", answer)).toMatchObject({ kind, status: answer.status });
  });

  test("in a sentence that names the call and what the API server said", () => {
    expect(errorOf("GET /x", statusAnswer(403, "Forbidden")).message).toBe("GET /x: Forbidden, said the fake");
    expect(errorOf("GET /x", { status: 502, headers: {}, body: "<html>" }).message).toBe("GET /x: HTTP 502");
  });
});

describe("the wait that the API server asks for", () => {
  test.each([
    ["in the header", statusAnswer(429, "TooManyRequests", {}, { "retry-after": "3" }), 3_000],
    ["in the Status", statusAnswer(429, "TooManyRequests", { details: { retryAfterSeconds: 4 } }), 4_000],
    ["as nonsense", statusAnswer(429, "TooManyRequests", {}, { "retry-after": "soon" }), undefined],
    ["as nothing", statusAnswer(429, "TooManyRequests"), undefined],
  ])("%s", (_, answer, ms) => {
    expect(errorOf("GET /x", answer).retryAfterMs).toBe(ms);
  });
});
