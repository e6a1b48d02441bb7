import type { Settings } from "../../decide/settings.ts";
import { backendName } from "../backend.ts";
import type { TargetNames } from "../route.ts";
import { coveringName } from "./cover.ts";
import { redirectService } from "./redirect-service.ts";

/** What answers by a function is a service of Kong's, each with the `pre-function` that it is. */
export function targetNames(settings: Settings): TargetNames {
  return {
    redirect: (host, claim) => redirectService(settings, host, claim).name,
    covering: (host, { backend, options }) => coveringName(backendName(backend), host, options.preserveHost),
  };
}
