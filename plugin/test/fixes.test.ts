import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as tables from "@domain-claims/crds/reasons";
import { expect, test } from "vitest";

import { fixes } from "../src/claims/fixes.ts";
import type { Known } from "../src/claims/fixes.ts";
import type { Domain } from "../src/kube/objects.ts";

/** What holds a claim up and is nobody's to mend: it passes, or another condition tells of it. */
const passing: Readonly<Record<string, string>> = {
  NotAccepted: "the claim's own reason says what to do",
  Programming: "routes are on their way",
  NamespaceNotFound: "the first namespace of that name is bound",
  CertificateNotShown: "the gateway is asked until it shows it",
  NotValidated: "it is tried again, and its message has the authority's words",
  OldNameInRename: "the rename before it ends first",
};

/** Where the message alone says what to do, as it takes another spec. */
const bySpec: Readonly<Record<string, string>> = {
  RenameOff: "take spec.redirect or spec.renames away",
  RenameUnsupported: "take spec.renames away",
};

const known: Known = {
  primary: { host: "acme.org", namespace: "acme-org" },
  reserved: { host: "acme.org", namespace: "acme-org" },
  stale: ["coyote-org"],
};

const spec = { primary: "acme.org", sub: "shop", parent: "acme-org", transferTo: "coyote-org" };
const metadata = { name: "shop", namespace: "marvin-org" };

/** The claim that is refused for a reason, or is held up by a condition with it. */
function claimWith(reason: string, failed: boolean): Domain {
  const status = failed
    ? { phase: "Failed", reason, message: "a sentence", holder: "acme-org/acme" }
    : { phase: "OK", reason: "Held", conditions: [{ type: "Programmed", status: "False", reason, message: "a sentence" }] }; // prettier-ignore
  return { metadata, spec, status } as unknown as Domain;
}

const operate = readFileSync(join(import.meta.dirname, "../../docs/operate.md"), "utf8");
const [, ofAdministrators = ""] = operate.split("## Reasons that ask for an administrator");

const holdingUp = [
  ...Object.entries(tables.claimReasons).flatMap(([reason, when]) =>
    when.startsWith("phase Failed") ? [[reason, true] as const] : [],
  ),
  ...[
    ...Object.entries(tables.programmedReasons),
    ...Object.entries(tables.readyReasons),
    ...Object.entries(tables.delegateReasons),
    ...Object.entries(tables.transferReasons),
    ...Object.entries(tables.certificateReasons),
    ...Object.entries(tables.renameReasons),
  ].flatMap(([reason, when]) => (when.startsWith("False") ? [[reason, false] as const] : [])),
];

test.each(holdingUp)("of %s is said who can do what, unless it passes by itself", (reason, failed) => {
  const told = fixes(claimWith(reason, failed), known);
  for (const { who, what } of told) expect([who, what]).not.toContain("");
  const others = [reason in passing, reason in bySpec, ofAdministrators.includes(`| \`${reason}\` `)];
  expect(told.length > 0 || others.includes(true), `${reason}: nobody knows what to do`).toBe(true);
});

test("nothing is said to pass that has a fix, and nothing that there is no reason for", () => {
  for (const reason of [...Object.keys(passing), ...Object.keys(bySpec)]) {
    const rows = holdingUp.filter(([name]) => name === reason);
    expect(rows, reason).not.toEqual([]);
    for (const [name, failed] of rows) expect(fixes(claimWith(name, failed), known), name).toEqual([]);
  }
});
