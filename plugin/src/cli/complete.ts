import { hostOf, kindOf } from "@domain-claims/crds/domain";

import { readCommandLine } from "./argv.ts";
import type { FlagShape } from "./argv.ts";
import { claimsOf } from "../claims/claims.ts";
import { Cluster } from "../kube/cluster.ts";
import { commands } from "../commands/index.ts";
import { openSession } from "../kube/open-session.ts";
import type { Io } from "./io.ts";
import type { ApiObject, HostRecord } from "../kube/objects.ts";
import { hostRecords, namespaces } from "../kube/resources.ts";
import { surface } from "./surface.ts";

interface Choice {
  readonly value: string;
  readonly about?: string | undefined;
}

/** cobra's directives: no file names, and no space after what is completed. */
const noFiles = ":4";
const noSpaceNoFiles = ":6";

const patience = 1500;

/**
 * What can stand for the last of the words, as `kubectl_complete-domain` has to print it: `value<TAB>description`
 * lines and a directive. https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
 * The cluster is given a second and a half; where it does not answer, nothing is offered.
 */
export async function complete(words: readonly string[], io: Io): Promise<readonly string[]> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const prefix = typed.replace(/[^,]*$/, "");
  const choices = await found(before, typed, io).catch((): readonly Choice[] => []);
  const list = prefix !== "" && !typed.startsWith("-");
  const matching = choices
    .map(({ value, about }) => ({ value: list ? prefix + value : value, about }))
    .filter(({ value }) => value.startsWith(typed));
  return [
    ...matching.map(({ value, about }) => (about === undefined ? value : `${value}\t${about}`)),
    list ? noSpaceNoFiles : noFiles,
  ];
}

async function found(before: readonly string[], typed: string, io: Io): Promise<readonly Choice[]> {
  const open = flagBefore(before);
  const line = readCommandLine(open === undefined ? before : before.slice(0, -1), surface);
  if (open !== undefined) return await valuesOf(open, line.argv, io);
  if (line.command === undefined && !typed.startsWith("-")) return commandChoices();
  if (typed.startsWith("-")) return flagChoices(line.command);
  return await argumentChoices(line.command ?? "", line.argv, io);
}

/** The flag right before the word that is completed, if it takes that word as its value. */
function flagBefore(before: readonly string[]): FlagShape | undefined {
  const last = before.at(-1);
  if (last === undefined || !last.startsWith("-") || last.includes("=")) return undefined;
  const command = before.find((word) => word in commands);
  const shape = surface(command)?.find(({ name, char }) => last === `--${name}` || last === `-${char ?? ""}`);
  return shape?.kind === "value" && shape.bare === undefined ? shape : undefined;
}

function commandChoices(): readonly Choice[] {
  return Object.entries(commands).map(([value, { summary }]) => ({ value, about: summary }));
}

function flagChoices(command: string | undefined): readonly Choice[] {
  return (surface(command) ?? []).map(({ name }) => ({ value: `--${name}` }));
}

async function valuesOf({ name }: FlagShape, argv: readonly string[], io: Io): Promise<readonly Choice[]> {
  const values = (list: readonly string[]): readonly Choice[] => list.map((value) => ({ value }));
  if (name === "output") return values(["json", "yaml", "name", "wide"]);
  if (name === "context") return values(((await io.view(undefined)).contexts ?? []).map((entry) => entry.name));
  if (name === "cluster") return values(((await io.view(undefined)).clusters ?? []).map((entry) => entry.name));
  if (name === "user") return values(((await io.view(undefined)).users ?? []).map((entry) => entry.name));
  if (!["namespace", "with", "share-with", "parent"].includes(name)) return [];
  return await asked(argv, io, async (cluster) => {
    const all = await cluster.list<ApiObject>(namespaces, {}).catch(() => undefined);
    // a tenant can't list namespaces, but may read who holds something
    const names = all?.map(({ metadata }) => metadata.name) ?? (await holders(cluster));
    return [...new Set(names)].sort().map((value) => ({ value }));
  });
}

async function argumentChoices(command: string, argv: readonly string[], io: Io): Promise<readonly Choice[]> {
  if (command === "completion") return ["bash", "zsh", "fish", "powershell"].map((value) => ({ value }));
  if (command === "whois" || command === "tree")
    return await asked(argv, io, async (cluster) =>
      (await firstRecords(cluster)).map(({ spec }) => ({ value: spec.host, about: spec.holder?.namespace })),
    );
  if (!["share", "unshare", "explain", "release", "list"].includes(command)) return [];
  return await asked(argv, io, async (cluster) => {
    const claims = await claimsOf(cluster, cluster.namespace);
    const wanted = claims.filter(({ spec }) => !command.endsWith("share") || kindOf(spec) === "primary");
    const value = (at: number): string =>
      command === "list" ? (wanted[at]?.metadata.name ?? "") : hostOf(wanted[at]?.spec ?? { primary: "" });
    return wanted.map(({ status }, at) => ({ value: value(at), about: status?.phase }));
  });
}

async function holders(cluster: Cluster): Promise<readonly string[]> {
  return (await firstRecords(cluster)).flatMap(({ spec }) =>
    spec.holder === undefined ? [] : [spec.holder.namespace],
  );
}

async function firstRecords(cluster: Cluster): Promise<readonly HostRecord[]> {
  for await (const page of cluster.pages<HostRecord>(hostRecords, {})) return page;
  return [];
}

async function asked(
  argv: readonly string[],
  io: Io,
  ask: (cluster: Cluster) => Promise<readonly Choice[]>,
): Promise<readonly Choice[]> {
  const given = argv.flatMap((word) => {
    const parts = /^--([a-z-]+)=(.*)$/s.exec(word);
    return parts === null ? [] : [[parts[1] ?? "", parts[2] ?? ""] as const];
  });
  const session = await openSession({ ...Object.fromEntries(given), "request-timeout": patience }, io);
  try {
    return await ask(new Cluster(session));
  } finally {
    await session.close();
  }
}
