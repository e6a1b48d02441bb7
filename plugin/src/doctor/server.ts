import { domains, group, hostRecords, version } from "@domain-claims/crds/domain";

import { byYou } from "../claims/path-answer.ts";
import { byAdministrator } from "./finding.ts";
import type { Check, Finding } from "./finding.ts";

/** Two clocks may differ by so much before it is said, in milliseconds: the API server tells its own to the second. */
const mostSkewMs = 10_000;

/** The API server, and whether its clock is this machine's. */
export const server: Check = async ({ cluster, now }) => {
  const { version: running, time } = await cluster.server.version();
  const found: Finding = { check: "kubernetes", state: "ok", message: `the API server is of version ${running}` };
  const ahead = now - time;
  if (!(Math.abs(ahead) > mostSkewMs)) return [found];
  const seconds = String(Math.round(Math.abs(ahead) / 1000));
  const message = `this machine's clock is ${seconds} s ${ahead > 0 ? "ahead of" : "behind"} the API server's: ages that are shown are wrong by that`;
  return [found, { check: "clock", state: "warning", message, fix: byYou("set the clock by NTP") }];
};

/** Whether the kinds are installed. */
export const kinds: Check = async ({ cluster }) => {
  const served = await cluster.server.kindsOf(group, version);
  const missing = [domains.plural, hostRecords.plural].filter((plural) => !served.includes(plural));
  if (missing.length === 0)
    return [
      { check: "kinds", state: "ok", message: `${group}/${version} is served: ${[...served].sort().join(", ")}` },
    ];
  const what =
    missing.length === 2 ? "Domain Claims for Kong is not installed" : `its kind ${missing.join()} is missing`;
  const fix = byAdministrator("install the chart, which has the kinds (docs/install.md)");
  return [{ check: "kinds", state: "problem", message: `${group}/${version}: ${what}`, fix }];
};
