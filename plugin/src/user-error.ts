/** A sentence for the person at the terminal: printed as `error: ...`, exit code 1, never a stack. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}
