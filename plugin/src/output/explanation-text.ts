import type { CoreV1Event, V1Ingress } from "@kubernetes/client-node";
import { kindOf } from "@domain-claims/crds/domain";
import { display } from "./display.ts";
import { age } from "../claims/duration.ts";
import { eventTime } from "../claims/explanation.ts";
import type { Explanation } from "../claims/explanation.ts";
import { isHeld } from "../claims/register.ts";
import { columns, harmless } from "./render.ts";

/** An explanation for people. `now` in milliseconds; `paint` gives a phase its colour. */
export function explanationText(why: Explanation, now: number, paint: (phase: string) => string): string {
  const { claim, namespace, record, search } = why;
  const status = claim?.status;
  const holder = isHeld(record)
    ? `${record.spec.holder.namespace}/${record.spec.holder.name} (${record.spec.holder.kind}) since ${record.spec.holder.since}`
    : "nobody";
  const head: (readonly string[])[] = [
    ["Host:", display(why.host)],
    [
      "Claim:",
      claim === undefined ? `none in ${namespace}` : `${namespace}/${claim.metadata.name} (${kindOf(claim.spec)})`,
    ],
    ...(claim === undefined
      ? []
      : [["Phase:", `${paint(status?.phase || "new")}${status?.reason ? `, ${status.reason}` : ""}`]]),
    ...(status?.message ? [["Why:", harmless(status.message)]] : []),
    ...search.map(({ where, namespace: place, found }, at) => [
      at === 0 ? "Search:" : "",
      search.length === 1 ? found : `${String(at + 1)}. ${where}${place === undefined ? "" : ` ${place}`}: ${found}`,
    ]),
    ["Holder:", holder],
    ...naming(why.ingresses, why.host).map((line, at) => [at === 0 ? "Ingresses:" : "", line]),
  ];
  return [
    columns(head),
    section(
      "Conditions",
      (status?.conditions ?? []).map(({ type, status: is, reason, message }) => [type, is, reason, harmless(message)]),
    ),
    section(
      "Events",
      why.events.map((event) => eventRow(event, now)),
    ),
    ...why.fixes.map(
      ({ who, command, what }) => `To fix it, ${who}: ${what}${command === undefined ? "" : `\n  ${command}`}`,
    ),
    ...(why.denied.length === 0
      ? []
      : [
          `Not shown, because it may not be read:\n${why.denied.map((text) => `  ${text.replaceAll("\n", "\n  ")}`).join("\n")}`,
        ]),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `${title}:\n${columns(rows, "  ")}`;
}

function eventRow(event: CoreV1Event, now: number): readonly string[] {
  const count = event.series?.count ?? event.count ?? 1;
  const when = age(now - Date.parse(eventTime(event)));
  return [
    count > 1 ? `${when} (x${String(count)})` : when,
    event.type ?? "",
    event.reason ?? "",
    event.message ?? "",
  ].map(harmless);
}

function naming(ingresses: readonly V1Ingress[], host: string): readonly string[] {
  if (ingresses.length === 0) return ["none of this namespace names the host"];
  return ingresses.map(({ metadata, spec, status }) => {
    const paths = (spec?.rules ?? [])
      .filter((rule) => rule.host === host)
      .flatMap((rule) => rule.http?.paths ?? [])
      .map(({ path, backend }) => {
        const { name = "?", port } = backend.service ?? {};
        return `${path ?? "/"} -> ${name}:${String(port?.number ?? port?.name ?? "?")}`;
      });
    const at = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? "");
    return `Ingress ${metadata?.name ?? ""} (class ${spec?.ingressClassName ?? "none"})${paths.length === 0 ? "" : `: ${paths.join(", ")}`}${at.length === 0 ? "" : `, at ${at.join(", ")}`}`;
  });
}
