import { finalizer } from "@domain-claims/crds/domain";
import { expect, test } from "vitest";
import { finishClaims } from "../../src/uninstall/finish-claims.ts";
import type { Finish } from "../../src/uninstall/finish-claims.ts";
import { fakeApi, statusAnswer } from "../kube/fake-api.ts";
import type { FakeApi } from "../kube/fake-api.ts";
import { FakeClock } from "../support/fake-clock.ts";

const path = "/apis/platform.koli.io/v1/domains";

interface Marks {
  readonly deleting?: boolean;
  readonly finalizers?: readonly string[];
  readonly created?: string;
}

/** Puts a claim `acme-org/NAME` into the API server, or changes it. */
function put(api: FakeApi, name: string, { deleting = false, finalizers = [finalizer], created }: Marks): void {
  const times = { creationTimestamp: created ?? "2026-04-04T11:00:00Z" };
  const end = deleting ? { deletionTimestamp: "2026-04-04T12:00:00Z" } : {};
  api.put(path, { metadata: { name, namespace: "acme-org", finalizers, ...times, ...end } });
}

/** What is being done before an uninstallation: what it has said, and how it ended, if it has. */
function finishing(
  api: FakeApi,
  claims: Finish["claims"],
): {
  readonly clock: FakeClock;
  readonly said: string[];
  readonly ended: () => string | undefined;
} {
  const clock = new FakeClock();
  const said: string[] = [];
  let ended: string | undefined;
  const parts = { transport: api, clock, print: (line: string) => void said.push(line) };
  finishClaims({ claims, timeoutMs: 60_000 }, parts).then(
    () => (ended = "well"),
    (error: unknown) => (ended = String(error)),
  );
  return { clock, said, ended: () => ended };
}

