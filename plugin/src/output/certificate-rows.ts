import { age } from "../claims/duration.ts";
import type { DomainCertificate, FailingName, OrderedCertificate } from "../kube/objects.ts";
import { display } from "./display.ts";
import { capped } from "./more.ts";

/** Names of a certificate that are shown. */
const mostNames = 5;

/**
 * What was ordered, as the rows of a table: a certificate each, then each name that has none, with the reason. `now` is in
 * milliseconds since 1970. With `namespaced` the namespace comes first.
 */
export function certificateRows(
  all: readonly DomainCertificate[],
  now: number,
  namespaced: boolean,
): readonly (readonly string[])[] {
  const header = ["DOMAIN", "CERTIFICATE", "NAMES", "EXPIRES", "STATE"];
  const rows = all.flatMap((one) => {
    const { metadata, spec, status } = one;
    const start = [...(namespaced ? [metadata.namespace ?? ""] : []), display(spec.domain)];
    const certificates = (status?.certificates ?? []).map((certificate) => certificateRow(certificate, now));
    return [...certificates, ...namesWithout(one, now)].map((row) => [...start, ...row]);
  });
  return [namespaced ? ["NAMESPACE", ...header] : header, ...rows];
}

function certificateRow(certificate: OrderedCertificate, now: number): readonly string[] {
  const { failedAt, issued, name, names, notAfter, orderedAt, running = false } = certificate;
  const has = issued ?? (notAfter === undefined ? [] : names);
  const { shown, more } = capped(has.length > 0 ? has : names, mostNames);
  const state = [
    ...(notAfter === undefined ? [] : [Date.parse(notAfter) <= now ? "expired" : "issued"]),
    ...(running ? [`ordered ${since(orderedAt, now)} ago`] : []),
    ...(failedAt === undefined ? [] : [`failed ${since(failedAt, now)} ago`]),
  ];
  return [name, listed(shown, more), expiry(notAfter, now), state.join(", ") || "to be ordered"];
}

/** A row for each name that has no certificate: it waits, or it can't be validated. */
function namesWithout({ status }: DomainCertificate, now: number): readonly (readonly string[])[] {
  const { moreWaiting = 0, quarantine = [], waiting = [] } = status ?? {};
  const failing = new Set(quarantine.map(({ host }) => host));
  return [
    ...waiting
      .filter(({ host }) => !failing.has(host))
      .map(({ host, reason, until }) => ["-", display(host), "-", `waits: ${reason}${inTime(until, now)}`]),
    ...(moreWaiting === 0 ? [] : [["-", `... and ${String(moreWaiting)} more`, "-", "waits"]]),
    ...quarantine.map((name) => ["-", display(name.host), "-", failedText(name, now)]),
  ];
}

/** How often a name could not be validated, why, and when it is tried again; none yet: it may hold up others, and is tried for that. */
export function failedText({ failures, message, nextTryAt }: FailingName, now: number): string {
  if (failures === 0) return "may keep its certificate from being renewed, and is tried alone";
  const why = message === undefined ? "" : `: ${message}`;
  const times = failures === 1 ? "once" : `${String(failures)} times`;
  return `failed ${times}, tried again${inTime(nextTryAt, now)}${why}`;
}

function listed(names: readonly string[], more: string | undefined): string {
  return [...names.map(display), ...(more === undefined ? [] : [more])].join(", ");
}

/** For how long a certificate is valid, or since when it is not. */
export function expiry(notAfter: string | undefined, now: number): string {
  if (notAfter === undefined) return "-";
  const left = Date.parse(notAfter) - now;
  return left <= 0 ? `${age(-left)} ago` : age(left);
}

function since(time: string, now: number): string {
  return age(Math.max(0, now - Date.parse(time)));
}

/** " in 5m", " now", or nothing where the time is not known. */
export function inTime(until: string | undefined, now: number): string {
  if (until === undefined) return "";
  const left = Date.parse(until) - now;
  return left <= 0 ? " now" : ` in ${age(left)}`;
}
