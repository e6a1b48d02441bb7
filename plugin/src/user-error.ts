/** A sentence for the person at the terminal: printed as `error: ...`, exit code 1, never a stack. */
export class UserError extends Error {
  override readonly name: string = "UserError";
  /** The sentence as it was thrown; oclif wraps a message in words of its own. */
  readonly sentence: string;

  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.sentence = sentence;
  }
}
