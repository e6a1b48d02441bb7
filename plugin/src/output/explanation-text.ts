import type { CoreV1Event, V1Ingress } from "@kubernetes/client-node";
import { kindOf } from "@domain-claims/crds/domain";
import type { Phase } from "@domain-claims/crds/domain";
import { certificateLines } from "./certificate-text.ts";
import { deniedText } from "./denied-text.ts";
import { display } from "./display.ts";
import { absence, kongAway, kongUnusable } from "../claims/controller-state.ts";
import { age } from "../claims/duration.ts";
import { eventTime } from "../claims/events.ts";
import type { Explanation } from "../claims/explanation.ts";
import type { SearchStep } from "../claims/search.ts";
import { redirectText } from "../claims/redirect.ts";
import { isHeld, isKept, reservedText, transferText } from "../claims/register.ts";
import { outlookText } from "../claims/forecast.ts";
import type { Domain } from "../kube/objects.ts";
import { fixLines } from "./fix-lines.ts";
import { capped } from "./more.ts";
import { pathLines } from "./path-lines.ts";
import { columns } from "./render.ts";

/** Longer lists are cut, with a count of the rest. */
const mostIngresses = 10;
const mostEvents = 15;

/** An explanation for people. `now` in milliseconds; `paint` gives a phase its colour; `room` is the terminal's width. */
export function explanationText(
  why: Explanation,
  now: number,
  paint: (phase: Phase) => string,
  room: number | undefined,
): string {
  const away = absence(why.controller, now);
  const conditions = (why.claim?.status?.conditions ?? []).map(({ type, status, reason, message }) => [
    type,
    status,
    reason,
    message,
  ]);
  const told = capped([...why.events].reverse(), mostEvents);
  const events = [...told.shown].reverse().map((event) => eventRow(event, now));
  const cut = why.moreEvents
    ? [["more than are read: kubectl get events has all of them"]]
    : told.more === undefined
      ? []
      : [[`${told.more}, older`]];
  const certificate = why.certificate === undefined ? [] : certificateLines(why.certificate, now).map((line) => [line]);
  return [
    painted(columns([...head(why, now), ...(away === undefined ? [] : [["Controller:", away]])], "", room), paint),
    section("Paths", pathLines(why.paths), room),
    section("Certificate", certificate, room),
    section(away === undefined ? "Conditions" : "Conditions, as last said", conditions, room),
    section(`Events, by whoever may write them in ${why.namespace}`, [...cut, ...events], room),
    ...fixLines(why.fixes, room),
    deniedText(why.denied),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function head(why: Explanation, now: number): readonly (readonly string[])[] {
  const { claim, namespace, record, search, outlook } = why;
  const status = claim?.status;
  const deleted = claim?.metadata.deletionTimestamp;
  const redirect = claim === undefined ? undefined : redirectText(claim);
  const kong = kongText(why);
  const transfer = isHeld(record) ? transferText(record) : undefined;
  const holder = isHeld(record)
    ? `${record.spec.holder.namespace}/${record.spec.holder.name} (${record.spec.holder.kind}) since ${record.spec.holder.since}`
    : why.registerRead
      ? isKept(record)
        ? `nobody; it is ${reservedText(record)}`
        : "nobody"
      : "not known: the register may not be read";
  return [
    ["Host:", display(why.host)],
    [
      "Claim:",
      claim === undefined ? `none in ${namespace}` : `${namespace}/${claim.metadata.name} (${kindOf(claim.spec)})`,
    ],
    ...(outlook === undefined ? [] : [["Outlook:", outlookText(outlook)]]),
    ...(claim === undefined
      ? []
      : [["Phase:", `${status?.phase || "new"}${status?.reason ? `, ${status.reason}` : ""}`]]),
    ...(deleted === undefined
      ? []
      : [["Deleted:", `${age(now - Date.parse(deleted))} ago; it goes when its routes have left Kong`]]),
    ...(status?.stage === undefined ? [] : [["Stage:", stageText(status.stage)]]),
    ...renameRows(why),
    ...(status?.message ? [["Why:", status.message]] : []),
    ...(kong === undefined ? [] : [["Kong:", kong]]),
    ...search.map((step, at) => [
      at === 0 ? "Search:" : "",
      search.length === 1 ? stepText(step) : `${String(at + 1)}. ${stepText(step)}`,
    ]),
    ["Holder:", holder],
    ...(transfer === undefined ? [] : [["Handed over:", transfer]]),
    ...(redirect === undefined ? [] : [["Redirect:", redirect]]),
    ...naming(why.ingresses, why.host).map((line, at) => [at === 0 ? "Ingresses:" : "", line]),
  ];
}

/** What keeps Kong as it is: as the claim says it, else as the leader does, since a claim that waits for nothing there says nothing of it. */
function kongText({ claim, controller }: Explanation): string | undefined {
  const away = claim === undefined ? undefined : kongAway(claim);
  if (away !== undefined) return `does not answer, so nothing changes there: ${away}`;
  const unusable = kongUnusable(controller);
  return unusable === undefined ? undefined : `nothing changes there now: ${unusable}`;
}

/** What was found above names who holds it by itself. */
function stepText({ where, namespace, found }: SearchStep): string {
  return where === "above" ? found : `${where}${namespace === undefined ? "" : ` ${namespace}`}: ${found}`;
}

/** The phase in its colour, which is put on last: what is in a cell can't have one. */
function painted(head: string, paint: (phase: Phase) => string): string {
  return head.replace(/^(Phase: +)(Pending|OK|Failed)/m, (_, label: string, phase: Phase) => label + paint(phase));
}

/** Where the host stands on its way from an old name, or to a new one. */
function renameRows({ record }: Explanation): readonly (readonly string[])[] {
  const to = isHeld(record) ? record.spec.holder.renamedTo : undefined;
  const [from] = isHeld(record) ? (record.spec.holder.renamedFrom ?? []) : [];
  return [
    ...(from === undefined ? [] : [["Renamed from:", `${display(from.host)}, begun ${from.since}`]]),
    ...(to === undefined ? [] : [["Renamed to:", `${display(to.host)} ${to.done === undefined ? `is under way since ${to.since}` : `since ${to.done}`}`]]), // prettier-ignore
  ];
}

type Stage = NonNullable<NonNullable<Domain["status"]>["stage"]>;

/** The stages that come one after the other: those of a host, and those on the way from an old name. */
const stages: readonly (readonly Stage[])[] = [
  ["Held", "Routing", "HTTPS", "Live"],
  ["RenameRouting", "RenameHTTPS", "RenameCleanup"],
];

/** How far a claim is. What it waits for is in its conditions. */
function stageText(stage: Stage): string {
  const ways = stages.find((way) => way.includes(stage));
  return ways === undefined ? stage : `${stage}, step ${String(ways.indexOf(stage) + 1)} of ${String(ways.length)}`;
}

function section(title: string, rows: readonly (readonly string[])[], room: number | undefined): string {
  return rows.length === 0 ? "" : `${title}:\n${columns(rows, "  ", room)}`;
}

function eventRow(event: CoreV1Event, now: number): readonly string[] {
  const count = event.series?.count ?? event.count ?? 1;
  const when = age(now - Date.parse(eventTime(event)));
  return [count > 1 ? `${when} (x${String(count)})` : when, event.type ?? "", event.reason ?? "", event.message ?? ""];
}

function naming(ingresses: readonly V1Ingress[], host: string): readonly string[] {
  if (ingresses.length === 0) return ["none of this namespace names the host"];
  const { shown, more } = capped(ingresses, mostIngresses);
  const lines = shown.map(({ metadata, spec, status }) => {
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
  return more === undefined ? lines : [...lines, more];
}
