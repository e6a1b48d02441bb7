import { recordName } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";
import { display } from "../output/display.ts";

import { DomainCommand } from "../cli/command.ts";
import { Args, Flags } from "../cli/define.ts";
import { Exit } from "../cli/exit.ts";
import { age } from "../claims/duration.ts";
import { ApiError } from "../kube/errors.ts";
import { anyOutput, isFormat, sortBy } from "../cli/flags.ts";
import { typedHost } from "../claims/host-input.ts";
import type { Holder, HostRecord } from "../kube/objects.ts";
import { namesOf } from "../claims/site-names.ts";
import type { SiteName } from "../claims/site-names.ts";
import { UserError } from "../user-error.ts";
import { deciding, isHeld, isKept, recordOf, reservedText, transferText } from "../claims/register.ts";
import type { HeldRecord, KeptRecord } from "../claims/register.ts";
import { columns, listOf } from "../output/render.ts";
import type { GlobalValues } from "../kube/open-session.ts";
import { hostRecords } from "../kube/resources.ts";

/** `kubectl domain whois HOST..`. */
export class Whois extends DomainCommand {
  static override readonly summary = "Show who holds a host, since when and by what right, and who held it before";
  static override readonly description =
    "Reads the public register. Ends with 1 for a host that nobody holds and nobody ever held: the register has no entry for it.";
  static override readonly examples = [
    "<%= config.bin %> whois acme.org",
    { description: "Every name that a site had", command: "<%= config.bin %> whois acme.org --names" },
    "<%= config.bin %> whois acme.org -o jsonpath='{.spec.holder.namespace}'",
  ];
  static override readonly usage = "whois HOST...";
  static override readonly args = {
    host: Args.string({
      required: true,
      multiple: true,
      ignoreStdin: true,
      description: "hostnames, wildcards, or URLs with one",
    }),
  };
  static override readonly flags = {
    names: Flags.boolean({ summary: "list every name that the site of the host had before, newest first" }),
    "sort-by": sortBy,
    output: anyOutput(),
  };

  /** Prints the register's entries. Throws Exit(1) where one of them is not there, and with `-o json` or `yaml` of a single one ApiError. */
  async run(): Promise<void> {
    const { args, flags } = await this.parse(Whois);
    const format = flags.output ?? "";
    if (flags.names) return await this.#names(args.host, format, flags);
    if (!isFormat(format) || flags["sort-by"] !== undefined)
      return await this.#byKubectl(args.host, format, flags["sort-by"], flags);
    const people = format === "" || format === "wide";
    const cluster = await this.connect(flags);
    let first = true;
    let unknown = false;
    await this.each(
      args.host,
      async (text): Promise<readonly HostRecord[]> => {
        const host = await this.#typed(text);
        const [record, above] = await Promise.all([recordOf(cluster, host), deciding(cluster, host)]);
        if (people) {
          if (!first) this.io.out("");
          first = false;
          this.io.out(columns(facts(display(host), record, above, this.io.now()), "", this.io.width));
          const history = record?.spec.history ?? [];
          if (history.length > 0) this.io.out(`history\n${columns(historyRows(record), "  ")}`);
        }
        if (record !== undefined) return [record];
        unknown = true;
        if (people) return [];
        throw new ApiError(404, "NotFound", `${hostRecords.plural}.${hostRecords.group} "${host}" not found`);
      },
      async (found) => {
        const records = found.flat();
        const names = records.map(({ metadata }) => `hostrecord.${hostRecords.group}/${metadata.name}`);
        await this.printed(format, args.host.length === 1 ? records[0] : listOf(records), names);
      },
    );
    if (unknown) throw new Exit(1);
  }

