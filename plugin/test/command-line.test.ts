import { afterEach, beforeEach, expect, test } from "vitest";

import { openTerminal } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

test.each([
  [["claim"], "error: HOST is required\nSee 'kubectl domain claim --help' for usage.\n"],
  [["claim", "acme.org", "--bogus=1"], "error: unknown flag: --bogus\nSee 'kubectl domain claim --help' for usage.\n"],
  [["claim", "acme.org", "-q"], "error: unknown shorthand flag in -q\nSee 'kubectl domain claim --help' for usage.\n"],
  [
    ["claim", "acme.org", "--name"],
    "error: flag needs an argument: --name\nSee 'kubectl domain claim --help' for usage.\n",
  ],
  [["share", "acme.org"], "error: required flag(s) \"with\" not set\nSee 'kubectl domain share --help' for usage.\n"],
  [
    ["share", "acme.org", "other.org", "--with=x"],
    "error: unexpected argument: other.org\nSee 'kubectl domain share --help' for usage.\n",
  ],
  [["list", "-v=high"], 'error: invalid argument "high" for "-v, --v": it takes a number\n'],
  [["tree", "--limit=few"], 'error: invalid limit "few": it is a number, and 0 means all\n'],
  [["completion", "csh"], 'error: there is no completion for the shell "csh": it can be bash, zsh, fish, powershell\n'],
  [
    ["claim", "a.org", "b.org", "--name=x"],
    "error: --name names one object: claim the hosts one by one, or leave it out\n",
  ],
  [
    ["claim", "acme.org", "-o", "xml"],
    'error: unable to match a printer suitable for the output format "xml", allowed formats are: json,yaml,name,wide\n',
  ],
  [
    ["claim", "acme.org", "--dry-run=maybe"],
    'error: invalid dry-run value (maybe): must be "none", "server", or "client"\n',
  ],
  [["claim", "acme.org", "--timeout=soon"], 'error: invalid duration "soon": write it as 30s or 1m30s\n'],
  [["claim", "acme.org", "--primary", "--parent=x"], "error: --primary and --parent can't be used together\n"],
  [
    ["claim", "*.acme.org", "--primary"],
    "error: *.acme.org can only be a shared claim: a wildcard belongs to the namespace that holds acme.org\n",
  ],
  [
    ["claim", "acme.org", "--parent=x"],
    "error: acme.org has no name above it that could be shared: claim it as a primary\n",
  ],
  [
    ["claim", "a.acme.org", "--parent=x", "--share-with=y"],
    "error: a.acme.org would be a shared claim, and only a primary is shared on: leave --share-with out, or give --primary\n",
  ],
  [["claim", "acme"], 'error: "acme" has a single label: a hostname needs at least two, such as acme.org\n'],
  [
    ["claim", "acme.org", "extra"],
    'error: "extra" has a single label: a hostname needs at least two, such as acme.org\n',
  ],
  [
    ["clam", "acme.org"],
    'error: unknown command "clam" for "kubectl domain"\n\nDid you mean this?\n\tclaim\n\nSee \'kubectl domain --help\' for usage.\n',
  ],
])("%j is an error with exit code 1", async (argv, stderr) => {
  expect(await terminal.type(argv)).toEqual({ code: 1, stdout: "", stderr });
});
