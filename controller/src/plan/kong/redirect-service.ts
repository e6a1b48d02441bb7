import { recordName } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { Settings } from "../../decide/settings.ts";
import type { Claim } from "../../world/claim.ts";
import { nowhere } from "./cover.ts";
import type { KongService } from "./entities.ts";
import { entityId } from "./ids.ts";
import { leadingNowhere } from "./service.ts";
import { tagsOf } from "./tags.ts";

/**
 * The service of a claim's redirect. It leads nowhere, and is the claim's own, by its UID: neither another claim for the host
 * has it nor one that is made anew.
 */
export function redirectService(
  settings: Settings,
  host: Host,
  { namespace, name, uid }: Pick<Claim, "namespace" | "name" | "uid">,
): KongService {
  const id = entityId(settings.kongTag, "redirect-service", host, uid);
  return {
    ...leadingNowhere,
    id,
    name: `redirect~${recordName(host)}~${id.slice(-8)}`,
    host: nowhere,
    tags: tagsOf(settings, { kind: "Domain", namespace, name }),
  };
}
