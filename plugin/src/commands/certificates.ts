import { DomainCommand } from "../cli/command.ts";
import { Args, Flags } from "../cli/define.ts";
import { output } from "../cli/flags.ts";
import type { DomainCertificate } from "../kube/objects.ts";
import { domainCertificates } from "../kube/resources.ts";
import { UserError } from "../user-error.ts";
import { certificateRows } from "../output/certificate-rows.ts";
import { columns, listOf } from "../output/render.ts";

/** `kubectl domain certificates [DOMAIN]`. */
export class Certificates extends DomainCommand {
  static override readonly summary =
    "Show the certificates that were ordered for a namespace's hosts, and what has none yet";
  static override readonly description =
    "One line for each certificate: its names, for how long it is valid, and whether an order is under way; and one for each name that waits, or can't be validated, with the reason and when it is tried again. A team's own Secrets are not among them: kubectl domain explain ingress/NAME.";
  static override readonly examples = [
    "<%= config.bin %> certificates",
    "<%= config.bin %> certificates acme.org -n acme-org",
    "<%= config.bin %> certificates -A",
  ];
  static override readonly aliases = ["certs"];
  static override readonly args = {
    domain: Args.string({ ignoreStdin: true, description: "the registrable domain; default: all of the namespace" }),
  };
  static override readonly flags = {
    "all-namespaces": Flags.boolean({ char: "A", summary: "the certificates of all namespaces" }),
    output: output(),
  };

  /** Prints the certificates. Throws UserError for a domain for which nothing was ordered. */
  async run(): Promise<void> {
    const { args, flags } = await this.parse(Certificates);
    const cluster = await this.connect(flags);
    const all = flags["all-namespaces"];
    if (all && args.domain !== undefined)
      throw new UserError("a resource cannot be retrieved by name across all namespaces");
    const scope = { namespace: all ? undefined : cluster.namespace };
    const found = await cluster.list<DomainCertificate>(domainCertificates, scope);
    const certificates = found.filter(({ spec }) => args.domain === undefined || spec.domain === args.domain);
    const where = all ? "" : ` in ${cluster.namespace} namespace`;
    if (args.domain !== undefined && certificates.length === 0)
      throw new UserError(`no certificate was ordered for names below ${args.domain}${where}`);
    const names = certificates.map(({ metadata }) => `domaincertificate.${domainCertificates.group}/${metadata.name}`);
    if (await this.printed(flags.output, listOf(certificates), names)) return;
    if (certificates.length === 0) this.io.err(`No certificates ordered${where}.`);
    else this.io.out(columns(certificateRows(certificates, this.io.now(), all), "", this.io.width));
  }
}
