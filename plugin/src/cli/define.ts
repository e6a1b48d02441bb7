import type * as OclifArgs from "@oclif/core/args";
import type * as OclifFlags from "@oclif/core/flags";

/**
 * Makes the flags of commands as oclif's help and manifest read them. oclif's own makers are the same functions, and load a
 * third of oclif with them, which a command that runs has no use for: it is read by argv.ts and parse.ts.
 */
export const Flags = {
  string: option({}),
  custom: option,
  boolean: (options = {}) => ({
    parse: async (value: boolean) => await Promise.resolve(value),
    ...options,
    allowNo: options.allowNo === true,
    type: "boolean",
  }),
} as Pick<typeof OclifFlags, "string" | "boolean" | "custom">;

/** Makes the arguments of commands, in the same way. */
export const Args = { string: option({}) } as unknown as Pick<typeof OclifArgs, "string">;

/** The argument of commands that change one claim. */
export const hostOrClaim = Args.string({
  required: true,
  ignoreStdin: true,
  description: "the host, or the name of its claim",
});

function option(defaults: object) {
  return (options: { readonly multiple?: boolean } = {}): object => ({
    parse: asTyped,
    ...defaults,
    ...options,
    input: [],
    multiple: options.multiple ?? false,
    type: "option",
  });
}

async function asTyped(text: string): Promise<string> {
  return await Promise.resolve(text);
}
