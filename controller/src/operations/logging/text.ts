import { visible } from "@domain-claims/crds/visible";

/** One line for people from one line of JSON as pino writes it: time, level, message, then the fields. */
export function textLine(json: string): string {
  const { time, level, msg, ...fields } = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${shown(name === "err" ? sentence(value) : value)}`,
  );
  return [String(time), String(level).toUpperCase().padEnd(5), visible(String(msg)), ...rest].join(" ") + "\n";
}

/** Of an error its words and its causes': where it was thrown is for machines and their JSON. */
function sentence(error: unknown): unknown {
  if (typeof error !== "object" || error === null || !("message" in error)) return error;
  const message = String(error.message);
  const cause = "cause" in error ? sentence(error.cause) : undefined;
  return typeof cause === "string" && !message.includes(cause) ? `${message}: ${cause}` : message;
}

function shown(value: unknown): string {
  if (typeof value === "string" && /^[\w./:*@+-]+$/.test(value)) return value;
  // Tenants write some of the text: no line feed and no terminal command of theirs gets through.
  return visible(JSON.stringify(value));
}