test("claims that are being deleted are waited for, and no others", async () => {
  const api = fakeApi();
  put(api, "stays", {});
  put(api, "foreign", { deleting: true, finalizers: ["acme.example/archive"] });
  put(api, "going", { deleting: true });
  const { clock, said, ended } = finishing(api, "wait");
  await clock.pass(10_000);
  expect(ended()).toBeUndefined();
  expect(said).toEqual(["1 claim has still to be released: acme-org/going"]);
  api.remove(path, "going", "acme-org");
  await clock.pass(2_000);
  expect(ended()).toBe("well");
  expect(said.at(-1)).toBe("no claim waits for the controller: it can go");
  expect(api.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("all claims are deleted where that is asked for, each in the incarnation that was seen, and waited for", async () => {
  const api = fakeApi();
  for (const name of ["a", "b"]) put(api, name, {});
  put(api, "going", { deleting: true });
  const deleted: unknown[] = [];
  api.fault = (request) => {
    if (request.method !== "DELETE") return undefined;
    const name = request.path.split("/").at(-1) ?? "";
    deleted.push([request.path, (request.body as { preconditions: unknown }).preconditions]);
    // gone meanwhile, or now waiting for the controller
    if (name === "a") api.remove(path, "a", "acme-org");
    else put(api, name, { deleting: true });
    return name === "a" ? statusAnswer(404, "NotFound") : { status: 200, headers: {}, body: {} };
  };
  const uidOf = (name: string): unknown => api.get(path, name, "acme-org")?.metadata["uid"];
  const [a, b] = [uidOf("a"), uidOf("b")];
  const { clock, ended } = finishing(api, "delete");
  await clock.pass(4_000);
  const base = "/apis/platform.koli.io/v1/namespaces/acme-org/domains";
  expect(deleted).toEqual([
    [`${base}/a`, { uid: a }],
    [`${base}/b`, { uid: b }],
  ]);
  expect(ended()).toBeUndefined();
  for (const name of ["b", "going"]) api.remove(path, name, "acme-org");
  await clock.pass(2_000);
  expect(ended()).toBe("well");
});

test("what is remembered of certificates goes when the claims have, and is waited for as they are", async () => {
  for (const claims of ["wait", "delete"] as const) {
    const api = fakeApi();
    const groups = "/apis/platform.koli.io/v1/domaincertificates";
    const group = {
      name: "acme.org",
      namespace: "acme-org",
      finalizers: [finalizer],
      creationTimestamp: "2026-04-04T11:00:00Z",
    };
    const deletionTimestamp = "2026-04-04T12:00:00Z";
    api.put(groups, { metadata: claims === "wait" ? { ...group, deletionTimestamp } : group });
    put(api, "going", { deleting: true });
    api.fault = ({ method }) => {
      if (method === "DELETE") api.put(groups, { metadata: { ...group, deletionTimestamp } });
      return method === "DELETE" ? { status: 200, headers: {}, body: {} } : undefined;
    };
    const { clock, said, ended } = finishing(api, claims);
    await clock.pass(4_000);
    expect(api.requests.filter(({ method }) => method === "DELETE")).toEqual([]);
    api.remove(path, "going", "acme-org");
    await clock.pass(4_000);
    expect(said.at(-1)).toBe("1 domaincertificate has still to be released: acme-org/acme.org");
    expect(ended()).toBeUndefined();
    api.remove(groups, "acme.org", "acme-org");
    await clock.pass(2_000);
    expect(ended()).toBe("well");
    const deleted = api.requests.filter(({ method }) => method === "DELETE").map((request) => request.path);
    expect(deleted).toEqual(
      claims === "wait" ? [] : ["/apis/platform.koli.io/v1/namespaces/acme-org/domaincertificates/acme.org"],
    );
  }
});

test("what is left when the time is over is named, a few of it, with what helps", async () => {
  const api = fakeApi();
  for (let at = 0; at < 1_200; at += 1) put(api, `c${String(at).padStart(4, "0")}`, { deleting: true });
  const { clock, ended } = finishing(api, "wait");
  await clock.pass(59_000);
  expect(ended()).toBeUndefined();
  await clock.pass(2_000);
  expect(ended()).toMatch(
    /^Error: 1200 claims have still to be released: acme-org\/c0000, (?:acme-org\/c\d{4}, ){3}acme-org\/c0004 and 1195 more\. /,
  );
  expect(ended()).toContain("helm uninstall --no-hooks");
});

test("a tenant who makes and deletes claims all the time does not keep the controller", async () => {
  for (const claims of ["wait", "delete"] as const) {
    const api = fakeApi();
    put(api, "going", { deleting: true });
    const { clock, ended } = finishing(api, claims);
    await clock.pass(1_000);
    api.remove(path, "going", "acme-org");
    put(api, "again", { deleting: true, created: "2026-04-04T12:00:01Z" });
    await clock.pass(2_000);
    expect(ended(), claims).toBe("well");
  }
});

test("an API server that does not answer is asked again, and one that refuses is told of at the end", async () => {
  const api = fakeApi();
  put(api, "going", { deleting: true });
  api.fault = () => statusAnswer(503, "ServiceUnavailable");
  const { clock, ended } = finishing(api, "wait");
  await clock.pass(10_000);
  expect(ended()).toBeUndefined();
  // The API server refuses in plain JSON, or says that this is not acceptable, and no more.
  api.fault = ({ accept = "" }) =>
    accept.split(", ").includes("application/json")
      ? statusAnswer(403, "Forbidden")
      : statusAnswer(406, "NotAcceptable");
  await clock.pass(60_000);
  expect(ended()).toContain(`GET ${path}: Forbidden`);
});

test("a kind that is not found once may be that of an API server that starts; twice, it is not there", async () => {
  const api = fakeApi();
  put(api, "going", { deleting: true });
  const missing = () => statusAnswer(404, "NotFound");
  api.fault = missing;
  const { clock, ended } = finishing(api, "wait");
  await clock.pass(1_000);
  api.fault = undefined;
  await clock.pass(2_000);
  api.fault = missing;
  await clock.pass(2_000);
  expect(ended()).toBeUndefined();
  // The other kind is not found twice, too.
  await clock.pass(4_000);
  expect(ended()).toBe("well");
});
