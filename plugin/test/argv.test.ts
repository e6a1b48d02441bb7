import { expect, test } from "vitest";

import { readCommandLine } from "../src/cli/argv.ts";
import { surface } from "../src/cli/surface.ts";

const rows: readonly (readonly [typed: string, command: string | undefined, argv: readonly string[]])[] = [
  ["claim acme.org", "claim", ["acme.org"]],
  ["-n foo claim acme.org", "claim", ["--namespace=foo", "acme.org"]],
  ["--namespace=foo claim acme.org", "claim", ["--namespace=foo", "acme.org"]],
  ["--context prod -nfoo list", "list", ["--context=prod", "--namespace=foo"]],
  ["claim acme.org -n foo", "claim", ["--namespace=foo", "acme.org"]],
  ["claim -n=foo acme.org", "claim", ["--namespace=foo", "acme.org"]],
  ["-n a list -n b", "list", ["--namespace=b"]],
  ["--as-group a list --as-group b", "list", ["--as-group=a", "--as-group=b"]],
  ["list -Aw", "list", ["--all-namespaces", "--watch"]],
  ["list -Aojson", "list", ["--all-namespaces", "--output=json"]],
  ["list -o=json", "list", ["--output=json"]],
  ["list -o json", "list", ["--output=json"]],
  ["list --watch=false", "list", []],
  ["list --watch=true -A=false", "list", ["--watch"]],
  ["ls -w", "ls", ["--watch"]],
  ["claim acme.org --wait=false", "claim", ["--wait=false", "acme.org"]],
  ["claim acme.org --wait=0 --wait", "claim", ["--wait=true", "acme.org"]],
  ["release acme.org --wait=false", "release", ["--wait=false", "acme.org"]],
  ["release acme.org --wait=0 --wait", "release", ["--wait=true", "acme.org"]],
  ["claim acme.org --dry-run", "claim", ["--dry-run=client", "acme.org"]],
  ["claim --dry-run acme.org", "claim", ["--dry-run=client", "acme.org"]],
  ["claim --dry-run=server acme.org", "claim", ["--dry-run=server", "acme.org"]],
  ["claim -l a=b,c=d acme.org -l e=f", "claim", ["--labels=a=b,c=d", "--labels=e=f", "acme.org"]],
  ["list -l a=b", "list", ["--selector=a=b"]],
  ["unshare acme.org --from foo", "unshare", ["--with=foo", "acme.org"]],
  ["whois -v6 acme.org", "whois", ["--v=6", "acme.org"]],
  ["whois -v=6 acme.org", "whois", ["--v=6", "acme.org"]],
  ["whois -- -n", "whois", ["--", "-n"]],
  ["list --bogus x", "list", ["--bogus", "x"]],
  ["list -Q", "list", ["-Q"]],
  ["", undefined, []],
];

test.each(rows)("`kubectl domain %s` is read as kubectl would read it", (typed, command, argv) => {
  const line = readCommandLine(
    typed.split(" ").filter((word) => word !== ""),
    surface,
  );
  expect({ command: line.command, argv: line.argv }).toEqual({ command, argv });
});

test.each([
  ["--help", true],
  ["claim -h", true],
  ["-n foo claim acme.org --help", true],
  ["claim acme.org --help=false", false],
  ["claim -- --help", false],
])("`%s` asks for help: %s", (typed, help) => {
  expect(readCommandLine(typed.split(" "), surface).help).toBe(help);
});

test("a flag without its value, and a boolean with a strange one, are errors", () => {
  expect(() => readCommandLine(["claim", "acme.org", "-n"], surface)).toThrow("flag needs an argument: -n");
  expect(() => readCommandLine(["list", "--watch=maybe"], surface)).toThrow("a boolean flag takes true or false");
});
