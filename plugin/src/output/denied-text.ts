/** What could not be read, in the API server's words; empty where all could. */
export function deniedText(denied: readonly string[]): string {
  if (denied.length === 0) return "";
  return `Not shown, because it may not be read:\n${denied.map((text) => `  ${text.replaceAll("\n", "\n  ")}`).join("\n")}`;
}
