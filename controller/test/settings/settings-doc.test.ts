import { join } from "node:path";
import { format } from "prettier";
import { expect, test } from "vitest";
import { flagReference } from "../../src/settings/help.ts";

// Writes it anew: npx vitest run --project unit settings-doc --update
const file = join(import.meta.dirname, "../../../docs/settings.md");

const introduction = `# Settings of the controller

Every setting is a flag of the controller and has an equivalent in the environment; the flag counts more. Durations are
written as 500ms, 30s, 5m, 12h or 90d. Settings are checked at start: one that is unknown, can't be read or contradicts
another ends the process with a sentence for each and exit code 1. \`--help\` prints the same list.`;

test("docs/settings.md lists the settings that there are", async () => {
  const page = await format(`${introduction}\n\n${flagReference()}`, { parser: "markdown", printWidth: 120 });
  await expect(page).toMatchFileSnapshot(file);
});
