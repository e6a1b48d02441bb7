import { join } from "node:path";
import { launch } from "../controlplane/place.ts";
import type { Place } from "../controlplane/place.ts";
import { onFreePorts } from "../ports.ts";
import type { RunningProcess } from "../process.ts";
import { PROJECT } from "./project.ts";

/** What a controller is told. */
export interface ControllerSettings {
  /** The name of its process; `controller` unless given. */
  readonly name?: string;
  readonly kubeconfig: string;
  readonly kongAdminUrl: string;
  /** What accepted Ingresses get as their address. */
  readonly publishAddress: string;
  /** Further arguments; they come last. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A running controller; `healthUrl` is where `/readyz` and `/metrics` are. */
export interface Controller extends RunningProcess {
  readonly healthUrl: string;
}

/** Starts our controller from its sources and waits until it says that it is ready. */
export async function startController(place: Place, settings: ControllerSettings): Promise<Controller> {
  return onFreePorts(1, async ([port]) => {
    const healthAddress = `127.0.0.1:${port}`;
    const healthUrl = `http://${healthAddress}`;
    const { args: more = [] } = settings;
    const publishes = more.some((arg) => arg.startsWith("--publish-"));
    const args = [
      join(PROJECT, "controller/src/main.ts"),
      ...["--kubeconfig", settings.kubeconfig],
      ...["--kong-admin-url", settings.kongAdminUrl],
      ...(publishes ? [] : ["--publish-status-address", settings.publishAddress]),
      ...["--health-address", healthAddress],
      ...more,
    ];
    const spec = {
      name: settings.name ?? "controller",
      command: process.execPath,
      args,
      env: settings.env ?? process.env,
    };
    const ready = async (): Promise<boolean> => (await fetch(`${healthUrl}/readyz`)).ok;
    return { ...(await launch(place, spec, ready)), healthUrl };
  });
}
