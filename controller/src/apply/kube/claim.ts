import { KubeError } from "../../kube/errors.ts";
import type { Claim } from "../../world/claim.ts";
import type { ClaimStatus } from "../../world/claim-status.ts";
import { sayNews } from "./claim-events.ts";
import type { KubeContext } from "./context.ts";

/** Puts our finalizer on the claim. Throws KubeError. */
export async function addFinalizer({ kube, state }: KubeContext, claim: Claim): Promise<void> {
  state.world.learn({ type: "set", kind: "Domain", object: await kube.addFinalizer(claim) });
}

/** Takes our finalizer from a claim that is being deleted. Throws KubeError, but not where the claim is gone already. */
export async function removeFinalizer({ kube, state }: KubeContext, claim: Claim): Promise<void> {
  try {
    const object = await kube.removeFinalizer(claim);
    // A deleted claim goes with its last finalizer, and what is answered then is no more.
    if (object.finalizers.count > 0) state.world.learn({ type: "set", kind: "Domain", object });
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== "notFound") throw error;
  }
}

/** Writes the claim's status, and says in events what is new in it; resolves to what the claim is now. Throws KubeError. */
export async function writeClaimStatus(
  context: KubeContext,
  claim: Claim,
  before: ClaimStatus,
  status: ClaimStatus,
): Promise<Claim> {
  const object = await context.kube.applyClaimStatus(claim, status);
  context.state.world.learn({ type: "set", kind: "Domain", object });
  sayNews(context, claim, before, status);
  return object;
}
