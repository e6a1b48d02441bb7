/** What of a flag or an argument says how its text becomes a value. */
export interface Parsing {
  readonly type?: string | undefined;
  readonly multiple?: boolean | undefined;
  readonly default?: unknown;
  readonly parse: unknown;
}

type Parse = (text: string) => Promise<unknown>;

/**
 * The values of a command line in the form of `readCommandLine`, whose flags and words have been checked: a flag that was
 * not given has its default, or is undefined. Rejects with what a flag's own parsing refuses.
 */
export async function parseValues(
  argv: readonly string[],
  flags: Readonly<Record<string, Parsing>>,
  args: Readonly<Record<string, Parsing>>,
): Promise<{ readonly flags: Record<string, unknown>; readonly args: Record<string, unknown> }> {
  const end = argv.indexOf("--");
  const options = (end === -1 ? argv : argv.slice(0, end)).filter((word) => word.startsWith("--"));
  const words = argv.filter((word, at) => at !== end && (!word.startsWith("--") || (end !== -1 && at > end)));
  return { flags: await flagValues(options, flags), args: await argumentValues(words, args) };
}

async function flagValues(
  options: readonly string[],
  flags: Readonly<Record<string, Parsing>>,
): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, { default: otherwise }] of Object.entries(flags))
    if (otherwise !== undefined) values[name] = otherwise;
  const lists: Record<string, unknown[]> = {};
  for (const text of options) {
    const equals = text.indexOf("=");
    const name = text.slice(2, equals === -1 ? undefined : equals);
    const flag = flags[name];
    if (flag === undefined) values[name.replace(/^no-/, "")] = false;
    else if (flag.type === "boolean") values[name] = true;
    else {
      const value = await (flag.parse as Parse)(text.slice(equals + 1));
      values[name] = flag.multiple === true ? (lists[name] = [...(lists[name] ?? []), value]) : value;
    }
  }
  return values;
}

/** Words in the order of the arguments; one that may be given several times takes all that are left. */
async function argumentValues(
  words: readonly string[],
  args: Readonly<Record<string, Parsing>>,
): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  let left = [...words];
  for (const [name, arg] of Object.entries(args)) {
    if (left.length === 0) break;
    const taken = await Promise.all(left.slice(0, arg.multiple === true ? undefined : 1).map(arg.parse as Parse));
    left = left.slice(taken.length);
    values[name] = arg.multiple === true ? taken : taken[0];
  }
  return values;
}
