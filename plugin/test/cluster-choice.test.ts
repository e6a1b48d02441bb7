/** @module-tag long */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { chooseTarget } from "../src/kube/target.ts";
import type { Target } from "../src/kube/target.ts";
import { mergedView } from "../src/kube/view.ts";
import { runProgram } from "../src/kube/program.ts";
import type { View } from "../src/kube/kubeconfig.ts";
import { kubectl } from "./support/kubectl.ts";

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "cluster-choice-"));
});

afterAll(() => {
  rmSync(home, { recursive: true });
});

const name = fc.constantFrom("one", "two");
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 5 });
const named = <T>(key: string, value: fc.Arbitrary<T>, minLength = 1): fc.Arbitrary<unknown[]> =>
  fc.uniqueArray(fc.record({ name, [key]: value }), { selector: (entry) => entry.name, minLength, maxLength: 2 });

/** A kubeconfig; the same names come again in other files, and not every reference leads somewhere. */
const file = fc.record({
  apiVersion: fc.constant("v1"),
  kind: fc.constant("Config"),
  "current-context": maybe(name),
  clusters: named(
    "cluster",
    fc.record({
      server: fc.nat(9).map((number) => `https://server-${String(number)}.example:6443/prefix`),
      "tls-server-name": maybe(fc.constant("name.example")),
      "certificate-authority-data": maybe(
        fc.nat(9).map((number) => Buffer.from(`CA ${String(number)}`).toString("base64")),
      ),
      "proxy-url": maybe(fc.constant("http://proxy.example:3128")),
    }),
  ),
  users: named("user", fc.record({ token: fc.nat(9).map((number) => `token-${String(number)}`) })),
  contexts: named(
    "context",
    fc.record({ cluster: name, user: name, namespace: maybe(fc.constantFrom("alpha", "beta")) }),
    2,
  ),
});

/** Up to three files, some of which are not there. */
const kubeconfigs = fc.record({
  files: fc.array(maybe(file), { minLength: 1, maxLength: 3 }),
  context: maybe(name),
  explicit: fc.boolean(),
});

interface Chosen {
  readonly server: string;
  readonly namespace: string;
  readonly token: string | undefined;
  readonly ca: string | undefined;
  readonly proxy: string | undefined;
  readonly tlsServerName: string | undefined;
}

test("whatever the kubeconfigs, the target is what `kubectl config view --minify --raw` says", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(kubeconfigs, async ({ files, context, explicit }) => {
      const paths = files.map((content, at) => {
        const path = join(home, `config-${String(at)}`);
        rmSync(path, { force: true });
        if (content !== undefined) writeFileSync(path, JSON.stringify(content));
        return path;
      });
      const env = {
        PATH: process.env["PATH"],
        HOME: home,
        KUBECTL: kubectl,
        ...(explicit ? {} : { KUBECONFIG: paths.join(delimiter) }),
      };
      const kubeconfig = explicit ? paths[0] : undefined;
      const [theirs, ours] = await Promise.all([minified(env, kubeconfig, context), choice(env, kubeconfig, context)]);
      if (theirs !== undefined) compared += 1;
      if (theirs === undefined) expect(ours === undefined || ours.server === "http://localhost:8080").toBe(true);
      else expect(ours).toEqual(theirs);
    }),
    { numRuns: 25, seed: 42 },
  );
  // the generator would be worth nothing if it made mostly broken sets
  expect(compared).toBeGreaterThan(10);
}, 120_000);

async function choice(
  env: Record<string, string | undefined>,
  kubeconfig: string | undefined,
  context: string | undefined,
): Promise<Chosen | undefined> {
  try {
    const target: Target = chooseTarget(
      await mergedView(kubeconfig, env),
      { kubeconfig, context },
      { env, readFile: () => undefined },
    );
    const { server, namespace, ca, proxyUrl, tlsServerName, credential } = target;
    return { server, namespace, token: credential.token, ca, proxy: proxyUrl, tlsServerName };
  } catch {
    return undefined;
  }
}

/** kubectl's own answer; undefined where it has none, or one without a cluster. */
async function minified(
  env: Record<string, string | undefined>,
  kubeconfig: string | undefined,
  context: string | undefined,
): Promise<Chosen | undefined> {
  const flags = [
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(context === undefined ? [] : [`--context=${context}`]),
  ];
  const ran = await runProgram(kubectl, ["config", "view", "--minify", "--raw", "-o", "json", ...flags], env);
  if (ran.code !== 0) return undefined;
  const view = JSON.parse(ran.stdout) as View;
  const cluster = view.clusters?.[0]?.cluster;
  if (cluster?.server === undefined) return undefined;
  const data = cluster["certificate-authority-data"];
  return {
    server: cluster.server,
    namespace: view.contexts?.[0]?.context?.namespace ?? "default",
    token: view.users?.[0]?.user?.token,
    ca: data === undefined ? undefined : Buffer.from(data, "base64").toString(),
    proxy: cluster["proxy-url"],
    tlsServerName: cluster["tls-server-name"],
  };
}
