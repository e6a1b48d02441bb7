import type { OptionFlag } from "@oclif/core/interfaces";

import { truths } from "./argv.ts";
import type { FlagShape } from "./argv.ts";
import { Flags } from "./define.ts";
import { parseDuration } from "../claims/duration.ts";
import { milestones } from "../claims/milestone.ts";
import type { Milestone } from "../claims/milestone.ts";
import { UserError } from "../user-error.ts";

const hidden = { hidden: true, helpGroup: "GLOBAL" } as const;
const shown = { helpGroup: "GLOBAL" } as const;

/** A flag whose value is a duration; in milliseconds. */
const duration = Flags.custom<number>({
  parse: async (text) => {
    const parsed = parseDuration(text);
    if (parsed === undefined) throw new UserError(`invalid duration "${text}": write it as 30s or 1m30s`);
    return await Promise.resolve(parsed);
  },
});

const logLevel = Flags.custom<number>({
  parse: async (text) => {
    if (!/^\d+$/.test(text)) throw new UserError(`invalid argument "${text}" for "-v, --v": it takes a number`);
    return await Promise.resolve(Number(text));
  },
});

/** `--limit`. */
export const limit = Flags.custom<number>({
  parse: async (text) => {
    if (!/^\d+$/.test(text)) throw new UserError(`invalid limit "${text}": it is a number, and 0 means all`);
    return await Promise.resolve(Number(text));
  },
});

/** kubectl's global flags. https://kubernetes.io/docs/reference/kubectl/kubectl/#options */
export const globalFlags = {
  namespace: Flags.string({ ...shown, char: "n", summary: "the namespace to work in" }),
  context: Flags.string({
    ...shown,
    summary: "the kubeconfig context to use; all of kubectl's global flags are understood",
  }),
  kubeconfig: Flags.string({
    ...shown,
    summary: "path to the kubeconfig file, which then is the only one that is read; it has to exist",
  }),
  cluster: Flags.string({ ...hidden, summary: "the kubeconfig cluster to use" }),
  user: Flags.string({ ...hidden, summary: "the kubeconfig user to use" }),
  server: Flags.string({ ...hidden, char: "s", summary: "address and port of the API server" }),
  token: Flags.string({ ...hidden, summary: "bearer token for the API server" }),
  as: Flags.string({ ...hidden, summary: "the user to impersonate" }),
  "as-group": Flags.string({ ...hidden, multiple: true, multipleNonGreedy: true, summary: "a group to impersonate" }),
  "as-uid": Flags.string({ ...hidden, summary: "the UID to impersonate" }),
  "certificate-authority": Flags.string({ ...hidden, summary: "path to the certificate authority's file" }),
  "client-certificate": Flags.string({ ...hidden, summary: "path to a client certificate" }),
  "client-key": Flags.string({ ...hidden, summary: "path to a client key" }),
  "insecure-skip-tls-verify": Flags.boolean({ ...hidden, summary: "do not check the server's certificate" }),
  "tls-server-name": Flags.string({ ...hidden, summary: "the name expected in the server's certificate" }),
  "request-timeout": duration({ ...hidden, summary: "how long a request may take; 0 means any time" }),
  v: logLevel({ ...hidden, char: "v", summary: "log level; from 6 on, requests are shown" }),
  "cache-dir": Flags.string({ ...hidden, summary: "no effect: nothing is cached" }),
  "disable-compression": Flags.boolean({ ...hidden, summary: "no effect: answers are not compressed" }),
  "match-server-version": Flags.boolean({ ...hidden, summary: "no effect" }),
  "warnings-as-errors": Flags.boolean({ ...hidden, summary: "no effect" }),
  help: Flags.boolean({ ...hidden, char: "h", summary: "show help" }),
} as const;

/** What a redirect can answer with, as completion offers it. */
export const redirectStatuses = [308, 301, 307, 302] as const;

const formats = ["json", "yaml", "name", "wide"];

/** `-o`. */
export const output = Flags.custom<Format>({
  char: "o",
  helpValue: formats.join("|"),
  summary: "output format",
  parse: async (text) => {
    if (!isFormat(text)) throw noPrinter(text, formats);
    return await Promise.resolve(text);
  },
});

/** A format of `-o` that the plugin prints by itself; empty as if it was not given. */
export type Format = "json" | "yaml" | "name" | "wide" | "";

/** True for a format that the plugin prints by itself; the others are kubectl's. */
export function isFormat(text: string): text is Format {
  return text === "" || formats.includes(text);
}

const templates = ["jsonpath", "jsonpath-as-json", "go-template", "template", "custom-columns"];
const fromFiles = ["jsonpath-file", "go-template-file", "templatefile", "custom-columns-file"];

