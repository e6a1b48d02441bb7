import { describe, expect, test } from "vitest";
import { terminal, wantsColour } from "../demo/terminal.ts";

function printed(colour: boolean): { readonly screen: ReturnType<typeof terminal>; readonly text: () => string } {
  let all = "";
  const screen = terminal((more) => {
    all += more;
  }, colour);
  return { screen, text: () => all };
}

describe("the demo's terminal", () => {
  test("shows a command as it is typed, with what it reads and what it prints", () => {
    const { screen, text } = printed(false);
    screen.command("acme-org", "kubectl apply -f -", "kind: Ingress\n");
    screen.output("ingress created\n");
    screen.output("");
    expect(text()).toBe("acme-org $ kubectl apply -f - <<END\nkind: Ingress\nEND\ningress created\n");
  });

  test("uses colour where it is told to, and nowhere else", () => {
    const [plain, coloured] = [printed(false), printed(true)];
    for (const { screen } of [plain, coloured]) screen.heading("Claim");
    expect(plain.text()).toBe("\n== Claim ==\n");
    expect(coloured.text()).toContain("\u001b[");
  });

  test.each([
    [true, {}, true],
    [false, {}, false],
    [undefined, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [true, { TERM: "dumb" }, false],
  ])("isTTY %s with %o: colour %s", (isTTY, env, expected) => {
    expect(wantsColour(isTTY === undefined ? {} : { isTTY }, env)).toBe(expected);
  });
});