  /** The names that each site had, from the record of the newest: a host that was renamed is followed to where it went. */
  async #names(texts: readonly string[], format: string, flags: GlobalValues): Promise<void> {
    if (!isFormat(format)) throw new UserError("--names is printed as json or yaml, or for people");
    const cluster = await this.connect(flags);
    const people = format === "" || format === "wide";
    await this.each(
      texts,
      async (text) => {
        const host = await this.#typed(text);
        const names = await namesOf(cluster, host);
        if (names.length === 0) throw new UserError(`nobody holds ${display(host)}, so it is no site's name`);
        if (people) this.io.out(columns([["HOST", "SINCE", "UNTIL"], ...names.map(nameRow)], ""));
        return names;
      },
      async (found) => {
        const sites = found.map((names) => ({ names }));
        await this.printed(format, sites.length === 1 ? sites[0] : sites, found.flatMap((names) => names.map(({ host }) => host))); // prettier-ignore
      },
    );
  }

  async #typed(text: string): Promise<Host> {
    const { host, note } = await typedHost(text);
    this.note(note);
    return host;
  }

  async #byKubectl(
    texts: readonly string[],
    format: string,
    sort: string | undefined,
    flags: GlobalValues,
  ): Promise<void> {
    const names: string[] = [];
    for (const text of texts) names.push(recordName(await this.#typed(text)));
    const how = [
      ...(format === "" ? [] : [`--output=${format}`]),
      ...(sort === undefined ? [] : [`--sort-by=${sort}`]),
    ];
    await this.byKubectl(["get", `${hostRecords.plural}.${hostRecords.group}`, ...names, ...how], flags);
  }
}

function facts(
  host: string,
  record: HostRecord | undefined,
  above: HeldRecord | KeptRecord | undefined,
  now: number,
): readonly (readonly string[])[] {
  const enclosed =
    above === undefined
      ? []
      : [
          [
            "below",
            `${display(above.spec.host)}, which ${isKept(above) ? `is ${reservedText(above)}` : heldText(above)}`,
          ],
        ];
  if (!isHeld(record))
    return [
      ["host", host],
      ["holder", record === undefined ? "nobody, and nobody did before" : "nobody now"],
      ...(isKept(record) ? [["reserved", reservedFor(record, now)]] : []),
      ...enclosed,
    ];
  const { holder, grants } = record.spec;
  const { renamedFrom = [], renamedTo } = holder;
  const [before] = renamedFrom;
  const since = now - Date.parse(holder.since);
  return [
    ["host", host],
    ["holder", `${holder.namespace}/${holder.name} (${holder.kind})`],
    ["since", `${holder.since} (${age(since)})`],
    ...(holder.kind === "primary" ? [["authority", authority(holder)]] : []),
    ...(renamedTo === undefined ? [] : [["renamed to", renamedText(renamedTo)]]),
    ...(before === undefined ? [] : [["renamed from", formerText(before.host, renamedFrom.length - 1)]]),
    ...enclosed,
    ...(holder.givers === undefined || holder.givers.length === 0
      ? []
      : [["handed on by", holder.givers.map(({ namespace }) => namespace).join(", ")]]),
    ...(transferText(record) === undefined ? [] : [["handed over", transferText(record) ?? ""]]),
    ...(grants === undefined || grants.length === 0
      ? []
      : [["shared with", grants.map(({ namespace }) => namespace).join(", ")]]),
  ];
}

function renamedText({ host, since, done }: NonNullable<Holder["renamedTo"]>): string {
  return `${display(host)}, ${done === undefined ? `under way since ${since}` : `since ${done}`} (kubectl domain whois ${host})`;
}

function formerText(host: string, more: number): string {
  return `${display(host)}${more === 0 ? "" : ` and ${String(more)} before it (--names)`}`;
}

function nameRow({ host, since, until }: SiteName): readonly string[] {
  return [display(host), since ?? "", until ?? "now"];
}

function heldText({ spec: { holder } }: HeldRecord): string {
  return `${holder.namespace}/${holder.name} holds`;
}

function reservedFor({ spec: { redemption } }: KeptRecord, now: number): string {
  const left = Math.max(0, Date.parse(redemption.until) - now);
  return `for ${redemption.namespace} until ${redemption.until} (${age(left)} left): its claim was not released`;
}

function authority({ authority: given }: Holder): string {
  if (given === undefined || given.kind === "none") return "its own: no primary was above it when it was granted";
  const above = `${given.host ?? ""}, held by ${given.namespace ?? ""}/${given.name ?? ""}`;
  return given.kind === "own" ? `the same namespace holds ${given.host ?? ""}` : `shared by ${above}`;
}

function historyRows(record: HostRecord | undefined): readonly (readonly string[])[] {
  const past = record?.spec.history ?? [];
  const hasRenames = past.some(({ renamedFrom, renamedTo }) => (renamedFrom ?? renamedTo) !== undefined);
  return [
    ["HOLDER", "KIND", "FROM", "TO", "REASON", ...(hasRenames ? ["RENAMED"] : [])],
    ...past.map(({ namespace, name, kind, from, to, reason, renamedFrom, renamedTo }) => [
      ...[`${namespace}/${name}`, kind, from, to, reason],
      ...(hasRenames ? [pastRename(renamedFrom, renamedTo)] : []),
    ]),
  ];
}

function pastRename(from: string | undefined, to: string | undefined): string {
  return [from === undefined ? "" : `from ${from}`, to === undefined ? "" : `to ${to}`]
    .filter((text) => text !== "")
    .join(", ");
}
