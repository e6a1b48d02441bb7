import { shellWord } from "@domain-claims/crds/shell";

import { noSuchLease } from "../claims/controller-lease.ts";
import { absence, controllerState } from "../claims/controller-state.ts";
import type { ControllerState, LeaderCheck } from "../claims/controller-state.ts";
import { age } from "../claims/duration.ts";
import { byYou } from "../claims/path-answer.ts";
import { versionSkew } from "../claims/version-skew.ts";
import { byAdministrator, whoRuns } from "./finding.ts";
import type { Check, Finding } from "./finding.ts";

/** Whether a controller leads, whether it fits this plugin, and how it says that it is. */
export const controller: Check = async ({ cluster, now, version }) => {
  const state = await controllerState(cluster, now);
  if (state === undefined) return [(await noSuchLease(cluster)) ? neverLed : unknown];
  const pods = `kubectl get pods -n ${state.namespace} -l app.kubernetes.io/name=domain-claims`;
  const fix = byAdministrator("see why no controller leads", pods);
  const away = absence(state, now);
  if (away !== undefined) return [{ check: "controller", state: "problem", message: away, fix }];
  if (state.late) return [{ check: "controller", state: "warning", message: lateness(state, now), fix }];
  return [leads(state, now), ...skew(state, version), ...state.checks.map((check) => told(check, state))];
};

const unknown: Finding = {
  check: "controller",
  state: "unknown",
  message:
    "nothing is known of the controller: its Lease is neither where it usually is nor the only one of its name, or may not be read",
};

const neverLed: Finding = {
  check: "controller",
  state: "warning",
  message: "no Lease is called domain-claims: no controller has led yet, or its release has another name",
  fix: whoRuns,
};

function lateness({ leader = "", renewed = "", namespace, lease }: ControllerState, now: number): string {
  return `${leader} has not renewed its Lease ${namespace}/${lease} for ${age(now - Date.parse(renewed))}: it stands still or is gone, unless a clock is wrong, and nothing is decided until it is back or another leads`;
}

function leads({ leader = "", renewed, version }: ControllerState, now: number): Finding {
  const since = renewed === undefined ? "" : `, and said so ${age(now - Date.parse(renewed))} ago`;
  const what = version === undefined ? "" : ` (version ${version})`;
  return { check: "controller", state: "ok", message: `${leader}${what} leads${since}` };
}

function skew({ version }: ControllerState, plugin: string): readonly Finding[] {
  const message = versionSkew(plugin, version);
  if (message === undefined) return [];
  return [{ check: "versions", state: "warning", message, fix: byYou("see both", "kubectl domain version") }];
}

function told({ name, ok, warns, detail }: LeaderCheck, { leader = "", namespace }: ControllerState): Finding {
  const finding: Finding = { check: name, state: !ok ? "problem" : warns ? "warning" : "ok", message: detail };
  if (finding.state === "ok") return finding;
  const pod = leader.replace(/_[^_]*$/, "");
  return {
    ...finding,
    fix: byAdministrator("see what the controller says", `kubectl logs -n ${namespace} ${shellWord(pod)}`),
  };
}
