import { hostOf, kindOf } from "@domain-claims/crds/domain";

import { readCommandLine } from "./argv.ts";
import type { CommandLine, FlagShape } from "./argv.ts";
import { claimsOf, meant } from "../claims/claims.ts";
import { Cluster } from "../kube/cluster.ts";
import { namespaceNames } from "../claims/namespaces.ts";
import { commands } from "../commands/index.ts";
import { openSession } from "../kube/open-session.ts";
import type { Io } from "./io.ts";
import type { HostRecord } from "../kube/objects.ts";
import { hostRecords } from "../kube/resources.ts";
import { redirectStatuses } from "./flags.ts";
import { shellScripts } from "./shell-scripts.ts";
import { commandNamed, surface } from "./surface.ts";
import type { View } from "../kube/kubeconfig.ts";

interface Choice {
  readonly value: string;
  readonly about?: string | undefined;
}

/** What can be chosen. */
interface Offer {
  readonly choices: readonly Choice[];
  /** Whether the shell should offer files. */
  readonly files?: true;
  /** What the person should know, which shells show beside the choices. */
  readonly hint?: string;
}

/** cobra's directives: files, no file names, and neither these nor a space after what is completed. */
const files = ":0";
const noFiles = ":4";
const noSpaceNoFiles = ":6";

const patience = 1500;

const fileFlags = [
  "kubeconfig",
  "certificate-authority",
  "client-certificate",
  "client-key",
  "dir",
  "cache-dir",
  "filename",
];

/**
 * What can stand for the last of the words, as `kubectl_complete-domain` has to print it: `value<TAB>description`
 * lines and a directive. https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
 * The cluster is given a second and a half; where it does not answer, nothing is offered.
 */
export async function complete(words: readonly string[], io: Io): Promise<readonly string[]> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const prefix = typed.replace(/[^,]*$/, "");
  const offer = await found(before, typed, io).catch((): Offer => ({ choices: [] }));
  const list = prefix !== "" && !typed.startsWith("-");
  const chosen = list ? prefix.split(",") : [];
  const matching = offer.choices
    .filter(({ value }) => !chosen.includes(value))
    .map(({ value, about }) => ({ value: list ? prefix + value : value, about }))
    .filter(({ value }) => value.startsWith(typed));
  return [
    ...matching.map(({ value, about }) => (about === undefined ? value : `${value}\t${about}`)),
    // cobra's active help
    ...(offer.hint === undefined ? [] : [`_activeHelp_ ${offer.hint}`]),
    offer.files === true ? files : list ? noSpaceNoFiles : noFiles,
  ];
}

async function found(before: readonly string[], typed: string, io: Io): Promise<Offer> {
  const open = flagBefore(before);
  const line = readCommandLine(open === undefined ? before : before.slice(0, -1), surface);
  if (open !== undefined) return await valuesOf(open, line, io);
  if (line.command === undefined && !typed.startsWith("-")) return { choices: commandChoices() };
  if (typed.startsWith("-")) return { choices: flagChoices(line.command) };
  return await argumentChoices(line.command ?? "", line.argv, io);
}

/** The flag right before the word that is completed, if it takes that word as its value. */
function flagBefore(before: readonly string[]): FlagShape | undefined {
  const last = before.at(-1);
  if (last === undefined || !last.startsWith("-") || last.includes("=")) return undefined;
  const command = before.find((word) => word in commands);
  const shape = surface(command).find(({ name, char }) => last === `--${name}` || last === `-${char ?? ""}`);
  return shape?.kind === "value" && shape.bare === undefined ? shape : undefined;
}

function commandChoices(): readonly Choice[] {
  return Object.entries(commands).map(([value, { summary }]) => ({ value, about: summary }));
}

function flagChoices(command: string | undefined): readonly Choice[] {
  return surface(command).map(({ name }) => ({ value: `--${name}` }));
}

