/** Ctrl-C while something was waited for: its message is what the person is told, and the exit code says so, too. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
