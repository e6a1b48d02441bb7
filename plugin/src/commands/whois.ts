import * as Args from "@oclif/core/args";
import { display } from "../output/display.ts";

import { DomainCommand } from "../cli/command.ts";
import { age } from "../claims/duration.ts";
import { ApiError } from "../kube/errors.ts";
import { output } from "../cli/flags.ts";
import { typedHost } from "../claims/host-input.ts";
import type { Holder, HostRecord } from "../kube/objects.ts";
import { enclosing, isHeld, recordOf } from "../claims/register.ts";
import type { HeldRecord } from "../claims/register.ts";
import { columns } from "../output/render.ts";
import { hostRecords } from "../kube/resources.ts";

/** `kubectl domain whois HOST`. */
export class Whois extends DomainCommand {
  static override readonly summary = "Show who holds a host, since when and by what right, and who held it before";
  static override readonly examples = ["<%= config.bin %> whois acme.org"];
  static override readonly args = {
    host: Args.string({ required: true, ignoreStdin: true, description: "a hostname, a wildcard, or a URL with one" }),
  };
  static override readonly flags = { output: output() };

  /** Prints the register's entry, and returns it; undefined for a host that nobody ever held. */
  async run(): Promise<HostRecord | undefined> {
    const { args, flags } = await this.parse(Whois);
    const { host, note } = await typedHost(args.host);
    if (note !== undefined) this.io.err(`note: ${note}`);
    const cluster = await this.connect(flags);
    const [record, above] = await Promise.all([recordOf(cluster, host), enclosing(cluster, host)]);
    if (flags.output !== undefined && flags.output !== "" && record === undefined)
      throw new ApiError(404, "NotFound", `${hostRecords.plural}.${hostRecords.group} "${host}" not found`);
    if (await this.printed(flags.output, record, [`hostrecord.${hostRecords.group}/${record?.metadata.name ?? ""}`]))
      return record;
    this.io.out(columns(facts(display(host), record, above, this.io.now())));
    const history = record?.spec.history ?? [];
    if (history.length > 0) this.io.out(`history\n${columns(historyRows(record), "  ")}`);
    return record;
  }
}

function facts(
  host: string,
  record: HostRecord | undefined,
  above: HeldRecord | undefined,
  now: number,
): readonly (readonly string[])[] {
  const enclosed =
    above === undefined
      ? []
      : [
          [
            "below",
            `${display(above.spec.host)}, which ${above.spec.holder.namespace}/${above.spec.holder.name} holds`,
          ],
        ];
  if (!isHeld(record))
    return [
      ["host", host],
      ["holder", record === undefined ? "nobody, and nobody did before" : "nobody now"],
      ...enclosed,
    ];
  const { holder, grants } = record.spec;
  const since = now - Date.parse(holder.since);
  return [
    ["host", host],
    ["holder", `${holder.namespace}/${holder.name} (${holder.kind})`],
    ["since", `${holder.since} (${age(since)})`],
    ...(holder.kind === "primary" ? [["authority", authority(holder)]] : []),
    ...enclosed,
    ...(grants === undefined || grants.length === 0
      ? []
      : [["shared with", grants.map(({ namespace }) => namespace).join(", ")]]),
  ];
}

function authority({ authority: given }: Holder): string {
  if (given === undefined || given.kind === "none") return "its own: no primary was above it when it was granted";
  const above = `${given.host ?? ""}, held by ${given.namespace ?? ""}/${given.name ?? ""}`;
  return given.kind === "own" ? `the same namespace holds ${given.host ?? ""}` : `shared by ${above}`;
}

function historyRows(record: HostRecord | undefined): readonly (readonly string[])[] {
  const past = record?.spec.history ?? [];
  return [
    ["HOLDER", "KIND", "FROM", "TO", "REASON"],
    ...past.map(({ namespace, name, kind, from, to, reason }) => [`${namespace}/${name}`, kind, from, to, reason]),
  ];
}
