/** Ends the run with a code; whatever was to be said has been said. */
export class Exit extends Error {
  override readonly name = "Exit";
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${String(code)}`);
    this.code = code;
  }
}

/** What a shell expects of a program that Ctrl-C ended: 128 and the signal's number. */
export const interrupted = 130;