/** The values of a flag; `words` are the arguments that stand before it. */
async function valuesOf({ name }: FlagShape, { command, argv, words }: CommandLine, io: Io): Promise<Offer> {
  const values = (list: readonly string[]): Offer => ({ choices: list.map((value) => ({ value })) });
  const view = async (): Promise<View> => await io.view(text(globalsOf(argv)["kubeconfig"]));
  if (name === "output")
    return values(command === "version" || command === "export" ? ["json", "yaml"] : ["json", "yaml", "name", "wide"]);
  if (name === "dry-run") return values(["none", "client", "server"]);
  if (name === "code") return values(redirectStatuses.map(String));
  if (name === "redirect-for") return values(["forever", "none", "90d"]);
  if (name === "context") return values(((await view()).contexts ?? []).map((entry) => entry.name));
  if (name === "cluster") return values(((await view()).clusters ?? []).map((entry) => entry.name));
  if (name === "user") return values(((await view()).users ?? []).map((entry) => entry.name));
  if (fileFlags.includes(name)) return { choices: [], files: true };
  if (name === "to" && command !== "transfer")
    return await asked(argv, io, async (cluster) =>
      values((await claimsOf(cluster, cluster.namespace)).map(({ spec }) => hostOf(spec)).filter(isHostname)),
    );
  if (!["namespace", "with", "share-with", "parent", "to"].includes(name)) return { choices: [] };
  return await asked(argv, io, async (cluster) => {
    if (name === "with" && command !== undefined && commandNamed(command)?.[0] === "unshare")
      return values(await sharedWith(cluster, words[0]));
    const until = io.now() + patience;
    return values(await namespaceNames(cluster, () => io.now() > until));
  });
}

function isHostname(host: string): boolean {
  return !host.startsWith("*.");
}

/** The namespaces that a primary is shared with. */
async function sharedWith(cluster: Cluster, host: string | undefined): Promise<readonly string[]> {
  if (host === undefined) return [];
  const { claim } = await meant(cluster, host);
  return claim?.spec.delegates ?? [];
}

async function argumentChoices(command: string, argv: readonly string[], io: Io): Promise<Offer> {
  if (command === "completion") return { choices: Object.keys(shellScripts).map((value) => ({ value })) };
  if (command === "accept") return await asked(argv, io, async (cluster) => await offers(cluster, io));
  if (command === "whois" || command === "tree")
    return await asked(argv, io, async (cluster) => await hosts(cluster, io));
  if (!["share", "unshare", "redirect", "rename", "transfer", "explain", "release", "list"].includes(command))
    return { choices: [] };
  return await asked(argv, io, async (cluster) => {
    const claims = await claimsOf(cluster, cluster.namespace);
    const wanted = claims.filter(({ spec }) => !command.endsWith("share") || kindOf(spec) === "primary");
    return {
      choices: wanted.map(({ metadata, spec, status }) => ({
        value: command === "list" ? metadata.name : hostOf(spec),
        about: status?.phase,
      })),
    };
  });
}

/** The hosts that are handed over to the cluster's namespace. */
async function offers(cluster: Cluster, io: Io): Promise<Offer> {
  const { namespace } = cluster;
  // Of a host in redemption the register remembers to whom it was handed over, but nobody can accept it.
  return await hosts(cluster, io, ({ spec }) => spec.holder !== undefined && spec.transfer?.namespace === namespace);
}

/** The hosts of the register, as many as come in time; where that is not all, it is said. */
async function hosts(cluster: Cluster, io: Io, wanted: (record: HostRecord) => boolean = () => true): Promise<Offer> {
  const until = io.now() + patience;
  const choices: Choice[] = [];
  for await (const page of cluster.pages<HostRecord>(hostRecords, {})) {
    choices.push(...page.filter(wanted).map(({ spec }) => ({ value: spec.host, about: spec.holder?.namespace })));
    if (io.now() > until) return { choices, hint: "the register is long: only some of its hosts are offered" };
  }
  return { choices };
}

async function asked(argv: readonly string[], io: Io, ask: (cluster: Cluster) => Promise<Offer>): Promise<Offer> {
  const session = await openSession({ ...globalsOf(argv), "request-timeout": patience }, io);
  try {
    return await ask(new Cluster(session));
  } finally {
    await session.close();
  }
}

/** The flags with values that stand on the line. */
function globalsOf(argv: readonly string[]): Readonly<Record<string, string>> {
  const given = argv.flatMap((word) => {
    const parts = /^--([a-z-]+)=(.*)$/s.exec(word);
    return parts === null ? [] : [[parts[1] ?? "", parts[2] ?? ""] as const];
  });
  return Object.fromEntries(given);
}

function text(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
