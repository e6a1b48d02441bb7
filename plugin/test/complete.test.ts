import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { runProgram } from "../src/kube/program.ts";
import { claim, openTerminal, record } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "complete-"));
  terminal = await openTerminal({ env: { PATH: folder } });
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org", delegates: ["b-org", "c-org"] }));
  terminal.api.put(
    "domains",
    claim("marvin-org", "www", { primary: "acme.org", sub: "www" }, { phase: "Failed", reason: "x" }),
  );
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }));
  const transfer = { namespace: "marvin-org", uid: "uid-marvin-org" };
  terminal.api.put(
    "hostrecords",
    record("b.org", { kind: "primary", namespace: "coyote-org", name: "b" }, { transfer }),
  );
  const kept = { namespace: "coyote-org", name: "kept", kind: "primary", until: "2026-04-04T12:35:42Z" };
  terminal.api.put("hostrecords", record("kept.org", undefined, { redemption: kept, transfer }));
  terminal.api.put("namespaces", { metadata: { name: "all-org" } });
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await terminal.close();
});

test.each([
  [["sh"], "share\tLet other namespaces claim names below a domain that this one holds\n:4\n"],
  [["-n", "x", "whoi"], "whois\tShow who holds a host, since when and by what right, and who held it before\n:4\n"],
  [["share", ""], "acme.org\tOK\n:4\n"],
  [["explain", "w"], "www.acme.org\tFailed\n:4\n"],
  [["list", ""], "acme\tOK\nwww\tFailed\n:4\n"],
  [["whois", "b"], "b.org\tcoyote-org\n:4\n"],
  [["claim", "--sh"], "--share-with\n:4\n"],
  [["list", "-o", "w"], "wide\n:4\n"],
  [["list", "--context", ""], "test\n:4\n"],
  [["share", "acme.org", "--with", "a"], "all-org\n:4\n"],
  [["share", "acme.org", "--with", "x,a"], "x,all-org\n:6\n"],
  [["redirect", ""], "acme.org\tOK\nwww.acme.org\tFailed\n:4\n"],
  [["rename", ""], "acme.org\tOK\nwww.acme.org\tFailed\n:4\n"],
  [["rename", "acme.org", "new.org", "--redirect-for", "f"], "forever\n:4\n"],
  [["redirect", "www.acme.org", "--to", ""], "acme.org\nwww.acme.org\n:4\n"],
  [["transfer", "ac"], "acme.org\tOK\n:4\n"],
  [["transfer", "acme.org", "--to", "a"], "all-org\n:4\n"],
  [["accept", ""], "b.org\tcoyote-org\n:4\n"],
  [["redirect", "www.acme.org", "--code", "30"], "308\n301\n307\n302\n:4\n"],
  [["unshare", "acme.org", "--with", ""], "b-org\nc-org\n:4\n"],
  [["unshare", "acme.org", "--with", "c-org,"], "c-org,b-org\n:6\n"],
  [["list", "--kubeconfig", ""], ":0\n"],
  [["claim", "acme.org", "--dry-run=s", "--timeout", ""], ":4\n"],
  [["completion", "z"], "zsh\n:4\n"],
  [["claim", "x"], ":4\n"],
  [["nonsense", ""], ":4\n"],
])("%j is completed", async (words, stdout) => {
  expect(await terminal.type(["__complete", ...words])).toEqual({ code: 0, stdout, stderr: "" });
});

test("a tenant who can't list namespaces is offered those that hold something", async () => {
  terminal.api.deny = (_verb, plural) => plural === "namespaces";
  expect((await terminal.type(["__complete", "list", "-n", ""])).stdout).toBe("coyote-org\nmarvin-org\n:4\n");
});

test("a register longer than a page is offered whole; where there is no time for that, it is said", async () => {
  for (let at = 0; at < 1200; at += 1)
    terminal.api.put(
      "hostrecords",
      record(`h${String(at)}.long.org`, { kind: "primary", namespace: "long-org", name: "x" }),
    );
  expect((await terminal.type(["__complete", "whois", "h1199"])).stdout).toBe("h1199.long.org\tlong-org\n:4\n");
  let now = 0;
  const hurried = await openTerminal({
    now: () => (now += 1000),
    view: async () => await Promise.resolve(terminal.view),
  });
  expect((await hurried.type(["__complete", "whois", "h1199"])).stdout).toBe(
    "_activeHelp_ the register is long: only some of its hosts are offered\n:4\n",
  );
  await hurried.close();
});

test("contexts are those of the kubeconfig that stands on the line", async () => {
  const asked: unknown[] = [];
  const other = await openTerminal({
    view: async (kubeconfig) => await Promise.resolve((asked.push(kubeconfig), { contexts: [{ name: "other" }] })),
  });
  expect((await other.type(["__complete", "list", "--kubeconfig", "my", "--context", ""])).stdout).toBe("other\n:4\n");
  expect(asked).toEqual(["my"]);
  await other.close();
});

test("a cluster that does not answer completes nothing, soon, and is no error", async () => {
  terminal.api.intercept = () => true;
  const started = performance.now();
  expect(await terminal.type(["__complete", "share", ""])).toEqual({ code: 0, stdout: ":4\n", stderr: "" });
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("completion says what is missing, --install puts it beside the plugin", async () => {
  expect((await terminal.type(["completion"])).stderr).toContain("error: kubectl-domain is not on the PATH");
  program("kubectl-domain", "#!/bin/sh\n");
  expect((await terminal.type(["completion"])).stdout).toContain("kubectl domain completion --install");
  const path = join(folder, "kubectl_complete-domain");
  expect((await terminal.type(["completion", "--install"])).stdout).toBe(`installed ${path}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o755);
  expect(readFileSync(path, "utf8")).toContain('exec kubectl-domain __complete "$@"');
  expect((await terminal.type(["completion"])).stdout).toContain("nothing is left to do");
  expect((await terminal.type(["completion", "--install", "--dir", join(folder, "not", "there")])).code).toBe(1);
});

test("what completes already is not written anew: a package's own may know the way to it", async () => {
  program("kubectl-domain", "#!/bin/sh\n");
  const own = "#!/bin/sh\n# the package's own\n";
  program("kubectl_complete-domain", own);
  const path = join(folder, "kubectl_complete-domain");
  expect((await terminal.type(["completion", "--install"])).stdout).toBe(`${path} is there already\n`);
  expect(readFileSync(path, "utf8")).toBe(own);
});

test("bash completes by the script", async () => {
  program(
    "kubectl-domain",
    '#!/bin/sh\n[ "$1" = __complete ] && [ "$2" = claim ] && printf "%s\\tabout\\n:4\\n" "$3-done"\n',
  );
  const { stdout: script } = await terminal.type(["completion", "bash"]);
  writeFileSync(
    join(folder, "script"),
    `${script}\nCOMP_WORDS=(kubectl-domain claim ac); COMP_CWORD=2; _kubectl_domain; echo "\${COMPREPLY[@]}"`,
  );
  const ran = await runProgram("bash", [join(folder, "script")], { PATH: `${folder}:${process.env["PATH"] ?? ""}` });
  expect(ran).toMatchObject({ code: 0, stdout: "ac-done\n" });
});

test.each(["zsh", "fish", "powershell"])("there is a script for %s", async (shell) => {
  expect((await terminal.type(["completion", shell])).stdout).toContain("kubectl-domain __complete");
});

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
}
