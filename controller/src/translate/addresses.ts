import type { LoadBalancerAddress } from "../world/core-v1.ts";
import { fieldsOf, listOf, textOf } from "./raw.ts";

/** Most addresses kept of one object. */
export const mostAddresses = 100;

/** `status.loadBalancer.ingress` of a source or a Service. */
export function translateAddresses(list: unknown): readonly LoadBalancerAddress[] {
  return listOf(list)
    .slice(0, mostAddresses)
    .flatMap((item): LoadBalancerAddress[] => {
      const ip = textOf(fieldsOf(item)["ip"]);
      const hostname = textOf(fieldsOf(item)["hostname"]);
      if (ip !== undefined) return [{ ip }];
      return hostname === undefined ? [] : [{ hostname }];
    });
}
