import { UserError } from "../user-error.ts";

/** A command line that can't be what was meant; the error names the help. */
export class UsageError extends UserError {
  override readonly name = "UsageError";
}
