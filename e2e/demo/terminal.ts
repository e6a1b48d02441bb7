import { styleText } from "node:util";

/** Where the demo prints. Colour is used only if `colour` says so. */
export interface Terminal {
  /** A heading, which begins a new part of the story. */
  readonly heading: (text: string) => void;
  /** A sentence that says what comes next. */
  readonly say: (text: string) => void;
  /** A command as somebody types it; what it reads from standard input follows as a here-document. */
  readonly command: (prompt: string, line: string, input?: string) => void;
  /** What a command printed. */
  readonly output: (text: string) => void;
  /** What was observed, in few words. */
  readonly note: (text: string) => void;
}

/** A terminal that writes its lines with `write`. */
export function terminal(write: (text: string) => void, colour: boolean): Terminal {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const line = (text: string): void => write(`${text}\n`);
  return {
    heading: (text) => line(`\n${paint(["bold", "cyan"], `== ${text} ==`)}`),
    say: (text) => line(`\n${paint("cyan", `# ${text}`)}`),
    command: (prompt, typed, input) => {
      line(`${paint("green", `${prompt} $`)} ${paint("bold", typed)}${input === undefined ? "" : " <<END"}`);
      if (input !== undefined) line(`${input.trimEnd()}\nEND`);
    },
    output: (text) => {
      if (text !== "") line(text.trimEnd());
    },
    note: (text) => line(paint("dim", `  (${text})`)),
  };
}

/** Whether a stream is to get colour: only a terminal, and not where `NO_COLOR` (no-color.org) or a dumb terminal says no. */
export function wantsColour(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}