/** `-o` with everything that kubectl knows: `jsonpath=...`, `custom-columns=...` and so on are printed by kubectl itself. */
export const anyOutput = Flags.custom<string>({
  char: "o",
  helpValue: formats.join("|"),
  summary: "output format; jsonpath=..., go-template=..., custom-columns=... too, as in kubectl get",
  parse: async (text) => {
    const [kind = ""] = text.split("=");
    const all = [...formats, ...templates, ...fromFiles].sort();
    if (!isFormat(text) && ![...templates, ...fromFiles].includes(kind)) throw noPrinter(text, all);
    return await Promise.resolve(text);
  },
});

/** `--sort-by`. */
export const sortBy = Flags.string({ helpValue: "JSONPATH", summary: "sort by this field, as in kubectl get" });

function noPrinter(text: string, allowed: readonly string[]): UserError {
  return new UserError(
    `unable to match a printer suitable for the output format "${text}", allowed formats are: ${allowed.join(",")}`,
  );
}

/** `--dry-run`, which means `client` without a value. */
export const dryRun = Flags.custom<"none" | "client" | "server">({
  default: "none",
  helpValue: "none|client|server",
  summary: "only show what would be done, or let the API server check it (server)",
  parse: async (text) => {
    if (text !== "none" && text !== "client" && text !== "server")
      throw new UserError(`invalid dry-run value (${text}): must be "none", "server", or "client"`);
    return await Promise.resolve(text);
  },
});

/** `--code` of a redirect. */
export const redirectStatus = Flags.custom<301 | 302 | 307 | 308>({
  helpValue: redirectStatuses.join("|"),
  parse: async (text) => {
    const found = redirectStatuses.find((status) => String(status) === text);
    if (found === undefined) throw new UserError(`invalid code "${text}": it is one of ${redirectStatuses.join(", ")}`);
    return await Promise.resolve(found);
  },
});

/** `--redirect-for`, as `spec.redirectFor` has it. */
export const redirectFor = Flags.custom<string>({
  helpValue: "90d|forever|none",
  parse: async (text) => {
    if (!/^([1-9]\d{0,4}[smhd]|forever|none)$/.test(text))
      throw new UserError(`invalid time "${text}": write it as 90d or 12h, or forever, or none`);
    return await Promise.resolve(text);
  },
});

/** `--yes`. */
export const yes = Flags.boolean({ char: "y", summary: "do not ask" });

/** `--wait`, true unless it is `--wait=false`; a value flag, since that of a claim is one. */
export const wait = Flags.custom<boolean>({
  default: true,
  defaultHelp: async () => await Promise.resolve("true"),
  helpValue: "true|false",
  parse: async (text) => {
    const found = truths[text];
    if (found === undefined) throw new UserError(`invalid wait value (${text}): must be "true" or "false"`);
    return await Promise.resolve(found);
  },
});

/** What a claim is waited for, or nothing. */
export type Awaited = "none" | Milestone;

const milestoneNames = Object.keys(milestones) as readonly Milestone[];

/** `--wait` of a claim, which means `held` without a value; `true` and `false` are understood as everywhere. */
export const waitFor = Flags.custom<Awaited>({
  default: "held",
  defaultHelp: async () => await Promise.resolve("held"),
  helpValue: [...milestoneNames, "false"].join("|"),
  summary:
    "wait for the decision, until every route that is asked for is in Kong and the gateway, if it can be asked, answers for the host, until the host has HTTPS, or for all that is asked for (live)",
  parse: async (text) => {
    const truth = truths[text];
    const found = truth === undefined ? milestoneNames.find((one) => one === text) : truth ? "held" : "none";
    const words = milestoneNames.map((one) => `"${one}"`).join(", ");
    if (found === undefined) throw new UserError(`invalid wait value (${text}): must be ${words}, or "false"`);
    return await Promise.resolve(found);
  },
});

/** `--timeout` in words and milliseconds. */
export function timeout(words: string, milliseconds: number, summary: string): OptionFlag<number> {
  return duration({
    default: milliseconds,
    defaultHelp: async () => await Promise.resolve(words),
    helpValue: "DURATION",
    summary,
  });
}

const bare: Readonly<Record<string, string>> = { "dry-run": "client", wait: "true" };

/** Any oclif flag, as far as its shape goes. */
export interface AnyFlag {
  readonly type: "option" | "boolean";
  readonly char?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly multiple?: boolean | undefined;
  readonly allowNo?: boolean | undefined;
  readonly required?: boolean;
}

/** What the reading of the command line has to know about a command's flags. */
export function shapesOf(flags: Readonly<Record<string, AnyFlag>>): readonly FlagShape[] {
  return Object.entries(flags).map(([name, flag]) => ({
    name,
    char: flag.char,
    aliases: flag.aliases,
    kind: flag.type === "boolean" ? "boolean" : "value",
    multiple: flag.multiple === true,
    negatable: flag.allowNo === true,
    bare: bare[name],
  }));
}
