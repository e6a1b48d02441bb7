import { join } from "node:path";
import { format } from "prettier";
import { expect, test } from "vitest";
import {
  certificateReasons,
  claimEventReasons,
  claimReasons,
  delegateReasons,
  programmedReasons,
  readyReasons,
  renameReasons,
  requestReasons,
  sourceReasons,
  transferReasons,
} from "../src/reasons.ts";

// Writes it anew: npx vitest run --project unit reasons-doc --update
const file = join(import.meta.dirname, "../../docs/reasons.md");

const introduction = `# Reasons

Every answer that the controller gives has a reason, for programs, and a message, for people. The reasons are listed here
once, and are as much a part of the API as a field; the messages say what happened, to which object, and who can do what
next, and may get better at any time. \`kubectl domain explain HOST\` shows them together, with the command that helps.
Conditions are what to rely on: events are written after them, in the background, and those of a controller that is killed at
that moment are missing.`;

const sections = [
  ["Of a claim", "`status.reason`, and the reason of the condition `Accepted`.", "Phase", claimReasons],
  ["Of a claim, in events alone", "Events on the claim.", "Type", claimEventReasons],
  ["Of a claim's routes", "The condition `Programmed`.", "Status", programmedReasons],
  [
    "Of a claim as a whole",
    "The condition `Ready`. While it is False it has the reason that holds it up: the claim's, that of its routes, or that of the first path that is not served; while a claim is Pending it is Unknown, with the claim's reason.",
    "Status",
    readyReasons,
  ],
  ["Of a primary's delegates", "The condition `DelegatesResolved`.", "Status", delegateReasons],
  ["Of a transfer", "The condition `TransferPending`.", "Status", transferReasons],
  ["Of a certificate that is ordered", "The condition `CertificateReady`.", "Status", certificateReasons],
  [
    "Of a rename",
    "The condition `Renamed` of a claim with `renames`. Where no status stands it is Unknown while the rename goes on by itself, and False where somebody has to do something first: the message says what.",
    "Status",
    renameReasons,
  ],
  [
    "Of a CertificateRequest",
    "The condition `Approved` or `Denied`, where the controller approves (`--approve-requests`).",
    "Condition",
    requestReasons,
  ],
  ["Of an Ingress", "Events on the Ingress.", "Type", sourceReasons],
] as const;

const others = `## Elsewhere

- The condition \`NameAllowed\` of a claim is False, with the reason \`PublicSuffix\`, \`ReservedName\` or
  \`PrimaryNotAllowed\`, when a holder keeps a host that it could not newly claim.
- The history of a HostRecord gives the reason for which a claim ceased to hold: \`Deleted\`, or the reason of the claim.
- Its \`transfer\` says to whom the host is handed over, until that namespace has accepted it.
- Its \`redemption\` says for whom the host is reserved that nobody holds, and until when.`;

test("docs/reasons.md lists the reasons that there are", async () => {
  const page = [introduction, ...sections.map(section), others].join("\n\n");
  await expect(await format(page, { parser: "markdown", printWidth: 120 })).toMatchFileSnapshot(file);
});

function section([title, where, column, reasons]: (typeof sections)[number]): string {
  const rows = Object.entries(reasons).map(([reason, text]) => {
    const [, when = "", meaning = text] = /^(?:phase )?(\w+): (.*)$/s.exec(text) ?? [];
    return `| \`${reason}\` | ${when} | ${meaning} |`;
  });
  return `## ${title}\n\n${where}\n\n| Reason | ${column} | When |\n|---|---|---|\n${rows.join("\n")}`;
}
