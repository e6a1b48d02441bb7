import { age } from "../claims/duration.ts";
import type { HostCertificate } from "../claims/host-certificate.ts";
import type { OrderedCertificate, WaitingName } from "../kube/objects.ts";
import { expiry, failedText, inTime } from "./certificate-rows.ts";

/** What a host's certificate is and what it waits for, a line each, for people. `now` is in milliseconds since 1970. */
export function certificateLines(
  { issued, ordering, quarantine, waits }: HostCertificate,
  now: number,
): readonly string[] {
  return [
    ...(issued === undefined ? [] : [issuedText(issued, now)]),
    ...(ordering === undefined || issued?.name === ordering.name
      ? []
      : [`ordered in ${ordering.name} ${age(Math.max(0, now - Date.parse(ordering.orderedAt)))} ago`]),
    ...(quarantine === undefined ? [] : [failedText(quarantine, now)]),
    ...(waits === undefined || quarantine !== undefined || ordering !== undefined ? [] : [waiting(waits, now)]),
  ];
}

function issuedText({ name, notAfter }: OrderedCertificate, now: number): string {
  const expired = notAfter !== undefined && Date.parse(notAfter) <= now;
  return `${name}, ${expired ? "expired" : "expires in"} ${expiry(notAfter, now)}`;
}

function waiting({ reason, until }: WaitingName, now: number): string {
  const why = reasons[reason];
  return `${why ?? `waits: ${reason}`}${inTime(until, now)}`;
}

/** By the reasons for which a name waits; those that come later are shown as they are. */
const reasons: Readonly<Record<string, string>> = {
  Batching: "waits for names that are ordered with it, and is ordered",
  OrderRunning: "waits for an order that is under way, and is ordered after it",
  QueueFull: "waits since as many names are under way as may be, and is ordered",
  AfterFailure: "waits since an order failed without a name to blame, and is ordered",
  BudgetExhausted: "waits since the certificate authority takes no more orders for now, and is ordered",
  TooManyNames: "waits since the namespace has too many names below the domain, and is ordered when others are gone",
  Routing: "waits until the gateway answers for it, and is ordered",
  IssuerMissing: "waits for an issuer that does not exist: an administrator has to make it",
  IssuerNotReady: "is being ordered from an issuer that can't sign now",
  Ordered: "is being ordered",
};
