import { readFileSync, readdirSync } from "node:fs";
import { load, loadAll } from "js-yaml";
import { describe, expect, test } from "vitest";
import { claimHost } from "../src/claim-host.ts";
import { apiVersion } from "../src/domain.ts";
import type { Domain } from "../src/generated/domain.ts";

const folder = new URL("../examples/", import.meta.url);
const refusedFolder = new URL("refused/", folder);
const yamlFiles = (url: URL): string[] => readdirSync(url).filter((name) => name.endsWith(".yaml"));
const documents = (url: URL): Domain[] => loadAll(readFileSync(url, "utf8")) as Domain[];

describe("the legal examples", () => {
  const claims = yamlFiles(folder).flatMap((file) =>
    documents(new URL(file, folder))
      .filter(({ kind }) => kind === "Domain")
      .map((claim) => ({ file, claim })),
  );

  test.each(claims)("$file is for a host", ({ claim }) => {
    expect(claim.apiVersion).toBe(apiVersion);
    expect(claimHost(claim.spec)).toMatchObject({ ok: true });
  });

  test("their hosts are those of the story", () => {
    const hosts = claims.map(({ claim }) => claimHost(claim.spec)).map((read) => (read.ok ? read.host : undefined));
    expect([...new Set(hosts)]).toEqual([
      "acme.org",
      "coyote.acme.org",
      "marvin.acme.org",
      "apps.acme.org",
      "*.acme.org",
      "www.acme.org",
      "roadrunner.example",
      "runner.example",
      "xn--bcher-kva.example",
    ]);
  });
});

describe("the refused examples", () => {
  const refused = yamlFiles(refusedFolder).map((file) => ({
    file,
    sentence: /^# refused: (.*)$/m.exec(readFileSync(new URL(file, refusedFolder), "utf8"))?.[1] ?? "",
  }));

  test.each(refused.filter(({ file }) => /^(primary|sub|wildcard)-(?!missing)/.test(file)))(
    "$file has no host for the controller either",
    ({ file }) => {
      for (const { spec } of documents(new URL(file, refusedFolder)))
        expect(claimHost(spec)).toMatchObject({ ok: false });
    },
  );

  test("there is one for every sentence of the CRD", () => {
    const crd: unknown = load(readFileSync(new URL("../domain.yaml", import.meta.url), "utf8"));
    const sentences = [...messages(crd)];
    // A rule that names the canonical form has that in place of the end of its fixed sentence.
    const start = (sentence: string): string => sentence.replace(/(must be in canonical form:).*/, "$1");
    const shown = new Set(refused.map(({ sentence }) => start(sentence)));
    expect(sentences.length).toBeGreaterThan(25);
    expect(sentences.filter((sentence) => !shown.has(start(sentence)))).toEqual([]);
  });
});

function* messages(node: unknown): Generator<string> {
  if (typeof node !== "object" || node === null) return;
  for (const [key, child] of Object.entries(node)) {
    if (key !== "x-kubernetes-validations") yield* messages(child);
    else for (const { message } of child as readonly { readonly message: string }[]) yield message;
  }
}
